// The form of a rule: fields and the text that they make, or a text that hands have written.

import { tell } from "./api.js";
import { setText } from "./page.js";
import { showReplay } from "./replay.js";
import { labelText, ruleText } from "./ruletext.js";

const find = (selector) => document.querySelector(selector);
const NAMES = ["name", "metric", "labels", "function", "window", "comparison", "limit", "breaches", "recover", "good", "severity", "hosts", "at_most", "repeat", "summary"];
const USUAL = { name: "", metric: "", labels: "", function: "last", window: "3", comparison: ">", limit: "", breaches: "3", recover: "", good: "1", severity: "warning", hosts: "", at_most: "", repeat: "1h", summary: "" };

/** What was tried last, letter by letter: only that can be saved. */
let tried = null;
/** Whether the text is written by hand. */
let byHand = false;
let version = "";
let busy = false;
/** Counts what is asked, so that an answer that is no longer wanted is not shown. */
let asked = 0;
let whenDone = () => {};

function field(name) {
  return find(`#${name}`);
}

/** Lets the text follow the fields. */
function follow() {
  const name = field("function").value;
  for (const element of document.querySelectorAll(".compared")) element.hidden = name === "absent";
  find("#windowlabel").hidden = name === "last";
  find("#windowlabel").firstChild.textContent = name === "absent" ? "for " : "of the last ";
  find("#windowlabel small").textContent = name === "absent" ? "such as 5m" : "samples, or 5m";
  if (!byHand) find("#text").value = ruleText(Object.fromEntries(NAMES.map((name) => [name, field(name).value.trim()])));
  changed();
}

/** Sees to it that only what was tried is saved. */
function changed() {
  const isTried = tried !== null && tried === find("#text").value;
  find("#save").disabled = !isTried || busy;
  find("#try").disabled = busy;
  find("#savehint").hidden = isTried;
  find("#text").rows = Math.max(5, find("#text").value.split("\n").length);
}

function setByHand(is) {
  byHand = is;
  find("#fields").disabled = is;
  find("#byfields").hidden = !is;
  setText(find("#texthint"), is ? "written by hand; the fields above rest" : "follows the fields; or write here yourself");
}

/** Shows what is wrong, beside the line that it is about. */
function problem(error) {
  setText(find("#problem"), error?.message ?? "");
  const text = find("#text");
  text.setAttribute("aria-invalid", String(Boolean(error)));
  if (!error?.line) return;
  const lines = text.value.split("\n");
  const from = lines.slice(0, error.line - 1).join("\n").length + (error.line > 1 ? 1 : 0);
  // The field that makes the line, or the line itself.
  const key = lines[error.line - 1]?.split(" ")[0];
  const fields = { name: "name", when: "limit", recover: "recover", breaches: "breaches", good: "good", hosts: "hosts", at_most: "at_most", repeat: "repeat", summary: "summary" };
  const own = !byHand && fields[key] ? field(fields[key] === "limit" && field("function").value === "absent" ? "window" : fields[key]) : text;
  own.focus();
  if (own === text) text.setSelectionRange(from, from + (lines[error.line - 1]?.length ?? 0));
}

async function attempt() {
  const text = find("#text").value;
  const mine = (asked += 1);
  busy = true;
  changed();
  problem(null);
  try {
    const said = await tell("try", { text, hours: Number(field("hours").value) });
    if (mine !== asked) return;
    if (said.wrong) throw Object.assign(new Error(said.wrong), { line: said.line });
    tried = text;
    showReplay(find("#replay"), said);
    setText(find("#save"), said.replaces ? `Save in place of ${said.name}` : "Save");
  } catch (error) {
    if (mine !== asked) return;
    find("#replay").replaceChildren();
    tried = null;
    problem(error);
  } finally {
    if (mine === asked) {
      busy = false;
      changed();
      if (!find("#save").disabled) find("#save").focus({ preventScroll: true });
    }
  }
}

async function save() {
  const mine = (asked += 1);
  busy = true;
  changed();
  try {
    const { name, replaces } = await tell("save", { text: tried, version });
    if (mine !== asked) return;
    busy = false;
    close();
    await whenDone(replaces ? `${name} is changed, and judged by.` : `${name} is made, and judged by.`);
  } catch (error) {
    if (mine !== asked) return;
    busy = false;
    changed();
    problem(error);
  }
}

/** Opens the form for a new rule, or for one that there is. */
export function open(rule, seen) {
  version = seen;
  asked += 1;
  busy = false;
  tried = null;
  const values = { ...USUAL };
  if (rule?.form) {
    const { labels, hosts, ...form } = rule.form;
    for (const [name, value] of Object.entries(form)) if (name in values) values[name] = value === null ? "" : String(value);
    values.name = rule.name;
    values.labels = labelText(labels);
    values.hosts = hosts.join(" ");
  }
  for (const name of NAMES) field(name).value = values[name];
  // What the fields cannot say is left as it is written.
  setByHand(Boolean(rule) && !rule.form);
  if (byHand) find("#text").value = rule.text;
  setText(find("#formname"), rule ? `Change ${rule.name}` : "New rule");
  setText(find("#save"), "Save");
  find("#replay").replaceChildren();
  problem(null);
  follow();
  find("#form").hidden = false;
  (byHand ? find("#text") : field("name")).focus();
  find("#form").scrollIntoView({ block: "nearest" });
}

export function close() {
  asked += 1;
  find("#form").hidden = true;
  find("#replay").replaceChildren();
}

/** Says what is known of the rules now: what is saved must have been made of that. */
export function seen(now) {
  version = now;
}

/** Makes the form work; `done` is called with a sentence when something is saved. */
export function start(done, metrics) {
  whenDone = done;
  find("#metrics").replaceChildren(...metrics.map((name) => Object.assign(document.createElement("option"), { value: name })));
  find("#form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy) attempt();
  });
  find("#fields").addEventListener("input", follow);
  find("#text").addEventListener("input", () => {
    if (!byHand) setByHand(true);
    changed();
  });
  find("#byfields").addEventListener("click", () => {
    setByHand(false);
    follow();
    field("name").focus();
  });
  find("#save").addEventListener("click", save);
  find("#cancel").addEventListener("click", () => {
    close();
    find("#new").focus();
  });
  find("#form").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    close();
    find("#new").focus();
  });
}
