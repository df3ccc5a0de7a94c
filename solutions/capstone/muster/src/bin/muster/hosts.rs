//! The command `hosts`.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use lexopt::{Arg, Parser};
use muster::operator::Operator;
use muster::wire::{Host, HostState};
use tokio::runtime;

use super::{Run, help, operator, output};

const HELP: &str = "\
usage: muster [--dir DIR] hosts [--json]
Lists the hosts that the hub knows. A host is up if it has reported within three intervals.
  --json    as a list of objects
";

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(dir: &Path, parser: &mut Parser) -> anyhow::Result<Run> {
    let mut json = false;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("json") => json = true,
            Arg::Long("help") => return Ok(help(HELP)),
            other => return Err(other.unexpected().into()),
        }
    }
    let dir = dir.to_owned();
    Ok(Box::new(move || {
        let config = operator(&dir)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let hosts = runtime.block_on(async { Operator::connect(&config).await?.hosts().await })?;
        output::print(&match json {
            true => serde_json::to_string(&hosts)? + "\n",
            false => table(&hosts),
        })?;
        Ok(ExitCode::SUCCESS)
    }))
}

fn table(hosts: &[Host]) -> String {
    let widest = hosts
        .iter()
        .map(|host| host.name.len())
        .max()
        .unwrap_or_default()
        .max(4);
    let mut text = format!("{:widest$}  STATE  LAST REPORT\n", "HOST");
    for host in hosts {
        let state = match host.state {
            HostState::Up => "up",
            HostState::Down => "down",
        };
        let seen = match host.silent_ms {
            Some(ms) => format!("{} ago", ago(ms)),
            None => "never".to_owned(),
        };
        let lost = if host.connected { "" } else { ", not connected" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{:widest$}  {state:5}  {seen}{lost}", host.name);
    }
    text
}

/// Writes a length of time in its largest unit.
fn ago(ms: u64) -> String {
    match ms / 1000 {
        0 => format!("{ms} ms"),
        s @ 1..120 => format!("{s} s"),
        s @ 120..7200 => format!("{} min", s / 60),
        s @ 7200..172_800 => format!("{} h", s / 3600),
        s => format!("{} days", s / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_a_table() {
        let host = |name: &str, state, silent_ms, connected| Host {
            name: name.to_owned(),
            state,
            connected,
            silent_ms,
            version: None,
        };
        let hosts = [
            host("db1", HostState::Up, Some(950), true),
            host("web01", HostState::Down, Some(90_000), false),
            host("x", HostState::Down, None, true),
        ];
        let expected = "\
HOST   STATE  LAST REPORT
db1    up     950 ms ago
web01  down   90 s ago, not connected
x      down   never
";
        assert_eq!(table(&hosts), expected);
    }
}
