mod mounts;
mod probe;

use std::{io, path::Path, time::Duration};

use rustix::fs::StatVfsMountFlags;

use crate::{
    Collector, Labels, Metric, Problem,
    Unit::{Bytes, Count},
    host::{Host, Round, is_absent},
};
use mounts::Mount;
use probe::Probes;

pub(crate) static METRICS: [Metric; 7] = [
    Metric::gauge(
        "filesystem.size",
        Bytes,
        "Size of the file system.",
        "statvfs(3) of each of /proc/self/mounts, f_blocks",
    ),
    Metric::gauge(
        "filesystem.free",
        Bytes,
        "What nothing uses, the part that is kept for root included.",
        "statvfs(3) of each of /proc/self/mounts, f_bfree",
    ),
    Metric::gauge(
        "filesystem.available",
        Bytes,
        "What users can still fill.",
        "statvfs(3) of each of /proc/self/mounts, f_bavail",
    ),
    Metric::gauge(
        "filesystem.inodes",
        Count,
        "How many files there can be; absent where there is no limit.",
        "statvfs(3) of each of /proc/self/mounts, f_files",
    ),
    Metric::gauge(
        "filesystem.inodes_free",
        Count,
        "How many more files there can be.",
        "statvfs(3) of each of /proc/self/mounts, f_ffree",
    ),
    Metric::gauge(
        "filesystem.read_only",
        Count,
        "1 if it cannot be written, also after an error of its disk.",
        "statvfs(3) of each of /proc/self/mounts, f_flag",
    ),
    Metric::gauge(
        "filesystem.unreadable",
        Count,
        "1 if it does not say its sizes, or not in time.",
        "statvfs(3) of each of /proc/self/mounts, result",
    ),
];

/// Asks each mounted file system for its sizes.
#[derive(Debug, Default)]
pub(crate) struct Filesystems {
    /// What the list of mounts was when it was parsed, and whether that had no fault.
    text: String,
    is_clean: bool,
    mounts: Vec<Mount>,
    probes: Probes,
}

impl Filesystems {
    /// How long all file systems that may not answer are waited for, together.
    const PATIENCE: Duration = Duration::from_millis(500);

    fn list(&mut self, host: &mut Host, round: &mut Round<'_>) {
        let mut found = false;
        host.text("proc/self/mounts", round, |text, page| {
            found = true;
            // A list with a fault is parsed anew in each round, so that each round says it.
            if !self.is_clean || text != self.text {
                self.mounts = mounts::parse(text, page);
                self.is_clean = page.is_clean();
                text.clone_into(&mut self.text);
            }
        });
        if !found {
            self.mounts.clear();
            self.is_clean = false;
        }
    }
}

impl Collector for Filesystems {
    fn name(&self) -> &'static str {
        "filesystem"
    }

    fn collect(&mut self, host: &mut Host, round: &mut Round<'_>) {
        self.list(host, round);
        let mut points = self
            .mounts
            .iter()
            .filter(|mount| mount.may_hang)
            .map(|mount| host.path(&mount.point))
            .peekable();
        match points.peek() {
            Some(_) => self.probes.ask(points, Self::PATIENCE),
            None => self.probes = Probes::default(),
        }
        for mount in &self.mounts {
            let path = host.path(&mount.point);
            let answer = match mount.may_hang {
                true => self.probes.answer(&path),
                false => Sizes::of(&path),
            };
            match answer {
                Ok(sizes) => sizes.add(&mount.labels, round),
                Err(why) if is_absent(&why) => {}
                Err(why) => {
                    let [.., unreadable] = &METRICS;
                    round.add(unreadable, &mount.labels, 1.0);
                    // A file system in user space may be its owner's alone. That is no problem of the host's.
                    if why.kind() != io::ErrorKind::PermissionDenied {
                        round.problems.push(Problem::Read { path, why });
                    }
                }
            }
        }
    }
}

/// What a file system says of itself, in bytes and in files.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Sizes {
    size: f64,
    free: f64,
    available: f64,
    inodes: f64,
    inodes_free: f64,
    is_read_only: bool,
}

impl Sizes {
    /// Asks a file system, for as long as it takes.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn of(path: &Path) -> io::Result<Sizes> {
        todo!("devices: rustix::fs::statvfs; blocks are counted in f_frsize, not in f_bsize.")
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn add(&self, labels: &Labels, round: &mut Round<'_>) {
        todo!(
            "devices: Nothing for a size of 0; no inodes where there is no number of them; unreadable is 0."
        )
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::Reading;

    #[test]
    fn mounts_are_those_of_the_moment() {
        let root = std::env::temp_dir().join(format!("collect-mounts-{}", std::process::id()));
        let list = root.join("proc/self/mounts");
        fs::create_dir_all(root.join("proc/self")).expect("a folder is made");
        fs::create_dir_all(root.join("mnt")).expect("a folder is made");
        let (mut host, mut filesystems) = (Host::new(&root), Filesystems::default());
        for (text, sizes, problems) in [
            (Some("/dev/sda / ext4\n/dev/sdb /mnt ext4\n"), 2, 0),
            (Some("/dev/sda / ext4\n/dev/sdb /mnt ext4\n"), 2, 0),
            (Some("/dev/sda / ext4\n/dev/sdb /gone ext4\n"), 1, 0),
            (Some("/dev/sda / ext4\nbroken\n"), 1, 1),
            (Some("/dev/sda / ext4\nbroken\n"), 1, 1),
            (Some(""), 0, 0),
            (Some("server:/x /mnt nfs4\n"), 1, 0),
            (None, 0, 0),
        ] {
            match text {
                Some(text) => fs::write(&list, text).expect("a file is written"),
                None => fs::remove_file(&list).expect("a file is removed"),
            }
            let mut readings: Vec<Reading> = Vec::new();
            let mut round = Round {
                readings: &mut readings,
                problems: Vec::new(),
            };
            filesystems.collect(&mut host, &mut round);
            assert_eq!(round.problems.len(), problems, "{text:?}");
            let found = readings
                .iter()
                .filter(|reading| reading.metric.name == "filesystem.size");
            assert_eq!(found.count(), sizes, "{text:?}");
        }
        fs::remove_dir_all(&root).expect("the folder is removed");
    }
}
