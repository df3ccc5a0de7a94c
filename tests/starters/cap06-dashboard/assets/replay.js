// What a rule would have done: numbers, a chart, a list.

import { Chart } from "./chart.js";
import { el, setText } from "./page.js";
import { Points } from "./points.js";
import { moment } from "./scale.js";
import { count, quantity, seconds } from "./units.js";

const PLAIN = quantity("count", "gauge");

/** Shows what the server has said. `hands` is for the chart. */
export function showReplay(place, said) {
  // What was before anything was measured is left out.
  const first = Math.min(...said.series.map(({ time_ms: [time] }) => time));
  const from = Math.max(said.from_ms, Math.min(first - 1000, said.to_ms - 60_000));
  const to = said.to_ms;
  const points = new Points();
  points.add(said.series.map((one, id) => ({ ...one, id })));
  const lines = said.series.map((one, id) => ({ name: one.host + one.labels, sums: [[{ id }]], make: (value) => value, colour: (id % 8) + 1 }));
  const firings = said.firings.map((one) => ({ from: one.from_ms, to: one.to_ms ?? to }));
  const panel = { title: "What it looks at", note: "dashed: what it is compared with; shaded: it fires", lines, quantity: PLAIN, limits: said.limits, firings };
  const step = said.series[0]?.step_ms ?? 1000;
  let view = { from, to, step, gap: Math.max(4 * step, 60_000) };
  const chart = new Chart(panel, {
    point: (time) => chart.point(time),
    zoom(a, b) {
      view = { ...view, from: Math.max(from, a), to: Math.min(to, Math.max(b, a + 10_000)) };
      chart.draw(points, view);
    },
    live() {
      view = { ...view, from, to };
      chart.draw(points, view);
    },
  });
  const chartPlace = said.series.length > 0 ? [chart.element] : [];
  place.replaceChildren(el("h2", {}, "What it would have done"), summary(said), ...chartPlace, list(said));
  if (said.series.length > 0) chart.draw(points, view);
}

function summary(said) {
  const span = seconds((said.to_ms - said.from_ms) / 1000);
  const text = el("p", { id: "verdict" });
  if (said.watched === 0) setText(text, `Nothing that it watches was reported in the last ${span}: is the metric's name right, and do the hosts have it?`);
  else if (said.fired === 0) setText(text, `It would not have fired in the last ${span}.`);
  else {
    const times = said.fired === 1 ? "once" : `${said.fired} times`;
    const on = said.fired_on === 1 ? "on one host" : `on ${said.fired_on} hosts`;
    setText(text, `It would have fired ${times} ${on} in the last ${span}, for ${seconds(said.together_ms / 1000)} together, ${seconds(said.longest_ms / 1000)} at the longest, with ${said.notified} notification${said.notified === 1 ? "" : "s"}.`);
  }
  text.dataset.level = said.watched === 0 ? "warn" : "";
  const looked = `Looked at ${count(said.samples)} samples of ${said.watched} series on ${said.hosts} host${said.hosts === 1 ? "" : "s"}. Silences, dependencies and the limit of all rules together are left out.`;
  return el("div", { role: "status" }, text, el("p", { class: "muted" }, el("code", {}, said.said)), el("p", { class: "hint" }, looked));
}

function list(said) {
  if (said.firings.length === 0) return "";
  const rows = said.firings.map((one) => {
    const host = one.host_id === null ? one.host : el("a", { href: `/hosts/${one.host_id}` }, one.host);
    const lasts = one.to_ms === null ? "fires still" : seconds((one.to_ms - one.from_ms) / 1000);
    const cell = (key, title, ...children) => el("td", { class: key, "data-title": title }, ...children);
    return el(
      "tr",
      {},
      el("th", { scope: "row", class: "name" }, host, one.labels),
      cell("from", "From", moment(one.from_ms, 1000)),
      cell("lasts", "For", lasts),
      cell("value", "Value", one.value === null ? "–" : count(one.value)),
    );
  });
  const head = ["Host", "From", "For", "Value"].map((title) => el("th", { scope: "col" }, title));
  const more = said.fired > said.firings.length ? [el("p", { class: "hint" }, `The newest ${said.firings.length} of ${said.fired}.`)] : [];
  return el("div", {}, el("table", { class: "card firings" }, el("caption", { class: "unseen" }, "When it would have fired"), el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows)), ...more);
}
