// The page of one host.

import { ask } from "./api.js";
import { Chart } from "./chart.js";
import { follow } from "./live.js";
import { ago, bar, el, levelOf, levelOfLoad, setMeter, setText, span, tile, trouble } from "./page.js";
import { filesystems, panels } from "./panels.js";
import { Points } from "./points.js";
import { moment, roundStep } from "./scale.js";
import { bytes, count, percent } from "./units.js";

const MINUTE = 60_000;
const SPANS = { "5 min": 5 * MINUTE, "15 min": 15 * MINUTE, "1 h": 60 * MINUTE, "6 h": 360 * MINUTE, "24 h": 1440 * MINUTE, "7 days": 10080 * MINUTE };

/** The least time that one can zoom to. */
const SHORTEST = 10_000;

/** The most series that the server answers about at once. */
const MOST_SERIES = 500;

/** About how many pixels a point has. */
const PIXELS = 3;

const id = location.pathname.split("/").at(-1);
const find = (selector) => document.querySelector(selector);
const shows = bar();
const points = new Points();
const tiles = Object.fromEntries(["CPU", "Memory", "Load", "Filesystems", "Network", "Disks"].map((title) => [title, tile(title)]));
find("#tiles").append(...Object.values(tiles).map(({ element }) => element));

let host;
let series = [];
let interval = 10_000;
/** By how much the hub's clock is ahead of this one's. */
let ahead = 0;
let charts = [];
let mounts = [];
let view = { span: 0, live: true, from: 0, to: 0, step: 1000, gap: 2500 };
/** Ends the stream that is open. */
let unfollow = () => {};
let asked = 0;

const hands = {
  point: (time) => charts.forEach((chart) => chart.point(time)),
  zoom(from, to) {
    const length = Math.max(SHORTEST, to - from);
    const end = Math.min((from + to + length) / 2, now());
    look({ live: false, from: Math.max(0, end - length), to: end });
  },
  live: () => look({ live: true }),
};

function now() {
  return Date.now() + ahead;
}

/** Takes what the server says of the host. */
function take(answer) {
  host = answer.host;
  ahead = answer.now_ms - Date.now();
  document.title = `${host.name} · muster`;
  setText(find("#name"), host.name);
  const state = find("#state");
  state.dataset.state = host.state;
  setText(state, host.state);
  tiles.CPU.set(host.cpu === null ? "–" : percent(host.cpu), host.cpus === null ? "" : `${host.cpus} processor${host.cpus === 1 ? "" : "s"}`, host.cpu, levelOf(host.cpu));
  const used = host.memory === null ? "" : `${bytes(host.memory * host.memory_bytes)} of ${bytes(host.memory_bytes)}`;
  tiles.Memory.set(host.memory === null ? "–" : percent(host.memory), used, host.memory, levelOf(host.memory));
  const each = host.load === null || !host.cpus ? "" : `${count(host.load / host.cpus)} a processor`;
  tiles.Load.set(host.load === null ? "–" : count(host.load), each, null, levelOfLoad(host.load, host.cpus));
  tiles.Filesystems.set(host.filesystem === null ? "–" : percent(host.filesystem), "of the fullest", host.filesystem, levelOf(host.filesystem));
}

/** Shows how old what is seen is. */
function tellAge() {
  if (!host) return;
  const boot = series.find(({ name }) => name === "host.boot_time")?.last;
  const since = boot && host.state === "up" ? ` · running for ${span(Math.max(0, now() - boot * 1000))}` : "";
  setText(find("#seen"), `${host.state === "up" ? "reported" : "last reported"} ${ago(now() - host.seen_ms)}${since}`);
}

/** Sums up what the newest values of some series are. */
function newest(name) {
  const found = series.filter((one) => one.name === name && one.labels.interface !== "lo" && one.labels.device !== "lo");
  const last = found.map(({ id }) => points.of(id).at(-1)).filter(Boolean);
  return last.length === 0 ? null : last.reduce((sum, { value }) => sum + value, 0);
}

function paint() {
  if (!host) return;
  if (view.live) [view.from, view.to] = [now() - view.span, now()];
  for (const chart of charts) chart.draw(points, view);
  const rates = { Network: ["received", "sent", "network"], Disks: ["read", "written", "disk"] };
  // Looking back must not make what was then look like now.
  if (view.live) for (const [title, [into, out, group]] of Object.entries(rates)) {
    const [a, b] = [newest(`${group}.${into}_bytes`), newest(`${group}.${out}_bytes`)];
    const words = [a === null ? "" : into, b === null ? "" : `${out} ${bytes(b)}/s`].filter(Boolean);
    tiles[title].set(a === null ? "–" : `${bytes(a)}/s`, words.join(", "));
  }
  for (const { size, available, meter, text } of mounts) {
    const [all, rest] = [size, available].map((one) => points.of(one.id).at(-1)?.value ?? one.last);
    const part = all > 0 ? 1 - rest / all : 0;
    setMeter(meter, part);
    setText(text, `${bytes(all - rest)} of ${bytes(all)} · ${percent(part)}`);
  }
}

