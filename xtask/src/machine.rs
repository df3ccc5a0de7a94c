//! The machine that a command runs on: its programs, its processors, its disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Finds a program as a shell does, and also where Debian puts servers, which is not on every user's PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/sbin".into()])
        .map(|dir| dir.join(name))
        .find(|file| {
            fs::metadata(file).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
        })
}

/// A command for `program` in which every signal does what it does as a rule.
///
/// Whoever runs this under nohup(1), or with `&` from a script, has it ignore some, and what it starts inherits that: a case that
/// sends such a signal would wait for ever.
pub fn with_default_signals(program: &Path) -> Command {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if !ignores_more_than_pipes(&status) {
        return Command::new(program);
    }
    let mut command = Command::new("env");
    command.arg("--default-signal").arg(program);
    command
}

/// Whether a process ignores a signal besides SIGPIPE, which Rust's runtime ignores, and sets back for what it starts.
///
/// Source: `SigIgn` in proc_pid_status(5).
fn ignores_more_than_pipes(status: &str) -> bool {
    const SIGPIPE: u64 = 1 << (13 - 1);
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & !SIGPIPE != 0)
}

/// The number of processors that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The processor's name, as the kernel knows it.
///
/// Source: proc_cpuinfo(5). Some architectures name only a part number; those get the architecture's name.
pub fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == "model name");
    name.map_or_else(
        || std::env::consts::ARCH.to_owned(),
        |(_, name)| name.split_whitespace().collect::<Vec<_>>().join(" "),
    )
}

/// How many processes wanted a processor, on average over the last minute.
///
/// Source: proc_loadavg(5).
pub fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let first = text.split_whitespace().next().and_then(|load| load.parse().ok());
    first.unwrap_or(0.0)
}

/// Bytes that an ordinary user can still write below `dir`.
pub fn free_bytes(dir: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_and_a_folder_or_an_unknown_name_is_not() {
        assert!(find_program("sh").is_some());
        assert!(find_program("no-such-program").is_none());
        assert!(find_program("").is_none());
    }

    #[test]
    fn signals_other_than_that_of_pipes_count() {
        assert!(!ignores_more_than_pipes(
            "Name:\txtask\nSigIgn:\t0000000000001000\n"
        ));
        assert!(ignores_more_than_pipes("SigIgn:\t0000000000001001\n"));
        assert!(!ignores_more_than_pipes(""));
    }
}
