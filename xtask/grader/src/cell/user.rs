//! Whom root becomes before anything of a student runs.

use std::collections::BTreeSet;
use std::fs;

use super::Error;

/// Where user ids are looked for: below the range of containers, above that of people.
const FROM: u32 = 61_200;
const TO: u32 = 61_999;

/// Finds a user id that no account and no process has; none unless the caller is root.
///
/// RLIMIT_NPROC counts by user and spares root, and whoever shares a user id can be sent signals: so it has to be nobody else's.
///
/// # Errors
/// All are taken.
pub(super) fn unused() -> Result<Option<u32>, Error> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let taken = taken();
    let free = (FROM..=TO).find(|uid| !taken.contains(uid));
    free.map(Some).ok_or(Error::NoUser { from: FROM, to: TO })
}

/// Another such id for one case, so that cases which run at the same time have nothing in common: without namespaces, a limit on
/// processes counts all of a user's.
pub(super) fn of_this_process(first: u32) -> u32 {
    let taken = taken();
    let from = first + std::process::id() % (TO - FROM);
    let candidates = (from..=TO).chain(first..from);
    candidates
        .into_iter()
        .find(|uid| *uid <= TO && !taken.contains(uid))
        .unwrap_or(first)
}

/// The ids of accounts and groups in /etc, and of all processes.
fn taken() -> BTreeSet<u32> {
    let mut taken = BTreeSet::new();
    for file in ["/etc/passwd", "/etc/group"] {
        let text = fs::read_to_string(file).unwrap_or_default();
        taken.extend(
            text.lines()
                .filter_map(|line| line.split(':').nth(2)?.parse::<u32>().ok()),
        );
    }
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let ids = status.lines().find_map(|line| line.strip_prefix("Uid:"));
        taken.extend(
            ids.into_iter()
                .flat_map(str::split_whitespace)
                .filter_map(|id| id.parse::<u32>().ok()),
        );
    }
    taken
}
