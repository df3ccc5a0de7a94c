// What fields say, as a rule in the file's own form, and how much room that takes.

const text = (value) => JSON.stringify(value).replaceAll("\u007f", "\\u007f");

/** Returns a rule as it is to stand in the file. What is as usual is left out. */
export function ruleText(fields) {
  const lines = ["[[rule]]", `name = ${text(fields.name)}`, `when = ${text(when(fields))}`];
  const recover = recovery(fields);
  if (recover) lines.push(`recover = ${text(recover)}`);
  if (fields.breaches !== "" && fields.breaches !== "1" && fields.function !== "absent") lines.push(`breaches = ${fields.breaches}`);
  if (fields.good !== "" && fields.good !== "1") lines.push(`good = ${fields.good}`);
  if (fields.severity !== "warning") lines.push(`severity = ${text(fields.severity)}`);
  const hosts = fields.hosts.split(/[\s,]+/).filter(Boolean);
  if (hosts.length > 0) lines.push(`hosts = [${hosts.map(text).join(", ")}]`);
  if (fields.at_most !== "") lines.push(`at_most = ${fields.at_most}`);
  if (fields.repeat !== "" && fields.repeat !== "1h") lines.push(`repeat = ${text(fields.repeat)}`);
  if (fields.summary !== "") lines.push(`summary = ${text(fields.summary)}`);
  return `${lines.join("\n")}\n`;
}

function when({ function: name, window, comparison, limit, ...fields }) {
  if (name === "absent") return `absent(${selector(fields)}, ${window || "?"})`;
  return `${call(name, window, fields)} ${comparison} ${limit || "?"}`;
}

function recovery({ function: name, window, comparison, recover, ...fields }) {
  if (name === "absent" || recover === "") return null;
  const back = comparison.startsWith(">") ? "<" : comparison.startsWith("<") ? ">" : null;
  return back && `${call(name, window, fields)} ${back} ${recover}`;
}

function call(name, window, fields) {
  return name === "last" ? `last(${selector(fields)})` : `${name}(${selector(fields)}, ${window || "?"})`;
}

/** Labels are written as `mount=/var cpu=0`, a value with a blank in quotes. */
function selector({ metric, labels }) {
  const pairs = [...labels.matchAll(/([^\s=,]+)=("(?:[^"\\]|\\.)*"|[^\s,]*)/g)].map(([, key, value]) => `${key}=${value.startsWith('"') ? value : text(value)}`);
  return pairs.length > 0 ? `${metric || "?"}{${pairs.join(", ")}}` : metric || "?";
}

/** Writes labels as they are typed. */
export function labelText(labels) {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${/^[^\s,"]*$/.test(value) ? value : text(value)}`)
    .join(" ");
}
