// Shapes of SVG.

const SVG = "http://www.w3.org/2000/svg";

/** Makes an element of SVG. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  set(element, attributes);
  element.append(...children);
  return element;
}

/** Sets attributes. */
export function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
}

const at = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** Cuts points where too long a time is between two of them: a line there would claim what nobody knows. */
export function pieces(points, gap) {
  const all = [];
  let piece = [];
  for (const point of points) {
    if (piece.length > 0 && point.time - piece.at(-1).time > gap) {
      all.push(piece);
      piece = [];
    }
    piece.push(point);
  }
  if (piece.length > 0) all.push(piece);
  return all;
}

/** Returns the path of a line. A point alone is a short stroke, so that it is seen. */
export function line(all, x, y) {
  return all
    .map((piece) => {
      const path = piece.map((point) => at(x(point.time), y(point.value)));
      return piece.length === 1 ? `M${path[0]}h1.5` : `M${path.join("L")}`;
    })
    .join("");
}

/** Returns the path of an area between two values of each point, `low` and `value`. */
export function area(all, x, y) {
  return all
    .map((piece) => {
      const wide = piece.length === 1 ? [piece[0], { ...piece[0], time: piece[0].time, wide: 1.5 }] : piece;
      const place = (point) => x(point.time) + (point.wide ?? 0);
      const top = wide.map((point) => at(place(point), y(point.value)));
      const bottom = wide.map((point) => at(place(point), y(point.low))).reverse();
      return `M${top.join("L")}L${bottom.join("L")}Z`;
    })
    .join("");
}

/** Puts lines one upon another, wherever any of them has a value. */
export function stack(entries) {
  const heights = new Map();
  for (const entry of entries) {
    entry.stacked = entry.points.map((point) => {
      const low = heights.get(point.time) ?? 0;
      heights.set(point.time, low + point.value);
      return { ...point, low, value: low + point.value };
    });
  }
}

/** Draws a small line without axes of numbers from 0 to `most`; `null` is a gap. */
export function sparkline(values, most, width, height) {
  const points = values.map((value, time) => ({ time, value, low: 0 })).filter((point) => point.value !== null);
  const x = (time) => (time / Math.max(1, values.length - 1)) * (width - 2) + 1;
  const y = (value) => height - 1 - (Math.min(value, most) / most) * (height - 2);
  const all = pieces(points, 2.5);
  return svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { class: "fill", d: area(all, x, y) }),
    svg("path", { class: "stroke", d: line(all, x, y) }),
  );
}
