// Numbers as people read them.

const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const DECIMAL = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

function digits(value) {
  const size = Math.abs(value);
  if (size === 0 || size >= 100) return value.toFixed(0);
  if (size >= 10) return trim(value.toFixed(1));
  if (size >= 0.1) return trim(value.toFixed(2));
  return size < 0.0005 ? "0" : trim(value.toFixed(3));
}

function trim(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Writes bytes in multiples of 1024. */
export function bytes(value) {
  let n = 0;
  let size = value;
  while (Math.abs(size) >= 1023.5 && n < BINARY.length - 1) {
    size /= 1024;
    n += 1;
  }
  return `${n === 0 ? String(Math.round(size)) : digits(size)} ${BINARY[n]}`;
}

/** Writes a number with k, M or G. */
export function count(value) {
  for (const [size, letter] of DECIMAL) {
    if (Math.abs(value) >= size * 0.9995) return `${digits(value / size)} ${letter}`;
  }
  return digits(value);
}

/** Writes a part of a whole. */
export function percent(value) {
  const part = value * 100;
  return `${part.toFixed(Math.abs(part) >= 99.95 || part === 0 ? 0 : 1)} %`;
}

/** Writes a length of time. */
export function seconds(value) {
  const size = Math.abs(value);
  if (size === 0) return "0 s";
  if (size < 1e-3) return `${digits(value * 1e6)} µs`;
  if (size < 1) return `${digits(value * 1e3)} ms`;
  if (size < 120) return `${digits(value)} s`;
  if (size < 7200) return `${digits(value / 60)} min`;
  if (size < 172800) return `${digits(value / 3600)} h`;
  return `${digits(value / 86400)} days`;
}

/** Returns what `seconds` divides by. */
function timeScale(most) {
  return most < 120 ? 1 : most < 7200 ? 60 : most < 172800 ? 3600 : 86400;
}

/**
 * Returns how a quantity is written, by which base its axis is divided, and in what its round numbers are round. Counters are rates when they arrive: seconds a second are
 * a part of a whole.
 */
export function quantity(unit, kind) {
  const rate = kind === "counter";
  switch (unit) {
    case "bytes":
      return { base: 1024, write: rate ? (value) => `${bytes(value)}/s` : bytes };
    case "seconds":
      return rate ? { base: 10, write: percent, scale: () => 0.01 } : { base: 10, write: seconds, scale: timeScale };
    case "ratio":
      return { base: 10, write: percent, scale: () => 0.01 };
    default:
      return { base: 10, write: rate ? (value) => `${count(value)}/s` : count };
  }
}
