//! What a program in a cell tries, to prove that the cell holds.
//!
//! The program `attack` plays three parts: the suite of a case (`attack suite`), a program of a student (`attack GROUP`), and
//! what that leaves behind. What each group found out it prints as lines of JSON, which the suite puts into its report.

mod calls;
mod reach;
mod stress;

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use serde_json::{Value, json};

use super::probe::Finding;

/// Groups of attacks, in the order in which they are tried. The last ones could take the suite along.
pub(super) const GROUPS: [&str; 5] = ["ordinary", "reach", "calls", "stress", "signals"];

/// Variables that tell an attacker where its targets are.
pub(super) mod target {
    pub(in super::super) const SECRET: &str = "PROBE_SECRET";
    pub(in super::super) const REPORT: &str = "PROBE_REPORT";
    pub(in super::super) const TCP: &str = "PROBE_TCP";
    pub(in super::super) const UDP: &str = "PROBE_UDP";
    pub(in super::super) const UNIX: &str = "PROBE_UNIX";
    pub(in super::super) const ABSTRACT: &str = "PROBE_ABSTRACT";
    pub(in super::super) const TERMINAL: &str = "PROBE_TERMINAL";
    pub(in super::super) const TIER: &str = "PROBE_TIER";
    pub(in super::super) const TOKEN: &str = "PROBE_TOKEN";
    pub(super) const SUITE: &str = "PROBE_SUITE";
    pub(super) const ALL: [&str; 9] = [SECRET, REPORT, TCP, UDP, UNIX, ABSTRACT, TERMINAL, TIER, TOKEN];
}

/// Plays the part that the command line names.
pub fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let part = args.next().unwrap_or_default();
    let done = match &*part {
        "suite" => suite(),
        "linger" => stress::linger(),
        group => act(group),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("attack {part}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Starts each group as a suite starts a student's program, and reports what it says.
fn suite() -> io::Result<()> {
    let need =
        |name: &str| std::env::var_os(name).ok_or_else(|| io::Error::other(format!("{name} is not set")));
    let (bin, report) = (
        PathBuf::from(need("COURSE_BIN")?),
        PathBuf::from(need("COURSE_REPORT")?),
    );
    let mut report = OpenOptions::new().append(true).create(true).open(report)?;
    for group in GROUPS {
        let targets = target::ALL
            .iter()
            .filter_map(|name| Some((*name, std::env::var_os(name)?)));
        let targets: Vec<(&str, OsString)> = targets.collect();
        let output = Command::new(bin.join("attack"))
            .arg(group)
            .env_clear()
            .envs(targets)
            .env(target::SUITE, std::process::id().to_string())
            .stdin(Stdio::null())
            .output()?;
        report.write_all(&output.stdout)?;
        let ended = json!({"group": group, "status": output.status.to_string(), "said": String::from_utf8_lossy(&output.stderr)});
        writeln!(report, "{}", json!({ "ended": ended }))?;
    }
    Ok(())
}

/// Tries a group of attacks.
fn act(group: &str) -> io::Result<()> {
    let mut tries = Tries;
    match group {
        "ordinary" => reach::ordinary(&mut tries),
        "reach" => reach::reach(&mut tries),
        "calls" => calls::calls(&mut tries),
        "stress" => stress::stress(&mut tries),
        "signals" => reach::signals(&mut tries),
        _ => return Err(io::Error::other("no such part")),
    }
    Ok(())
}

/// Prints findings as they are made, so that an attack which ends its own process leaves those before it.
#[derive(Debug)]
struct Tries;

impl Tries {
    fn say(&mut self, what: &str, holds: bool, seen: impl Into<String>) {
        let line = json!({"tried": {"what": what, "holds": holds, "seen": seen.into()}});
        println!("{line}");
    }

    /// Something that has to be refused.
    fn refused<T>(&mut self, what: &str, done: io::Result<T>) {
        match done {
            Ok(_) => self.say(what, false, "it went through"),
            Err(error) => self.say(what, true, error.to_string()),
        }
    }
}

/// Where a target is.
fn at(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// Whether this is the tier with namespaces.
fn with_namespaces() -> bool {
    at(target::TIER) == "A"
}

/// Reads a line of the report: a finding, or the end of a group.
pub(super) fn read(line: &str) -> Option<Finding> {
    let value: Value = serde_json::from_str(line).ok()?;
    let tried = value.get("tried")?;
    Some(Finding {
        what: tried["what"].as_str()?.to_owned(),
        holds: tried["holds"].as_bool()?,
        seen: tried["seen"].as_str()?.to_owned(),
    })
}
