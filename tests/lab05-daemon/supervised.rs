//! Daemons of a case: their configuration, what they leave in the folder, and how they look from outside.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use support::{Case, Ended, Program, Running};

/// What every configuration of a case begins with. The name is in every message.
const HEAD: &str = "name = \"server\"\npid_file = \"d.pid\"\nlog = \"d.log\"\n";

/// A script that lives until somebody ends it, and ends at once when asked.
pub(crate) const LIVES: &str = "exec sleep 1000";

/// Writes `d.toml`: a shell runs `script`, and `more` are further lines.
pub(crate) fn configure(case: &mut Case, script: &str, more: &str) {
    let command = format!("command = [\"sh\", \"-c\", '''{script}''']\n");
    case.file("d.toml", [HEAD, &command, more, "\n"].concat());
}

/// How long a `start` may take. The slowest is to find out that a command is not ready within 1200 ms; and one that hangs, as many do at
/// first, does so in fifteen cases.
pub(crate) const START: Duration = Duration::from_secs(6);

/// Prepares `daemon ACTION --config d.toml MORE…`.
pub(crate) fn daemon(case: &Case, action: &str, more: &[&str]) -> Program {
    let program = case
        .program("daemon")
        .args([action, "--config", "d.toml"])
        .args(more);
    match action {
        "start" => program.wall(START),
        _ => program,
    }
}

/// Runs `daemon ACTION --config d.toml` to its end.
pub(crate) fn act(case: &Case, action: &str) -> Ended {
    daemon(case, action, &[]).run()
}

/// Starts a daemon, expects that to go well, and returns its process id and how `start` ended.
pub(crate) fn start(case: &mut Case) -> (u32, Ended) {
    let ended = act(case, "start");
    expect_well(case, &ended);
    let pid = pid_of_daemon(case, &ended);
    (pid, ended)
}

/// Expects exit status 0, and shows what was said if it is another.
pub(crate) fn expect_well(case: &mut Case, ended: &Ended) {
    if ended.code() != 0 {
        let found = format!("exit status {}\n{}", ended.code(), ended.stderr_text());
        let log = read(case, "d.log");
        let found = match log.is_empty() {
            true => found,
            false => format!("{found}\nd.log:\n{log}"),
        };
        case.expect(ended, false, "exit status 0", found);
    }
}

/// Reads the pid file, which must hold digits and a line feed.
pub(crate) fn pid_of_daemon(case: &mut Case, ended: &Ended) -> u32 {
    let text = read(case, "d.pid");
    let digits = text.strip_suffix('\n').unwrap_or("");
    let pid = digits.parse().ok().filter(|pid: &u32| pid.to_string() == digits);
    case.expect(
        ended,
        pid.is_some(),
        "a process id in decimal digits and a line feed in d.pid",
        format!("{text:?}"),
    );
    pid.unwrap_or_default()
}

/// Stops the daemon and expects that to go well.
pub(crate) fn stop(case: &mut Case) -> Ended {
    let ended = act(case, "stop");
    expect_well(case, &ended);
    ended
}

/// Starts `daemon run --config d.toml` in the foreground.
pub(crate) fn run(case: &Case) -> Running {
    daemon(case, "run", &[]).spawn()
}

