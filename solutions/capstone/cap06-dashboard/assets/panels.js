// Which charts a host has, from the series that it reports.

import { quantity } from "./units.js";

/** The most lines of a chart that are shown at first. */
const MOST_LINES = 8;

const COLOURS = 8;

/**
 * Returns the panels. Each has a title, how its values are written, and lines; each line has groups of series (`sums`), and `make` makes
 * its value of the sums of these. `down` draws a line below the axis.
 */
export function panels(host, all) {
  const left = new Set(all);
  const known = [cpu(host, all), memory(all), load(all), disk(all), network(all), processes(all)].filter((panel) => panel?.lines.length > 0);
  for (const panel of known) for (const line of panel.lines) for (const one of line.sums.flat()) left.delete(one);
  // What is in the chart of the processors as a sum, or in the list of filesystems.
  for (const one of left) if (/^(cpu|filesystem|memory)\.(user|nice|system|idle|iowait|irq|softirq|steal|total|size|available)$/.test(one.name)) left.delete(one);
  return { known: known.map(finish), rest: groups([...left]).map(finish) };
}

/** Returns the filesystems, each with the series of its size and of what is available. */
export function filesystems(all) {
  return all
    .filter((one) => one.name === "filesystem.size")
    .map((size) => ({
      name: label(size),
      size,
      available: all.find((one) => one.name === "filesystem.available" && label(one) === label(size)),
    }))
    .filter((one) => one.available);
}

function named(all, name) {
  const found = all.filter((one) => one.name === name);
  const sums = found.filter((one) => Object.keys(one.labels).length === 0);
  return sums.length > 0 ? sums : found;
}

function label(one) {
  return Object.values(one.labels).join(" ");
}

const first = (value) => value;

function cpu(host, all) {
  const modes = ["system", "user", "nice", "iowait", "irq", "softirq", "steal"];
  const lines = modes
    .map((mode) => ({ name: mode, sums: [named(all, `cpu.${mode}`)], make: (sum) => sum / (host.cpus || 1) }))
    .filter((line) => line.sums[0].length > 0);
  return { title: "Processors", lines, stacked: true, quantity: quantity("ratio", "gauge"), least: 0.1, most: 1, total: true };
}

function memory(all) {
  const [total, available, free] = ["total", "available", "free"].map((name) => named(all, `memory.${name}`));
  if (total.length === 0 || available.length === 0) return null;
  const lines = [{ name: "in use", sums: [total, available], make: (all, rest) => all - rest }];
  if (free.length > 0) {
    lines.push({ name: "cache", sums: [available, free], make: (rest, unused) => Math.max(0, rest - unused) });
    lines.push({ name: "free", sums: [free, available], make: (unused, rest) => Math.min(unused, rest), faint: true });
  } else {
    lines.push({ name: "available", sums: [available], make: first, faint: true });
  }
  return { title: "Memory", lines, stacked: true, quantity: quantity("bytes", "gauge"), headline: 0 };
}

function load(all) {
  const lines = ["1m", "5m", "15m"]
    .map((time) => ({ name: time.replace("m", " min"), sums: [named(all, `load.${time}`)], make: first }))
    .filter((line) => line.sums[0].length > 0);
  return { title: "Load", lines, quantity: quantity("count", "gauge"), least: 1, headline: 0 };
}

function disk(all) {
  return mirrored("Disks", all, "disk.read_bytes", "read", "disk.written_bytes", "written");
}

function network(all) {
  return mirrored("Network", all, "network.received_bytes", "received", "network.sent_bytes", "sent");
}

/** What comes in above the axis, what goes out below it. */
function mirrored(title, all, above, nameAbove, below, nameBelow) {
  const lines = [];
  const parts = all.filter((one) => one.name === above).sort((a, b) => dull(a) - dull(b));
  parts.forEach((up, n) => {
    const down = all.find((one) => one.name === below && label(one) === label(up));
    lines.push({ name: `${label(up)} ${nameAbove}`, sums: [[up]], make: first, colour: n });
    if (down) lines.push({ name: `${label(up)} ${nameBelow}`, sums: [[down]], make: first, colour: n, down: true });
  });
  return { title, note: `↑ ${nameAbove}  ↓ ${nameBelow}`, lines, filled: true, quantity: quantity("bytes", "counter"), least: 1024 };
}

/** Loops tell little. */
function dull(one) {
  return /^(lo|loop\d+|ram\d+)$/.test(label(one)) ? 1 : 0;
}

function processes(all) {
  const lines = ["running", "blocked"]
    .map((name) => ({ name, sums: [named(all, `processes.${name}`)], make: first }))
    .filter((line) => line.sums[0].length > 0);
  return { title: "Processes that run or wait", lines, quantity: quantity("count", "gauge"), least: 2 };
}

/** Whatever else there is: a chart for each name, or one for a group whose members have no labels. */
function groups(all) {
  const found = new Map();
  for (const one of all) {
    const plain = Object.keys(one.labels).length === 0;
    const key = JSON.stringify([plain ? one.name.split(".")[0] : one.name, one.unit, one.kind, plain]);
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(one);
  }
  return [...found.values()].map((members) => {
    const [{ name, unit, kind, labels }] = members;
    const plain = Object.keys(labels).length === 0;
    const group = plain && members.length > 1 ? name.split(".")[0] : name;
    const short = (one) => (plain ? one.name.slice(one.name.indexOf(".") + 1) : label(one)).replaceAll("_", " ");
    return {
      title: group.replaceAll(/[._]/g, " "),
      lines: members.map((one) => ({ name: short(one), sums: [[one]], make: first })),
      quantity: quantity(unit, kind),
    };
  });
}

function finish(panel) {
  panel.lines.forEach((line, n) => {
    line.colour = ((line.colour ?? n) % COLOURS) + 1;
    line.off = n >= MOST_LINES;
  });
  return panel;
}
