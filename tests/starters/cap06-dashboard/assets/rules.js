// The page with the rules.

import { ask, me, tell } from "./api.js";
import { bar, confirm, el, setText, trouble } from "./page.js";
import * as form from "./ruleform.js";

const COLUMNS = [
  { key: "severity", text: "Severity" },
  { key: "name", text: "Rule" },
  { key: "condition", text: "As it is understood" },
  { key: "history", text: "Who and when" },
  { key: "does", text: "" },
];

/** How often it is looked whether rules fire. */
const EVERY = 3000;

const find = (selector) => document.querySelector(selector);
const shows = bar();
const body = el("tbody");
let version = "";
let mayChange = false;
/** Where it is shown whether a rule fires. */
let states = new Map();

function row(rule) {
  const cell = (key, ...children) => el("td", { class: key, "data-title": COLUMNS.find((column) => column.key === key).text }, ...children);
  const state = el("span", { class: "state" });
  states.set(rule.name, state);
  const said = rule.said.slice(rule.said.indexOf(": ") + 2);
  const summary = rule.summary ? [el("span", { class: "muted" }, rule.summary)] : [];
  const edit = el("button", { type: "button", "aria-label": `Change ${rule.name}`, on: { click: () => form.open(rule, version) } }, "Change");
  const remove = el("button", { type: "button", "aria-label": `Take out ${rule.name}`, on: { click: () => takeOut(rule.name) } }, "Take out");
  return el(
    "tr",
    {},
    el("td", { class: "severity", "data-title": "Severity", "data-level": rule.severity }, rule.severity),
    el("th", { scope: "row", class: "name" }, rule.name, " ", state),
    cell("condition", el("code", {}, said), ...summary),
    cell("history", ...rule.comments.slice(-3).map((line) => el("span", { class: "muted" }, line))),
    cell("does", ...(mayChange ? [edit, remove] : [])),
  );
}

async function takeOut(name) {
  const sure = await confirm(`Take out ${name}?`, "Its alarms are forgotten: whoever was told that one fires is not told that it is over.", "Take out");
  if (!sure) return;
  try {
    await tell("remove", { name, version });
    await done(`${name} is taken out.`);
    find("#new").focus();
  } catch (error) {
    trouble(error.message);
  }
}

async function done(sentence) {
  setText(find("#done"), sentence);
  await load();
  await look();
}

async function load() {
  const { rules, version: now, metrics, path } = await ask("/api/v1/rules");
  version = now;
  form.seen(now);
  states = new Map();
  body.replaceChildren(...rules.map(row));
  find("#none").hidden = rules.length > 0;
  setText(find("#count"), rules.length === 0 ? "" : `${rules.length} in ${path.split("/").at(-1)}`);
  trouble(null);
  return metrics;
}

/** Shows which rules fire. */
async function look() {
  try {
    const { alarms } = await ask("/api/v1/alarms");
    for (const [name, state] of states) {
      const mine = alarms.filter((alarm) => alarm.rule === name && alarm.since_ms !== undefined);
      setText(state, mine.length === 0 ? "" : `fires on ${mine.length}`);
      state.dataset.state = mine.length === 0 ? "" : "down";
    }
    shows("live");
  } catch {
    shows("lost");
  }
}

/** Shows the rules, and says whether that has worked. */
async function ready() {
  try {
    mayChange = (await me()).role === "operator";
    form.start(done, await load());
    find("#new").hidden = !mayChange;
    return true;
  } catch (error) {
    trouble(error.message);
    shows("lost");
    return false;
  }
}

async function start() {
  const head = COLUMNS.map(({ key, text }) => (text ? el("th", { scope: "col", class: key }, text) : el("td", {})));
  find("#rules").append(el("caption", { class: "unseen" }, "Rules"), el("thead", {}, el("tr", {}, ...head)), body);
  find("#rules").after(el("p", { id: "none", class: "empty muted", hidden: true }, "There is no rule yet. That a host does not report is told without one."));
  find("#new").addEventListener("click", () => {
    setText(find("#done"), "");
    form.open(null, version);
  });
  while (!(await ready())) await new Promise((after) => setTimeout(after, EVERY));
  await look();
  setInterval(() => document.hidden || look(), EVERY);
}

start();
