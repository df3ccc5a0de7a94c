// What all pages have: elements, the bar at the top, times in words.

/** Makes an element. Strings become text, never markup: names of hosts may be anything. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") for (const [event, then] of Object.entries(value)) element.addEventListener(event, then);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Sets the text of an element, if it is another one: what does not change need not be laid out or read aloud again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const THEMES = { auto: ["◐", "Auto"], light: ["☀", "Light"], dark: ["☾", "Dark"] };

/** A button that goes through the choices of colours. */
function themeButton() {
  const button = el("button", { type: "button", id: "theme" });
  const show = () => {
    const [sign, text] = THEMES[theme.get()];
    button.replaceChildren(sign, el("span", {}, ` ${text}`));
    button.setAttribute("aria-label", `Colours: ${text}`);
  };
  button.addEventListener("click", () => {
    const names = Object.keys(THEMES);
    theme.set(names[(names.indexOf(theme.get()) + 1) % names.length]);
    show();
  });
  show();
  return button;
}

const PAGES = [
  ["/", "Fleet"],
  ["/alarms", "Alarms"],
  ["/rules", "Rules"],
];

/** Fills the bar, and returns what shows whether the page is live. */
export function bar() {
  const connection = el("span", { class: "live", role: "status", "data-state": "paused" }, "…");
  document.querySelector("#bar").append(
    el("a", { class: "logo", href: "/" }, el("img", { src: "/assets/favicon.svg", alt: "", width: 24, height: 24 }), "muster"),
    el("nav", { "aria-label": "Pages" }, ...PAGES.map(([href, text]) => el("a", { href, "aria-current": location.pathname === href ? "page" : undefined }, text))),
    connection,
    themeButton(),
    el("form", { method: "post", action: "/logout" }, el("button", { type: "submit" }, "Log out")),
  );
  const words = { live: "Live", lost: "Connection lost", paused: "Paused" };
  return (state) => {
    connection.dataset.state = state;
    connection.replaceChildren(el("span", { class: "word" }, words[state]));
    connection.setAttribute("aria-label", words[state]);
  };
}

/** Shows a sentence about what went wrong, or nothing. */
export function trouble(text) {
  const place = document.querySelector("#trouble");
  place.hidden = !text;
  setText(place, text ?? "");
}

/** Writes a length of time with its two largest units. */
export function span(ms) {
  const minutes = Math.floor(ms / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** Says how worrying it is that so many tasks want to run. */
export function levelOfLoad(load, cpus) {
  if (load === null || !cpus) return "";
  return load > 2 * cpus ? "bad" : load > cpus ? "warn" : "";
}

/** Says how long ago something was. */
export function ago(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 3) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} days ago`;
}

/** Says in how long something will be. */
export function ahead(ms) {
  const minutes = Math.max(0, Math.ceil(ms / 60_000));
  if (minutes < 120) return `for ${minutes} min more`;
  if (minutes < 2880) return `for ${Math.round(minutes / 60)} h more`;
  return `for ${Math.round(minutes / 1440)} days more`;
}

/** Asks somebody in a dialog, with fields; says whether they have confirmed. The keyboard comes back to where it was. */
export function question(title, text, fields, yes) {
  return new Promise((answer) => {
    const before = document.activeElement;
    const cancel = el("button", { type: "button" }, "Cancel");
    const form = el("form", { method: "dialog" }, el("h2", { id: "asks" }, title), el("p", { class: "muted" }, text), ...fields, el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, yes), cancel));
    const dialog = el("dialog", { class: "card", "aria-labelledby": "asks" }, form);
    let said = false;
    form.addEventListener("submit", () => {
      said = true;
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before?.isConnected) before.focus();
      answer(said);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks somebody whether they are sure. */
export function confirm(title, text, yes) {
  return question(title, text, [], yes);
}

/** A field that says one thing large, and some more small. */
export function tile(title) {
  const value = el("strong", {}, "–");
  const note = el("span", { class: "muted" });
  const meter = el("span", { class: "meter", hidden: true }, el("span"));
  const element = el("div", { class: "tile card" }, el("span", { class: "title" }, title), value, meter, note);
  return {
    element,
    set(text, more = "", part = null, level = "") {
      setText(value, text);
      setText(note, more);
      element.dataset.level = level;
      meter.hidden = part === null;
      if (part !== null) setMeter(meter, part, level);
    },
  };
}

/** Sets how much of a meter is full. */
export function setMeter(meter, part, level = levelOf(part)) {
  meter.firstElementChild.style.inlineSize = `${Math.round(part * 1000) / 10}%`;
  meter.dataset.level = level;
}

/** Says how worrying it is that a part of a whole is in use. */
export function levelOf(part) {
  if (part === null || part === undefined) return "";
  return part >= 0.95 ? "bad" : part >= 0.85 ? "warn" : "";
}
