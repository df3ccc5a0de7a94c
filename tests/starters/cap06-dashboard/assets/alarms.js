// The page with the alarms that are not well, and the silences.

import { ask, me, tell } from "./api.js";
import { ago, ahead, bar, el, question, setText, tile, trouble } from "./page.js";

/** How often they are asked for. */
const EVERY = 2000;

const COLUMNS = [
  { key: "severity", text: "Severity" },
  { key: "name", text: "Host" },
  { key: "rule", text: "Rule" },
  { key: "health", text: "State" },
  { key: "since", text: "Since" },
  { key: "summary", text: "What it says" },
  { key: "does", text: "" },
];

/** The worst first, then what fires before what might. */
const SEVERITIES = ["critical", "warning", "info"];
const STATES = ["firing", "acknowledged", "recovering", "settling", "breaching"];
const SPANS = { "30 minutes": 30, "2 hours": 120, "8 hours": 480, "1 day": 1440, "7 days": 10080 };

const find = (selector) => document.querySelector(selector);
const shows = bar();
const tiles = Object.fromEntries(["Firing", "Acknowledged", "Not told"].map((title) => [title, tile(title)]));
const body = el("tbody");
const hushed = el("tbody");
/** The rows by alarm: one that stays keeps the keyboard's focus. */
const rows = new Map();
let mayChange = false;
/** What is silenced. */
let quiet = [];
/** By how much the hub's clock is ahead of this one's. */
let skew = 0;

const keyOf = (alarm) => JSON.stringify([alarm.host, alarm.rule, alarm.labels]);

/** Says whether a pattern, in which `*` is any text, takes a text. */
function takes(pattern, text) {
  const [first, ...rest] = pattern.split("*");
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop();
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - at >= last.length && text.endsWith(last);
}

/** Finds the silence that is about an alarm, as far as patterns without labels say. */
function silenceOf(alarm) {
  const is = (pattern, text) => pattern === null || takes(pattern, text);
  const labels = (one) => Object.entries(one.labels).every(([key, value]) => alarm.labels.includes(`${key}=${JSON.stringify(value)}`));
  return quiet.find((one) => is(one.rule, alarm.rule) && is(one.host, alarm.host) && is(one.severity, alarm.severity) && labels(one));
}

function row() {
  const cell = (key, ...children) => el("td", { class: key, "data-title": COLUMNS.find((column) => column.key === key).text }, ...children);
  const parts = {
    severity: cell("severity"),
    host: el("th", { scope: "row", class: "name" }),
    rule: cell("rule"),
    state: el("span", { class: "state" }),
    quiet: el("span", { class: "muted" }),
    since: el("span", { class: "muted" }),
    summary: cell("summary"),
    ack: el("button", { type: "button", hidden: true }, "Acknowledge"),
    hush: el("button", { type: "button", hidden: true }, "Silence"),
  };
  parts.element = el("tr", {}, parts.severity, parts.host, parts.rule, cell("health", parts.state, parts.quiet), cell("since", parts.since), parts.summary, cell("does", parts.ack, parts.hush));
  parts.ack.addEventListener("click", () => acknowledge(parts.alarm));
  parts.hush.addEventListener("click", () => hush(parts.alarm));
  return parts;
}

function fill(parts, alarm, now) {
  parts.alarm = alarm;
  const isActive = alarm.since_ms !== undefined;
  setText(parts.severity, alarm.severity);
  parts.severity.dataset.level = alarm.severity;
  setText(parts.host, alarm.host);
  setText(parts.rule, alarm.rule + alarm.labels);
  setText(parts.state, alarm.by ? `${alarm.state} by ${alarm.by}` : alarm.state);
  parts.state.dataset.state = isActive && !alarm.by ? "down" : "";
  const notes = [isActive && !alarm.told ? "not told" : "", silenceOf(alarm) ? "silenced" : ""].filter(Boolean);
  setText(parts.quiet, notes.length > 0 ? ` ${notes.join(", ")}` : "");
  setText(parts.since, isActive ? ago(now - alarm.since_ms) : "");
  setText(parts.summary, alarm.summary);
  const name = `${alarm.rule}${alarm.labels} on ${alarm.host}`;
  parts.ack.hidden = !mayChange || !isActive || Boolean(alarm.by);
  parts.ack.setAttribute("aria-label", `Acknowledge ${name}`);
  parts.hush.hidden = !mayChange;
  parts.hush.setAttribute("aria-label", `Silence ${name}`);
}

