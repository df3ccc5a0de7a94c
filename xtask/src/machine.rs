//! The machine that a command runs on: its programs, its processors, its disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

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
}
