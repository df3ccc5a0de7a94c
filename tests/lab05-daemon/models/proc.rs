//! What /proc says of processes and their threads.
//!
//! Source: proc_pid_io(5), proc_pid_stat(5), proc_pid_status(5), proc_pid_task(5).

use std::fs;

/// Lists the children of every thread of `pid`.
pub(super) fn children(pid: u32) -> Vec<u32> {
    threads(pid)
        .iter()
        .filter_map(|tid| fs::read_to_string(format!("/proc/{pid}/task/{tid}/children")).ok())
        .flat_map(|list| numbers(&list))
        .collect()
}

/// Lists the threads of `pid`.
pub(super) fn threads(pid: u32) -> Vec<u32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    tasks
        .filter_map(|task| task.ok()?.file_name().to_str()?.parse().ok())
        .collect()
}

/// The letter of a process's state: R computes or would like to, S waits, Z has ended and was not waited for.
pub(super) fn state(pid: u32) -> Option<char> {
    field(pid, "State:")?.chars().next()
}

/// Whether it is there, and is more than a zombie.
pub(super) fn lives(pid: u32) -> bool {
    state(pid).is_some_and(|state| state != 'Z' && state != 'X')
}

/// How often it has waited for something, each of its threads for itself.
pub(super) fn waits(pid: u32) -> Vec<u64> {
    let of = |tid: &u32| {
        let status = fs::read_to_string(format!("/proc/{pid}/task/{tid}/status")).ok()?;
        line(&status, "voluntary_ctxt_switches:")?.parse().ok()
    };
    threads(pid).iter().filter_map(of).collect()
}

/// How often it has called write(2), where the kernel counts that.
pub(super) fn writes(pid: u32) -> Option<u64> {
    let counts = fs::read_to_string(format!("/proc/{pid}/io")).ok()?;
    line(&counts, "syscw:")?.parse().ok()
}

/// The cores on which it may run, as the kernel writes them: `0-3`, say.
pub(super) fn allowed(pid: u32) -> Option<String> {
    field(pid, "Cpus_allowed_list:")
}

fn field(pid: u32, name: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    line(&status, name).map(str::to_owned)
}

fn line<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))
        .map(str::trim)
}

fn numbers(list: &str) -> Vec<u32> {
    list.split_ascii_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}