/** Makes the charts anew. */
function build() {
  const { known, rest } = panels(host, series);
  charts = known.map((panel) => new Chart(panel, hands));
  find("#charts").replaceChildren(...charts.map(({ element }) => element));
  mounts = filesystems(series);
  if (mounts.length > 0) {
    const list = el("ul");
    for (const mount of mounts) {
      mount.meter = el("span", { class: "meter" }, el("span"));
      mount.text = el("span", { class: "muted" });
      list.append(el("li", {}, el("span", { class: "mount" }, mount.name), mount.text, mount.meter));
    }
    find("#charts").append(el("section", { class: "chart card" }, el("h2", {}, "Filesystems"), list));
  }
  const wereOpen = [...find("#more").querySelectorAll("details[open]")].map(({ dataset }) => dataset.group);
  find("#more").hidden = rest.length === 0;
  find("#more").replaceChildren(find("#more").firstElementChild, ...rest.map(section));
  for (const details of find("#more").children) if (wereOpen.includes(details.dataset.group)) details.open = true;
}

/** Makes what holds the charts of a group; they are made, and asked for, only while somebody looks. */
function section({ group, panels }) {
  const place = el("div", { class: "charts" });
  const text = panels.length === 1 ? "1 chart" : `${panels.length} charts`;
  const details = el("details", { "data-group": group }, el("summary", { class: "card" }, group, el("span", { class: "muted" }, text)), place);
  let mine = [];
  details.addEventListener("toggle", () => {
    charts = charts.filter((chart) => !mine.includes(chart));
    mine = details.open ? panels.map((panel) => new Chart(panel, hands)) : [];
    place.replaceChildren(...mine.map(({ element }) => element));
    charts.push(...mine);
    if (details.open) look({});
  });
  return details;
}

/** Returns the numbers of all series that are looked at. */
function wanted() {
  const seen = [...charts.flatMap((chart) => chart.series), ...mounts.flatMap(({ size, available }) => [size, available])];
  return [...new Set(seen.map(({ id }) => id))].slice(0, MOST_SERIES);
}

/** Returns how long a step is so that a chart is not finer than the screen. */
function stepFor(length) {
  const width = (charts[0]?.plot.clientWidth || find("#charts").clientWidth || 600) - 76;
  return Math.max(roundStep(interval), roundStep(length / (width / PIXELS)));
}

/** Shows another time. */
async function look(change) {
  view = { ...view, ...change };
  if (view.live) [view.from, view.to] = [now() - view.span, now()];
  view.step = stepFor(view.to - view.from);
  view.gap = 2.5 * Math.max(view.step, interval);
  for (const button of find("#spans").children) {
    button.setAttribute("aria-pressed", String(view.live && Number(button.dataset.span) === view.span));
  }
  const back = find("#back");
  back.hidden = view.live;
  setText(back, view.live ? "" : `${moment(view.from, view.step)} – ${moment(view.to, view.step)} · back to live`);
  asked += 1;
  const mine = asked;
  const ids = wanted();
  unfollow();
  try {
    const range = { from_ms: Math.floor(view.from - view.gap), to_ms: Math.ceil(view.to + view.step), step_ms: view.step };
    const answer = ids.length > 0 ? await ask("/api/v1/range", { series: ids.join(), ...range }) : { series: [] };
    // Somebody may have looked elsewhere in the meantime.
    if (mine !== asked) return;
    points.clear();
    points.add(answer.series);
    trouble(null);
  } catch (error) {
    trouble(error.message);
  }
  paint();
  if (!view.live || mine !== asked || ids.length === 0) return;
  const address = () => `/api/v1/hosts/${id}/events?${new URLSearchParams({ series: ids.join(), since_ms: newestTime(), step_ms: view.step })}`;
  unfollow = follow(address, { points: news }, shows);
}

/** Returns when the last step that is known begins, which may not have been over. */
function newestTime() {
  const last = Math.max(0, ...series.map(({ id }) => points.of(id).at(-1)?.time ?? 0));
  return Math.max(last - view.step, Math.floor(view.from));
}

function news(answer) {
  take(answer);
  points.add(answer.series);
  points.trim(view.from - view.gap);
  paint();
}

/** Asks which series there are; a disk may be new. */
async function refresh() {
  try {
    const answer = await ask(`/api/v1/hosts/${id}`);
    take(answer);
    interval = answer.interval_ms;
    const isNew = answer.series.map(({ id }) => id).join() !== series.map(({ id }) => id).join();
    series = answer.series;
    if (isNew) {
      build();
      await look({});
    }
    return true;
  } catch (error) {
    trouble(error.message);
    shows("lost");
    return false;
  }
}

function spans() {
  // Of a host that is new, an hour would be an empty chart.
  const age = now() - host.first_ms;
  const wanted = new URLSearchParams(location.search).get("span");
  view.span = SPANS[wanted] ?? (age < 10 * MINUTE ? SPANS["5 min"] : age < 40 * MINUTE ? SPANS["15 min"] : SPANS["1 h"]);
  for (const [text, span] of Object.entries(SPANS)) {
    const choose = () => {
      history.replaceState(null, "", `?${new URLSearchParams({ span: text })}`);
      look({ live: true, span });
    };
    find("#spans").append(el("button", { type: "button", "data-span": span, on: { click: choose } }, text));
  }
}

async function start() {
  try {
    const answer = await ask(`/api/v1/hosts/${id}`);
    take(answer);
    interval = answer.interval_ms;
    series = answer.series;
  } catch (error) {
    trouble(error.message);
    setTimeout(start, 5000);
    return;
  }
  trouble(null);
  find("#tiles").hidden = false;
  find("#back").addEventListener("click", hands.live);
  spans();
  build();
  await look({});
  setInterval(() => {
    tellAge();
    if (view.live && !document.hidden) paint();
  }, 1000);
  setInterval(() => document.hidden || refresh(), MINUTE);
  tellAge();
}

start();