/// Reads a file of the case's folder; one that is not there is empty.
pub(crate) fn read(case: &Case, name: &str) -> String {
    let bytes = fs::read(case.dir().join(name)).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether there is a file of that name in the case's folder.
pub(crate) fn is_there(case: &Case, name: &str) -> bool {
    case.dir().join(name).exists()
}

/// Waits until the command of a daemon has made a file of that name. Scripts do it with `>NAME`.
pub(crate) fn wait_for_file(case: &Case, name: &str) {
    case.wait_until(&format!("the command made the file {name}"), || {
        is_there(case, name)
    });
}

/// Waits until a file holds a whole number on a line, and returns it.
pub(crate) fn wait_for_number(case: &Case, name: &str) -> u32 {
    let what = format!("the command wrote a process id into {name}");
    case.wait_until(&what, || number(case, name).is_some());
    number(case, name).unwrap_or_default()
}

/// As [`wait_for_file`], for a supervisor in the foreground: should that end, nobody waits any longer.
pub(crate) fn until_file(running: &mut Running, case: &Case, name: &str) {
    running.wait_until(&format!("let the command make the file {name}"), || {
        is_there(case, name)
    });
}

/// As [`wait_for_number`], for a supervisor in the foreground.
pub(crate) fn until_number(running: &mut Running, case: &Case, name: &str) -> u32 {
    let what = format!("let the command write a process id into {name}");
    running.wait_until(&what, || number(case, name).is_some());
    number(case, name).unwrap_or_default()
}

fn number(case: &Case, name: &str) -> Option<u32> {
    read(case, name).strip_suffix('\n')?.parse().ok()
}

/// The log without its times and process ids: the supervisor's lines begin with `server[PID]`.
///
/// Lines that do not have the time that they must have keep what they have.
pub(crate) fn log(case: &Case, name: &str) -> String {
    read(case, name)
        .lines()
        .map(|line| bare(line).unwrap_or_else(|| line.to_owned()) + "\n")
        .collect()
}

/// Takes `2026-11-26T10:00:00Z server[123] …` apart.
fn bare(line: &str) -> Option<String> {
    const FORM: &str = "dddd-dd-ddTdd:dd:ddZ";
    let (stamp, rest) = line.split_once(' ')?;
    let fits = |(found, form): (char, char)| match form {
        'd' => found.is_ascii_digit(),
        form => found == form,
    };
    let is_stamp = stamp.len() == FORM.len() && stamp.chars().zip(FORM.chars()).all(fits);
    let rest = rest.strip_prefix("server").filter(|_| is_stamp)?;
    let Some(numbered) = rest.strip_prefix('[') else {
        return Some(format!("server{rest}"));
    };
    let (pid, what) = numbered.split_once("] ")?;
    pid.parse::<u32>().ok()?;
    Some(format!("server[PID] {what}"))
}

/// The process ids that the supervisor's lines name, in order, each once.
pub(crate) fn pids_in_log(case: &Case, name: &str) -> Vec<u32> {
    let mut pids = Vec::new();
    for line in read(case, name).lines() {
        let pid = line
            .split_once(" server[")
            .and_then(|(_, rest)| rest.split_once(']')?.0.parse().ok());
        if let Some(pid) = pid
            && !pids.contains(&pid)
        {
            pids.push(pid);
        }
    }
    pids
}

/// What /proc/PID/stat says of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) state: char,
    pub(crate) parent: u32,
    pub(crate) group: u32,
    pub(crate) session: u32,
    pub(crate) terminal: i32,
}

/// Looks at a process, as long as there is one.
pub(crate) fn stat(pid: u32) -> Option<Stat> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
    Some(Stat {
        state: fields.next()?.chars().next()?,
        parent: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
        session: fields.next()?.parse().ok()?,
        terminal: fields.next()?.parse().ok()?,
    })
}

/// Whether a process is running: one that has ended and was not waited for is not.
pub(crate) fn is_alive(pid: u32) -> bool {
    stat(pid).is_some_and(|stat| !matches!(stat.state, 'Z' | 'X'))
}

/// Waits until a process has ended. `whose` completes the sentence "… has ended".
pub(crate) fn wait_for_end(case: &Case, pid: u32, whose: &str) {
    case.wait_until(&format!("{whose} (process {pid}) has ended"), || !is_alive(pid));
}

/// The fields of /proc/PID/status.
pub(crate) fn status(pid: u32) -> BTreeMap<String, String> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect()
}

/// The open descriptors of a process, with where they lead.
pub(crate) fn descriptors(pid: u32) -> BTreeMap<u32, PathBuf> {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else {
        return BTreeMap::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            Some((number, fs::read_link(entry.path()).ok()?))
        })
        .collect()
}

/// The children of a process, those too that have ended and were not waited for.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let list = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    list.split_ascii_whitespace()
        .filter_map(|pid| pid.parse().ok())
        .collect()
}

/// The command of a supervisor: its only child.
pub(crate) fn command(case: &mut Case, ended: &Ended, daemon: u32) -> u32 {
    let children = children(daemon);
    case.expect(
        ended,
        children.len() == 1,
        &format!("one child of the daemon (process {daemon}): the command"),
        format!("{children:?}"),
    );
    children.first().copied().unwrap_or_default()
}

/// Sends a signal to a process, if it is there.
pub(crate) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid.cast_signed()) {
        let _ = kill_process(pid, signal);
    }
}
