// A chart: a grid with units, lines or stacked areas, a legend that reads values, a cursor for pointer and keyboard.

import { area, line as linePath, pieces, set, stack, svg } from "./draw.js";
import { el, setText } from "./page.js";
import { brief, moment, nearest, reach, timeTicks, valueTicks } from "./scale.js";

const HEIGHT = 190;
const LEFT = 66;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 22;

/** The most lines that are shown until somebody chooses, and how many are too few to leave out those that are always 0. */
const MOST_LINES = 8;
const FEW_LINES = 4;

/** The least width of what is dragged over to zoom, in pixels. */
const DRAG = 8;

export class Chart {
  #panel;
  #hands;
  #lines = [];
  #view = null;
  #cursor = null;
  #drag = null;
  #width = 0;
  #times = [];
  /** Whether somebody has chosen lines. */
  #chosen = false;

  /** `hands` has what the page does: `point(time)` for all charts, `zoom(from, to)`, `live()`. */
  constructor(panel, hands) {
    this.#panel = panel;
    this.#hands = hands;
    this.now = el("span", { class: "now" });
    this.said = el("span", { class: "unseen", role: "status" });
    this.grid = svg("g", { class: "grid" });
    // A picture in the picture: it cuts off what is before the beginning.
    this.shapes = svg("svg", {});
    this.mark = svg("g", { class: "mark" });
    // When a rule would have fired, behind the lines; what it compares with, before them.
    this.firings = svg("g", { class: "firings" });
    this.limits = svg("g", { class: "limits" });
    this.range = svg("rect", { class: "range", y: TOP, height: HEIGHT - TOP - BOTTOM, width: 0 });
    this.picture = svg("svg", { height: HEIGHT, "aria-hidden": "true" }, this.grid, this.firings, this.shapes, this.limits, this.range, this.mark);
    this.plot = el("div", { class: "plot", tabindex: 0, role: "group", "aria-roledescription": "chart", "aria-label": panel.title }, this.picture, this.said);
    this.empty = el("p", { class: "empty muted" }, "Nothing was reported in this time.");
    this.legend = el("div", { class: "legend" });
    this.element = el(
      "figure",
      { class: "chart card" },
      el("figcaption", {}, el("h2", {}, panel.title), el("span", { class: "muted" }, panel.note ?? ""), this.now),
      this.plot,
      this.empty,
      this.legend,
    );
    for (const line of panel.lines) this.#lines.push(this.#entry(line));
    this.rest = el("button", { type: "button", hidden: true, on: { click: () => this.#showAll() } });
    this.legend.append(this.rest);
    this.#listen();
    new ResizeObserver(([entry]) => {
      this.#width = Math.floor(entry.contentRect.width);
      this.#paint();
    }).observe(this.plot);
  }

  /** Draws points that the page has, in a view of time. */
  draw(points, view) {
    this.#view = view;
    for (const entry of this.#lines) {
      entry.points = points.line(entry.line).filter(({ time }) => time > view.from - view.gap && time < view.to + view.step);
    }
    if (!this.#chosen && !this.#panel.stacked) this.#choose();
    this.#paint();
  }

  /** The series that it draws. */
  get series() {
    return this.#panel.lines.flatMap(({ sums }) => sums.flat());
  }

  /** Shows the lines in which something happens. */
  #choose() {
    const busy = this.#lines
      .map((entry) => ({ entry, most: entry.points.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0) }))
      .filter(({ most }) => most > 0 || this.#lines.length <= FEW_LINES)
      .sort((a, b) => b.most - a.most)
      .slice(0, MOST_LINES)
      .map(({ entry }) => entry);
    for (const entry of this.#lines) {
      // If nothing happens anywhere, that is what is shown.
      entry.on = busy.length === 0 || busy.includes(entry);
      entry.button.setAttribute("aria-pressed", String(entry.on));
      entry.button.hidden = !entry.on;
    }
    const hidden = this.#lines.filter((entry) => !entry.on).length;
    this.rest.hidden = hidden === 0;
    setText(this.rest, `and ${hidden} more`);
  }

  /** Lets somebody choose among all lines. */
  #showAll() {
    this.#chosen = true;
    for (const { button } of this.#lines) button.hidden = false;
    this.rest.hidden = true;
    this.#lines.find((entry) => !entry.on)?.button.focus();
  }

  /** Shows the cursor at a time, or none. */
  point(time) {
    this.#cursor = time;
    this.#paintCursor();
  }

  #entry(line) {
    const value = el("span", { class: "value" });
    const button = el("button", { type: "button", "aria-pressed": "true" }, el("i", {}), line.name, value);
    button.style.setProperty("--c", line.faint ? "var(--faint)" : `var(--c${line.colour})`);
    button.classList.toggle("down", Boolean(line.down));
    const entry = { line, button, value, points: [], on: true };
    button.addEventListener("click", () => {
      this.#chosen = true;
      entry.on = !entry.on;
      button.setAttribute("aria-pressed", String(entry.on));
      this.#paint();
    });
    this.legend.append(button);
    return entry;
  }

  get #shown() {
    return this.#lines.filter((entry) => entry.on);
  }

  #paint() {
    if (!this.#view || this.#width < LEFT + RIGHT + 20) return;
    const { gap } = this.#view;
    const shown = this.#shown;
    if (this.#panel.stacked) stack(shown);
    else for (const entry of shown) entry.stacked = entry.points.map((point) => ({ ...point, low: 0 }));
    this.#times = [...new Set(shown.flatMap(({ points }) => points.map(({ time }) => time)))].sort((a, b) => a - b);
    this.empty.hidden = this.#times.length > 0;
    set(this.picture, { width: this.#width, viewBox: `0 0 ${this.#width} ${HEIGHT}` });
    this.#scale(shown);
    const { x, y } = this;
    this.shapes.replaceChildren(
      ...shown.flatMap(({ line, stacked }) => {
        const all = pieces(stacked, gap);
        const colour = line.faint ? "var(--faint)" : `var(--c${line.colour})`;
        const parts = [];
        if (this.#panel.stacked || this.#panel.filled) {
          parts.push(svg("path", { class: this.#panel.stacked ? "area" : "area light", d: area(all, x, y) }));
        } else if (this.#hasBands(shown)) {
          const band = pieces(stacked.map(({ time, min, max }) => ({ time, value: max, low: min })), gap);
          parts.push(svg("path", { class: "band", d: area(band, x, y) }));
        }
        parts.push(svg("path", { class: "line", d: linePath(all, x, y) }));
        for (const part of parts) part.style.setProperty("--c", colour);
        return parts;
      }),
    );
    this.#paintRule();
    this.#paintCursor();
  }

  /** Marks when a rule would have fired, and what it compares with. */
  #paintRule() {
    const { limits = [], firings = [] } = this.#panel;
    const [left, right] = [LEFT, this.#width - RIGHT];
    const inside = (x) => Math.min(Math.max(x, left), right);
    const spans = firings.map(({ from, to }) => [inside(this.x(from)), inside(this.x(to))]).filter(([from, to]) => to > left && from < right);
    this.firings.replaceChildren(...spans.map(([from, to]) => svg("rect", { x: from, y: TOP, width: Math.max(2, to - from), height: HEIGHT - TOP - BOTTOM })));
    const heights = limits.map((limit) => Math.round(this.y(limit)) + 0.5);
    this.limits.replaceChildren(...heights.map((y) => svg("line", { x1: left, x2: right, y1: y, y2: y })));
  }

  /** Few lines have room for what they were at least and at most in each step. */
  #hasBands(shown) {
    return !this.#panel.stacked && !this.#panel.filled && shown.length <= 3;
  }

  #scale(shown) {
    const { quantity, least = 0, most: limit, limits = [] } = this.#panel;
    const { from, to } = this.#view;
    const values = shown.flatMap(({ stacked }) => stacked.map(({ value, max }) => (this.#hasBands(shown) ? max : value)));
    const [low, high] = reach([...values, ...limits]);
    // Some air, so that no peak hides at the edge; what goes down is seen beside what goes up.
    const top = Math.min(limit ?? Infinity, Math.max(least, high) * 1.06) || 1;
    const bottom = shown.some(({ line }) => line.down) ? Math.min(low * 1.06, -top / 8) : low * 1.06;
    const scale = quantity.scale?.(top) ?? 1;
    const ticks = valueTicks(bottom / scale, top / scale, 4, quantity.base).map((tick) => tick * scale);
    const [width, height] = [this.#width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
    this.x = (time) => LEFT + ((time - from) / (to - from)) * width;
    this.y = (value) => TOP + (1 - (value - bottom) / (top - bottom)) * height;
    const marks = [];
    for (const tick of ticks) {
      const y = Math.round(this.y(tick)) + 0.5;
      marks.push(svg("line", { x1: LEFT, x2: LEFT + width, y1: y, y2: y, class: tick === 0 ? "zero" : "" }));
      marks.push(svg("text", { x: LEFT - 8, y: y + 4, "text-anchor": "end" }, brief(quantity.write(Math.abs(tick)))));
    }
    set(this.shapes, { x: LEFT, y: TOP - 1, width, height: height + 2, viewBox: `${LEFT} ${TOP - 1} ${width} ${height + 2}` });
    for (const { time, text } of timeTicks(from, to, Math.max(2, Math.floor(width / 90)))) {
      const x = Math.round(this.x(time)) + 0.5;
      marks.push(svg("line", { x1: x, x2: x, y1: TOP, y2: TOP + height, class: "time" }));
      const inside = Math.min(Math.max(x, LEFT + 12), LEFT + width - 20);
      marks.push(svg("text", { x: inside, y: HEIGHT - 6, "text-anchor": "middle" }, text));
    }
    this.grid.replaceChildren(...marks);
  }

  #paintCursor() {
    if (!this.x) return;
    const { quantity, total, headline } = this.#panel;
    const time = this.#cursor === null ? this.#times.at(-1) : nearest(this.#times, this.#cursor, this.#view.gap);
    const marks = [];
    let sum = 0;
    for (const entry of this.#lines) {
      const at = time === undefined || !entry.on ? -1 : entry.points.findLastIndex((point) => point.time === time);
      const value = at < 0 ? null : Math.abs(entry.points[at].value);
      sum += value ?? 0;
      setText(entry.value, value === null ? "–" : quantity.write(value));
      if (at >= 0 && this.#cursor !== null) {
        const dot = svg("circle", { cx: this.x(time), cy: this.y(entry.stacked[at].value), r: 3 });
        dot.style.setProperty("--c", entry.line.faint ? "var(--faint)" : `var(--c${entry.line.colour})`);
        marks.push(dot);
      }
    }
    const head = this.#lines[headline ?? 0];
    setText(this.now, total ? (time === undefined ? "–" : quantity.write(sum)) : headline === undefined ? "" : head.value.textContent);
    if (this.#cursor !== null) {
      const x = Math.round(this.x(time ?? this.#cursor)) + 0.5;
      const text = moment(time ?? this.#cursor, this.#view.step);
      const half = text.length * 3.4 + 6;
      const middle = Math.min(Math.max(x, LEFT + half), this.#width - RIGHT - half);
      marks.unshift(
        svg("line", { x1: x, x2: x, y1: TOP, y2: HEIGHT - BOTTOM }),
        svg("rect", { x: middle - half, y: HEIGHT - BOTTOM + 3, width: 2 * half, height: 17, rx: 4 }),
        svg("text", { x: middle, y: HEIGHT - BOTTOM + 16, "text-anchor": "middle" }, text),
      );
    }
    this.mark.replaceChildren(...marks);
  }

  #timeAt(event) {
    const { left } = this.picture.getBoundingClientRect();
    const { from, to } = this.#view;
    const part = (event.clientX - left - LEFT) / (this.#width - LEFT - RIGHT);
    return from + Math.min(1, Math.max(0, part)) * (to - from);
  }

  #listen() {
    const { plot } = this;
    plot.addEventListener("pointermove", (event) => {
      if (!this.x) return;
      const time = this.#timeAt(event);
      if (this.#drag !== null) this.#paintDrag(time);
      this.#hands.point(time);
    });
    plot.addEventListener("pointerleave", () => this.#hands.point(null));
    plot.addEventListener("pointerdown", (event) => {
      // A finger reads values; only a mouse drags.
      if (!this.x || event.pointerType === "touch" || event.button !== 0) return;
      plot.setPointerCapture(event.pointerId);
      this.#drag = this.#timeAt(event);
    });
    plot.addEventListener("pointerup", (event) => {
      if (this.#drag === null) return;
      const [from, to] = [this.#drag, this.#timeAt(event)].sort((a, b) => a - b);
      this.#drag = null;
      set(this.range, { width: 0 });
      if (this.x(to) - this.x(from) >= DRAG) this.#hands.zoom(from, to);
    });
    plot.addEventListener("pointercancel", () => {
      this.#drag = null;
      set(this.range, { width: 0 });
    });
    plot.addEventListener("blur", () => this.#hands.point(null));
    plot.addEventListener("keydown", (event) => this.#key(event));
  }

  #paintDrag(time) {
    const [from, to] = [this.#drag, time].sort((a, b) => a - b);
    set(this.range, { x: this.x(from), width: Math.max(0, this.x(to) - this.x(from)) });
  }

  #key(event) {
    if (!this.x || event.ctrlKey || event.metaKey || event.altKey) return;
    const { from, to } = this.#view;
    const at = this.#cursor === null ? this.#times.length : this.#times.findIndex((time) => time >= this.#cursor);
    const middle = this.#cursor ?? (from + to) / 2;
    switch (event.key) {
      case "ArrowLeft":
      case "ArrowRight": {
        const next = (at < 0 ? this.#times.length : at) + (event.key === "ArrowLeft" ? -1 : 1) * (event.shiftKey ? 10 : 1);
        const time = this.#times[Math.min(Math.max(next, 0), this.#times.length - 1)];
        if (time !== undefined) this.#hands.point(time);
        this.#say();
        break;
      }
      case "+":
      case "=":
        this.#hands.zoom(middle - (middle - from) / 2, middle + (to - middle) / 2);
        break;
      case "-":
        this.#hands.zoom(middle - (middle - from) * 2, middle + (to - middle) * 2);
        break;
      case "Escape":
        if (this.#cursor === null) this.#hands.live();
        this.#hands.point(null);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  #say() {
    if (this.#cursor === null) return;
    const values = this.#shown.map(({ line, value }) => `${line.name} ${value.textContent}`).join(", ");
    setText(this.said, `${moment(this.#cursor, this.#view.step)}: ${values}`);
  }
}
