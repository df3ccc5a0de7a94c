//! Jobs to give to a pool, gates for them to wait at, and their results.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, mkfifoat};
use serde_json::{Value, json};
use support::{Case, Ended, Program, Running};

/// Prepares a pool whose jobs are scripts: `-- sh -c`, after these options.
pub(super) fn pool(case: &Case, options: &[&str]) -> Program {
    command(case, options, &["sh", "-c"])
}

/// Prepares a pool of this command, after these options.
pub(super) fn command(case: &Case, options: &[&str], command: &[&str]) -> Program {
    case.program("daemon")
        .args(["pool"])
        .args(options)
        .args(["--"])
        .args(command)
}

/// Writes the line of a job with one argument.
pub(super) fn job(id: &str, script: &str) -> String {
    format!("{}\n", json!({ "id": id, "args": [script] }))
}

/// Writes lines of jobs with the ids 1, 2, 3, … and the same script.
pub(super) fn jobs(count: usize, script: &str) -> String {
    (1..=count).map(|id| job(&id.to_string(), script)).collect()
}

/// What a job waits for: `read go < NAME` in its script comes back once for each time that the case opens the gate.
pub(super) struct Gate(File);

impl Gate {
    pub(super) fn new(case: &Case, name: &str) -> Self {
        let path = case.dir().join(name);
        mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // Open for both, so that nobody waits for the other end, and nothing is lost as long as this is held.
        let open = File::options().read(true).write(true).open(&path);
        Self(open.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    pub(super) fn open(&mut self) {
        self.0
            .write_all(b"go\n")
            .unwrap_or_else(|error| panic!("a gate: {error}"));
    }
}

/// Returns the whole lines that a job has written to a file so far.
pub(super) fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n').map(str::to_owned))
        .collect()
}

/// Waits until jobs have written so many whole lines to the file `name`, and returns them.
pub(super) fn wait_for_file(case: &Case, running: &mut Running, name: &str, count: usize) -> Vec<String> {
    let path = case.dir().join(name);
    let what = format!("ran jobs that wrote {count} lines to `{name}`");
    running.wait_until(&what, || lines(&path).len() >= count);
    lines(&path)
}

/// Waits until a job has written its process id to the file `name`, and returns it.
pub(super) fn wait_for_pid(case: &Case, running: &mut Running, name: &str) -> u32 {
    let line = wait_for_file(case, running, name, 1).remove(0);
    line.trim()
        .parse()
        .unwrap_or_else(|_| panic!("`{line}` is no process id"))
}

/// Says what stands in each line of standard output: the values of `keys`, or the line itself where it is no object.
pub(super) fn rows(ended: &Ended, keys: &[&str]) -> String {
    let row = |line: &str| match serde_json::from_str::<Value>(line) {
        Ok(Value::Object(object)) => {
            let values = keys.iter().map(|&key| match object.get(key) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => "-".to_owned(),
            });
            values.collect::<Vec<_>>().join(" ")
        }
        _ => line.to_owned(),
    };
    let rows: Vec<String> = ended.stdout_text().lines().map(row).collect();
    rows.join("\n")
}

/// The same in the order of the rows, for jobs whose order is nobody's business.
pub(super) fn sorted_rows(ended: &Ended, keys: &[&str]) -> String {
    let rows = rows(ended, keys);
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.sort_unstable();
    rows.join("\n")
}

/// Expects a result of each job, as `rows` tells it, and the exit status.
pub(super) fn expect_rows(case: &mut Case, ended: &Ended, status: i32, keys: &[&str], expected: &str) {
    case.expect_same(
        ended,
        &format!("the results ({})", keys.join(", ")),
        expected,
        &rows(ended, keys),
    );
    case.expect_status(ended, status);
}

/// Writes standard output with `_` for each number of milliseconds.
pub(super) fn without_times(ended: &Ended) -> String {
    let text = ended.stdout_text();
    let mut parts = text.split("\"ms\":");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|digit: char| digit.is_ascii_digit());
        out.push_str("\"ms\":");
        // No number is no number: that is to be seen.
        out.push_str(if rest.len() < part.len() { "_" } else { "" });
        out.push_str(rest);
    }
    out
}

/// The `key` of the result in line `line`, from 0 on, as a number.
pub(super) fn number(ended: &Ended, line: usize, key: &str) -> Option<u64> {
    let text = ended.stdout_text();
    let value: Value = serde_json::from_str(text.lines().nth(line)?).ok()?;
    value[key].as_u64()
}

/// Whether a process runs: it is there, and no zombie.
pub(super) fn is_alive(pid: u32) -> bool {
    state(pid).is_some_and(|state| state != 'Z' && state != 'X')
}

/// The letter of its state in /proc.
pub(super) fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// The number in a line of /proc/PID/status.
pub(super) fn status_number(pid: u32, key: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.strip_prefix(':')?.split_whitespace().next()?.parse().ok()
}

/// The children of a process.
pub(super) fn children(pid: u32) -> Vec<u32> {
    let path: PathBuf = format!("/proc/{pid}/task/{pid}/children").into();
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace()
        .filter_map(|pid| pid.parse().ok())
        .collect()
}

/// How many descriptors a process has open.
pub(super) fn descriptors(pid: u32) -> usize {
    fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}
