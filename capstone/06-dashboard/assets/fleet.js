// The page with all hosts.

import { ask } from "./api.js";
import { sparkline } from "./draw.js";
import { follow } from "./live.js";
import { ago, bar, el, levelOf, levelOfLoad, setMeter, setText, tile, trouble } from "./page.js";
import { bytes, count, percent } from "./units.js";

/** How much of the past a small chart shows, in how long steps, and how often it is asked for. */
const PAST = 15 * 60_000;
const STEP = 15_000;

const COLUMNS = [
  { key: "name", text: "Host", of: (host) => host.name },
  { key: "health", text: "State", of: (host) => (host.state === "down" ? 0 : 1) },
  { key: "cpu", text: "CPU", of: (host) => host.cpu, most: true },
  { key: "memory", text: "Memory", of: (host) => host.memory, most: true },
  { key: "load", text: "Load", of: (host) => host.load, most: true },
  { key: "filesystem", text: "Disk", of: (host) => host.filesystem, most: true },
  { key: "past", text: "CPU, 15 min", of: null },
  { key: "seen", text: "Reported", of: (host) => host.seen_ms },
];

const STATES = { all: "All", up: "Up", down: "Down" };

const find = (selector) => document.querySelector(selector);
const shows = bar();
const tiles = Object.fromEntries(["Hosts", "Down", "CPU", "Memory"].map((title) => [title, tile(title)]));
const body = el("tbody");
const rows = new Map();
let ahead = 0;
let sorted = { key: "health", least: true };
let state = "all";

function meter() {
  const bar = el("span", { class: "meter" }, el("span"));
  const text = el("span", { class: "number" });
  const set = (part) => {
    setText(text, part === null ? "–" : percent(part));
    text.dataset.level = levelOf(part);
    setMeter(bar, part ?? 0);
  };
  return { cell: [text, bar], set };
}

/** Makes the row of a host. */
function row(id) {
  const cells = { cpu: meter(), memory: meter(), filesystem: meter() };
  const link = el("a", { href: `/hosts/${id}` });
  const state = el("span", { class: "state" });
  const [load, past, seen] = [el("span", { class: "number" }), el("span"), el("span", { class: "muted" })];
  const cell = (key, ...children) => el("td", { class: key, "data-title": COLUMNS.find((column) => column.key === key).text }, ...children);
  const element = el(
    "tr",
    {},
    el("th", { scope: "row", class: "name" }, link),
    cell("health", state),
    cell("cpu", ...cells.cpu.cell),
    cell("memory", ...cells.memory.cell),
    cell("load", load),
    cell("filesystem", ...cells.filesystem.cell),
    cell("past", past),
    cell("seen", seen),
  );
  return { element, link, state, load, past, seen, ...cells, host: null };
}

/** Takes what the server says of hosts. */
function take(answer) {
  ahead = answer.now_ms - Date.now();
  for (const host of answer.hosts) {
    if (!rows.has(host.id)) rows.set(host.id, row(host.id));
    const row_ = rows.get(host.id);
    row_.host = host;
    setText(row_.link, host.name);
    row_.state.dataset.state = host.state;
    setText(row_.state, host.state);
    row_.element.dataset.state = host.state;
    row_.cpu.set(host.cpu);
    row_.memory.set(host.memory);
    row_.filesystem.set(host.filesystem);
    setText(row_.load, host.load === null ? "–" : count(host.load));
    row_.load.dataset.level = levelOfLoad(host.load, host.cpus);
    row_.load.title = host.cpus ? `${host.cpus} processors` : "";
    if (host.history) row_.past.replaceChildren(sparkline(host.history, 1, 120, 28));
  }
  arrange();
  sumUp();
  tellAge();
}

