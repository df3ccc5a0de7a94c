// Which charts a host has, from the series that it reports.

import { quantity } from "./units.js";

const COLOURS = 8;

const PART = quantity("ratio", "gauge");
const NUMBER = quantity("count", "gauge");

/**
 * Returns the panels. Each has a title, how its values are written, and lines; each line has groups of series (`sums`), and `make` makes
 * its value of the sums of these. `down` draws a line below the axis. What no panel is about is in `rest`, by group.
 */
export function panels(host, all) {
  const kinds = [cpu, memory, load, cores, disk, network, busy, pressure, processes, sockets];
  const known = kinds.map((make) => make(all, host)).filter((panel) => panel?.lines.length > 0);
  const shown = new Set(known.flatMap((panel) => panel.lines.flatMap((line) => line.sums.flat())));
  const rest = new Map();
  for (const one of all) {
    const [group] = one.name.split(".");
    if (shown.has(one)) continue;
    if (!rest.has(group)) rest.set(group, []);
    rest.get(group).push(one);
  }
  return { known: known.map(finish), rest: [...rest].map(([group, members]) => ({ group, panels: groups(members).map(finish) })) };
}

/** Returns the filesystems, each with the series of its size and of what is available. */
export function filesystems(all) {
  return all
    .filter((one) => one.name === "filesystem.size")
    .map((size) => ({
      name: size.labels.mount ?? label(size),
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

/** Makes a line of each metric that there is. */
function plain(all, names) {
  return names.map(([name, text]) => ({ name: text, sums: [named(all, name)], make: first })).filter((line) => line.sums[0].length > 0);
}

function cpu(all, host) {
  const modes = ["system", "user", "nice", "iowait", "irq", "softirq", "steal"];
  const lines = plain(all, modes.map((mode) => [`cpu.${mode}`, mode])).map((line) => ({ ...line, make: (sum) => sum / (host.cpus || 1) }));
  return { title: "CPU", note: "of all processors", lines, stacked: true, quantity: PART, least: 0.1, most: 1, total: true };
}

/** What each processor does that is not idle; of one there is nothing to tell apart. */
function cores(all) {
  const idle = all.filter((one) => one.name === "core.idle").sort((a, b) => label(a) - label(b));
  if (idle.length < 2) return null;
  const lines = idle.map((one) => {
    const waits = all.filter((other) => other.name === "core.iowait" && label(other) === label(one));
    const make = (idle, wait) => Math.max(0, 1 - idle - (wait ?? 0));
    return { name: label(one), sums: waits.length > 0 ? [[one], waits] : [[one]], make, falls: true };
  });
  return { title: "Each processor", lines, quantity: PART, least: 0.1, most: 1 };
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
  const lines = plain(all, [["load.1m", "1 min"], ["load.5m", "5 min"], ["load.15m", "15 min"]]);
  return { title: "Load", note: "tasks that run or wait", lines, quantity: NUMBER, least: 1, headline: 0 };
}

/** For what part of the time a disk had something to do. */
function busy(all) {
  const lines = all.filter((one) => one.name === "disk.busy_time").map((one) => ({ name: label(one), sums: [[one]], make: first }));
  return { title: "Disks busy", lines, quantity: PART, least: 0.1 };
}

/** For what part of the time tasks could not go on. */
function pressure(all) {
  const kinds = [["cpu_waiting", "CPU"], ["memory_waiting", "memory"], ["memory_stalled", "memory, all tasks"], ["io_waiting", "disks"], ["io_stalled", "disks, all tasks"]];
  const lines = plain(all, kinds.map(([name, text]) => [`pressure.${name}`, text]));
  return { title: "Pressure", note: "time in which tasks wait for", lines, quantity: PART, least: 0.1 };
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
  return { title, note: `${nameAbove} above, ${nameBelow} below`, lines, filled: true, quantity: quantity("bytes", "counter"), least: 1024 };
}

/** Loops tell little. */
function dull(one) {
  return /^(lo|loop\d+|ram\d+)$/.test(label(one)) ? 1 : 0;
}

function processes(all) {
  const lines = plain(all, [["processes.running", "running"], ["processes.blocked", "blocked"]]);
  return { title: "Threads that run or wait for disks", lines, quantity: NUMBER, least: 2 };
}

function sockets(all) {
  const kinds = [["tcp_inuse", "TCP"], ["tcp6_inuse", "TCP over IPv6"], ["tcp_timewait", "TCP, time-wait"], ["udp_inuse", "UDP"], ["udp6_inuse", "UDP over IPv6"]];
  return { title: "Sockets", lines: plain(all, kinds.map(([name, text]) => [`sockets.${name}`, text])), quantity: NUMBER, least: 4 };
}

/** Makes a panel for each name that has labels, and one for all of a kind that have none. */
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
  });
  return panel;
}