function take({ now_ms: now, alarms }) {
  skew = now - Date.now();
  const place = (alarm) => SEVERITIES.indexOf(alarm.severity) * STATES.length + STATES.indexOf(alarm.state);
  alarms.sort((a, b) => place(a) - place(b) || (a.since_ms ?? 0) - (b.since_ms ?? 0) || keyOf(a).localeCompare(keyOf(b)));
  const keys = new Set(alarms.map(keyOf));
  for (const [key, { element }] of rows) {
    if (keys.has(key)) continue;
    element.remove();
    rows.delete(key);
  }
  alarms.forEach((alarm, n) => {
    const key = keyOf(alarm);
    if (!rows.has(key)) rows.set(key, row());
    const parts = rows.get(key);
    fill(parts, alarm, now);
    if (body.children[n] !== parts.element) body.insertBefore(parts.element, body.children[n] ?? null);
  });
  const active = alarms.filter((alarm) => alarm.since_ms !== undefined);
  const open = active.filter((alarm) => !alarm.by);
  tiles.Firing.set(String(open.length), open.length === 0 ? "nothing fires" : "nobody looks after it", null, open.length > 0 ? "bad" : "good");
  tiles.Acknowledged.set(String(active.length - open.length), "somebody looks after it");
  tiles["Not told"].set(String(active.filter((alarm) => !alarm.told).length), "silenced, limited or dependent");
  find("#none").hidden = alarms.length > 0;
  find("#alarms").hidden = alarms.length === 0;
  setText(find("#count"), alarms.length === 0 ? "" : `${alarms.length}`);
  document.title = open.length > 0 ? `(${open.length}) Alarms · muster` : "Alarms · muster";
}

/** Shows the silences. */
function takeSilences({ silences }) {
  const now = Date.now() + skew;
  find("#quiet").hidden = silences.length === 0;
  const known = new Map([...hushed.children].map((element) => [element.dataset.id, element]));
  const elements = silences.map((one) => {
    const element = known.get(one.id) ?? silenceRow(one);
    setText(element.querySelector(".until"), ahead(one.until_ms - now));
    return element;
  });
  elements.forEach((element, n) => {
    if (hushed.children[n] !== element) hushed.insertBefore(element, hushed.children[n] ?? null);
  });
  while (hushed.children.length > elements.length) hushed.lastElementChild.remove();
}

function silenceRow(one) {
  const labels = Object.entries(one.labels).map(([key, value]) => `${key}=${value}`);
  const what = [one.rule && `rule ${one.rule}`, one.host && `host ${one.host}`, one.severity, ...labels].filter(Boolean).join(", ");
  const end = el("button", { type: "button", hidden: !mayChange, "aria-label": `End the silence of ${what}`, on: { click: () => unhush(one.id) } }, "End");
  return el("tr", { "data-id": one.id }, el("th", { scope: "row", class: "name" }, what), el("td", { class: "why" }, one.why), el("td", { class: "by muted" }, `by ${one.by}`), el("td", { class: "until muted" }), el("td", { class: "does" }, end));
}

async function acknowledge({ host, rule, labels }) {
  const reason = el("input", { id: "why", maxlength: 200, placeholder: "I am looking at it" });
  const said = await question(`Acknowledge ${rule}${labels} on ${host}`, "It is not told again until it is over.", [el("label", {}, "Reason", reason)], "Acknowledge");
  if (said) await act("ack", { host, rule, labels, why: reason.value });
}

async function hush({ host, rule, labels }) {
  const reason = el("input", { id: "why", maxlength: 200, required: true, placeholder: "a new disk is on its way" });
  const time = el("select", { id: "minutes" }, ...Object.entries(SPANS).map(([text, minutes]) => el("option", { value: minutes, selected: minutes === 120 }, text)));
  const wide = el("select", { id: "wide" }, el("option", { value: "one" }, `only this one`), el("option", { value: "host" }, `${rule} on ${host}`), el("option", { value: "rule" }, `${rule} on every host`), el("option", { value: "all" }, `everything on ${host}`));
  const fields = [el("label", {}, "Reason", reason), el("label", {}, "For", time), el("label", {}, "What", wide)];
  const said = await question(`Silence ${rule}${labels} on ${host}`, "What is silenced is judged all the same, and nobody is told.", fields, "Silence");
  if (!said) return;
  const what = { one: { rule, host, labels }, host: { rule, host }, rule: { rule }, all: { host } }[wide.value];
  await act("silence", { ...what, minutes: Number(time.value), why: reason.value });
}

function unhush(id) {
  return act("unsilence", { id });
}

async function act(what, values) {
  try {
    await tell(what, values);
    await load();
  } catch (error) {
    trouble(error.message);
  }
}

async function load() {
  try {
    mayChange = (await me()).role === "operator";
    const [alarms, silences] = await Promise.all([ask("/api/v1/alarms"), ask("/api/v1/silences")]);
    quiet = silences.silences;
    take(alarms);
    takeSilences(silences);
    shows("live");
    return true;
  } catch (error) {
    trouble(error.message);
    shows("lost");
    return false;
  }
}

/** Asks again and again; what went wrong with the connection is over when it is back. */
async function again() {
  const wasLost = find(".live").dataset.state === "lost";
  if ((await load()) && wasLost) trouble(null);
}

function start() {
  find("#tiles").append(...Object.values(tiles).map(({ element }) => element));
  const head = COLUMNS.map(({ key, text }) => (text ? el("th", { scope: "col", class: key }, text) : el("td", {})));
  find("#alarms").append(el("caption", { class: "unseen" }, "Alarms"), el("thead", {}, el("tr", {}, ...head)), body);
  find("#alarms").after(el("p", { id: "none", class: "empty muted", hidden: true }, "All is well, as far as the rules look."));
  find("#silences").append(el("caption", { class: "unseen" }, "Silences"), hushed);
  load();
  setInterval(() => document.hidden || again(), EVERY);
}

start();