/** Puts the rows in order, and takes away those that are not asked for. */
function arrange() {
  const text = find("#filter").value.trim().toLowerCase();
  const { of } = COLUMNS.find(({ key }) => key === sorted.key);
  const sign = sorted.least ? 1 : -1;
  const order = (a, b) => {
    const [x, y] = [of(a.host), of(b.host)];
    if (x !== y) return x === null ? 1 : y === null ? -1 : sign * (typeof x === "string" ? x.localeCompare(y, undefined, { numeric: true }) : x - y);
    return a.host.name.localeCompare(b.host.name, undefined, { numeric: true }) || a.host.id - b.host.id;
  };
  const shown = [...rows.values()]
    .filter(({ host }) => host.name.toLowerCase().includes(text) && (state === "all" || host.state === state))
    .sort(order);
  // Rows that stay where they are keep the keyboard's focus.
  shown.forEach(({ element }, n) => {
    if (body.children[n] !== element) body.insertBefore(element, body.children[n] ?? null);
  });
  while (body.children.length > shown.length) body.lastElementChild.remove();
  setText(find("#count"), shown.length === rows.size ? "" : `${shown.length} of ${rows.size}`);
  find("#none").hidden = shown.length > 0;
  setText(find("#none"), rows.size === 0 ? "No host has reported yet. An agent makes itself known with its first report." : "No host is like this.");
}

function sumUp() {
  const hosts = [...rows.values()].map(({ host }) => host);
  const up = hosts.filter((host) => host.state === "up");
  const down = hosts.length - up.length;
  const sum = (of) => up.reduce((all, host) => all + (of(host) ?? 0), 0);
  tiles.Hosts.set(String(hosts.length), `${up.length} up`);
  tiles.Down.set(String(down), down === 0 ? "all report" : hosts.filter((host) => host.state === "down").map((host) => host.name).slice(0, 3).join(", "), null, down > 0 ? "bad" : "good");
  const cpus = sum((host) => host.cpus);
  const busy = cpus > 0 ? sum((host) => (host.cpu ?? 0) * (host.cpus ?? 0)) / cpus : null;
  tiles.CPU.set(busy === null ? "–" : percent(busy), `${cpus} processors`, busy, levelOf(busy));
  const total = sum((host) => host.memory_bytes);
  const used = sum((host) => (host.memory ?? 0) * (host.memory_bytes ?? 0));
  tiles.Memory.set(total > 0 ? percent(used / total) : "–", total > 0 ? `${bytes(used)} of ${bytes(total)}` : "", total > 0 ? used / total : null);
  document.title = down > 0 ? `(${down} down) Fleet · muster` : "Fleet · muster";
}

function tellAge() {
  const now = Date.now() + ahead;
  for (const { host, seen } of rows.values()) setText(seen, ago(now - host.seen_ms));
}

/** Makes the head of the table, whose buttons sort. */
function head() {
  const cells = COLUMNS.map(({ key, text, of, most }) => {
    if (!of) return el("th", { scope: "col", class: key }, text);
    const button = el("button", { type: "button" }, text);
    const cell = el("th", { scope: "col", class: key }, button);
    button.addEventListener("click", () => {
      sorted = { key, least: sorted.key === key ? !sorted.least : !most };
      for (const other of cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", sorted.least ? "ascending" : "descending");
      arrange();
    });
    if (key === sorted.key) cell.setAttribute("aria-sort", "ascending");
    return cell;
  });
  return el("thead", {}, el("tr", {}, ...cells));
}

async function load() {
  try {
    take(await ask("/api/v1/hosts", { from_ms: Date.now() + ahead - PAST, step_ms: STEP }));
    trouble(null);
  } catch (error) {
    trouble(error.message);
  }
}

async function start() {
  find("#tiles").append(...Object.values(tiles).map(({ element }) => element));
  find("#hosts").append(el("caption", { class: "unseen" }, "Hosts"), head(), body);
  find("#hosts").after(el("p", { id: "none", class: "empty muted", hidden: true }));
  for (const [key, text] of Object.entries(STATES)) {
    const button = el("button", { type: "button", "aria-pressed": String(key === state) }, text);
    button.addEventListener("click", () => {
      state = key;
      for (const other of find("#states").children) other.setAttribute("aria-pressed", String(other === button));
      arrange();
    });
    find("#states").append(button);
  }
  find("#filter").addEventListener("input", arrange);
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, select")) return;
    event.preventDefault();
    find("#filter").focus();
  });
  await load();
  follow(() => "/api/v1/events", { hosts: take }, shows);
  setInterval(() => document.hidden || load(), STEP);
  setInterval(tellAge, 1000);
}

start();
