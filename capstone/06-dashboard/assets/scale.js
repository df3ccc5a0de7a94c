// Where the lines of a chart's grid are.

/** Returns the round numbers from `least` to `most`, about `lines` of them. */
export function valueTicks(least, most, lines, base) {
  const span = most - least;
  if (!(span > 0)) return [least];
  const rough = span / lines;
  let step;
  if (base === 1024) {
    // Of 1024: powers of two are round.
    step = 2 ** Math.round(Math.log2(rough));
  } else {
    const power = 10 ** Math.floor(Math.log10(rough));
    step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999999);
  }
  const ticks = [];
  for (let n = Math.ceil(least / step - 1e-9); n * step <= most + step * 1e-9; n += 1) ticks.push(n * step);
  return ticks;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7].map((n) => n * DAY),
];

/** Returns the least round length of time that is no shorter. */
export function roundStep(ms) {
  return STEPS.find((step) => step >= ms) ?? Math.ceil(ms / DAY) * DAY;
}

/** Returns moments that are round in local time, and how each is written. */
export function timeTicks(from, to, most) {
  const step = roundStep((to - from) / most);
  // Local midnight, not that of UTC, is where a day begins.
  const shift = new Date(to).getTimezoneOffset() * MINUTE;
  const ticks = [];
  for (let time = Math.ceil((from - shift) / step) * step + shift; time < to; time += step) {
    ticks.push({ time, text: writeTime(time, step) });
  }
  return ticks;
}

const two = (number) => String(number).padStart(2, "0");

function writeTime(time, step) {
  const date = new Date(time);
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (step < MINUTE) return `${clock}:${two(date.getSeconds())}`;
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0;
  if (step >= DAY || isMidnight) return date.toLocaleDateString(undefined, { day: "numeric", month: "short" });
  return clock;
}

/** Writes a moment in full. */
export function moment(time, step) {
  const date = new Date(time);
  const day = date.toDateString() === new Date().toDateString() ? "" : `${date.toLocaleDateString(undefined, { day: "numeric", month: "short" })} `;
  return `${day}${two(date.getHours())}:${two(date.getMinutes())}${step < MINUTE ? `:${two(date.getSeconds())}` : ""}`;
}

/** The least and the most, without giving a function a hundred thousand arguments. */
export function reach(values) {
  let [least, most] = [0, 0];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

/** Leaves out a fraction of nothing, which a round number does not need. */
export function brief(text) {
  return text.replace(/\.0+(?= |$)/, "");
}

/** Returns the time that is nearest to another one, if any is near. */
export function nearest(times, time, gap) {
  let best;
  for (const one of times) {
    if (Math.abs(one - time) <= gap && (best === undefined || Math.abs(one - time) < Math.abs(best - time))) best = one;
  }
  return best;
}
