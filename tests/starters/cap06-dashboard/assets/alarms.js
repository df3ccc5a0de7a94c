// The page with the alarms that are not well.

import { ask } from "./api.js";
import { ago, bar, el, setText, tile, trouble } from "./page.js";

/** How often they are asked for. */
const EVERY = 2000;

const COLUMNS = [
  { key: "severity", text: "Severity" },
  { key: "name", text: "Host" },
  { key: "rule", text: "Rule" },
  { key: "health", text: "State" },
  { key: "since", text: "Since" },
  { key: "summary", text: "What it says" },
];

/** The worst first, then what fires before what might. */
const SEVERITIES = ["critical", "warning", "info"];
const STATES = ["firing", "acknowledged", "recovering", "settling", "breaching"];

const find = (selector) => document.querySelector(selector);
const shows = bar();
const tiles = Object.fromEntries(["Firing", "Acknowledged", "Not told"].map((title) => [title, tile(title)]));
const body = el("tbody");

function row(alarm, now) {
  const cell = (key, ...children) => el("td", { class: key, "data-title": COLUMNS.find((column) => column.key === key).text }, ...children);
  const isWrong = alarm.state !== "breaching" && !alarm.by;
  const state = el("span", { class: "state", "data-state": isWrong ? "down" : undefined }, alarm.by ? `${alarm.state} by ${alarm.by}` : alarm.state);
  const quiet = alarm.since_ms !== undefined && !alarm.told ? [el("span", { class: "muted" }, " not told")] : [];
  return el(
    "tr",
    {},
    cell("severity", alarm.severity),
    el("th", { scope: "row", class: "name" }, alarm.host),
    cell("rule", alarm.rule + alarm.labels),
    cell("health", state, ...quiet),
    cell("since", el("span", { class: "muted" }, alarm.since_ms === undefined ? "" : ago(now - alarm.since_ms))),
    cell("summary", alarm.summary),
  );
}

function take({ now_ms: now, alarms }) {
  const place = (alarm) => SEVERITIES.indexOf(alarm.severity) * STATES.length + STATES.indexOf(alarm.state);
  alarms.sort((a, b) => place(a) - place(b) || (a.since_ms ?? 0) - (b.since_ms ?? 0));
  body.replaceChildren(...alarms.map((alarm) => row(alarm, now)));
  const active = alarms.filter((alarm) => alarm.since_ms !== undefined);
  const open = active.filter((alarm) => !alarm.by);
  tiles.Firing.set(String(open.length), open.length === 0 ? "nothing fires" : "nobody looks after it", null, open.length > 0 ? "bad" : "good");
  tiles.Acknowledged.set(String(active.length - open.length), "somebody looks after it");
  tiles["Not told"].set(String(active.filter((alarm) => !alarm.told).length), "silenced, limited or dependent");
  find("#none").hidden = alarms.length > 0;
  setText(find("#count"), alarms.length === 0 ? "" : `${alarms.length}`);
  document.title = open.length > 0 ? `(${open.length}) Alarms · muster` : "Alarms · muster";
}

async function load() {
  try {
    take(await ask("/api/v1/alarms"));
    trouble(null);
    shows("live");
  } catch (error) {
    trouble(error.message);
    shows("lost");
  }
}

function start() {
  find("#tiles").append(...Object.values(tiles).map(({ element }) => element));
  const head = COLUMNS.map(({ key, text }) => el("th", { scope: "col", class: key }, text));
  find("#alarms").append(el("caption", { class: "unseen" }, "Alarms"), el("thead", {}, el("tr", {}, ...head)), body);
  find("#alarms").after(el("p", { id: "none", class: "empty muted", hidden: true }, "All is well, as far as the rules look."));
  load();
  setInterval(() => document.hidden || load(), EVERY);
}

start();
