//! Disks that are full. They are small ones of their own, in a namespace that only this test sees.

use std::env;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::moments::{Blow, Drill};
use super::number;
use crate::harness::{Fleet, until};

/// Set for the test that runs inside.
const INSIDE: &str = "DRILL_INSIDE";

/// Runs a test of this program once more, in a namespace in which it may mount.
pub(super) fn in_a_namespace(test: &str, seed: u64, moments: u64) {
    let may = Command::new("unshare")
        .args(["--map-root-user", "--mount", "true"])
        .status();
    if !may.is_ok_and(|status| status.success()) {
        println!("not run: needs `unshare --map-root-user --mount`");
        return;
    }
    let status = Command::new("unshare")
        .args(["--map-root-user", "--mount", "--"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(INSIDE, "1")
        .env("DRILL_SEED", seed.to_string())
        .env("DRILL_MOMENTS", moments.to_string())
        .status()
        .unwrap();
    assert!(status.success(), "seed {seed}: {status}");
}

#[test]
#[ignore = "is run by the tests of full disks, in a namespace"]
fn inside() {
    if env::var_os(INSIDE).is_none() {
        return;
    }
    let mut disks = Vec::new();
    let mut fleet = Fleet::on(|files| {
        disks.push((Blow::HubDisk, Disk::mount(&files.join("hub"), "64m")));
        disks.push((Blow::AgentDisk, Disk::mount(&files.join("agents"), "16m")));
        disks.push((Blow::TransferDisk, Disk::mount(&files.join("hubs"), "16m")));
    });
    let kinds: Vec<Blow> = disks.iter().map(|(blow, _)| *blow).collect();
    let mut drill = Drill::begin(&mut fleet, number("DRILL_SEED", 1));
    for (blow, disk) in disks {
        drill = drill.with(blow, disk);
    }
    drill.go_through(&kinds, number("DRILL_MOMENTS", 3));
    drill.end();
}

#[test]
#[ignore = "is run by a test of full disks, in a namespace"]
fn inside_no_host_is_down() {
    if env::var_os(INSIDE).is_none() {
        return;
    }
    let mut disk = None;
    let mut fleet = Fleet::on(|files| disk = Some(Disk::mount(&files.join("hub"), "32m")));
    let disk = disk.unwrap();
    // Agents try again after 1.5 s at the most, and are silent after three intervals.
    let file = fleet.files().join("hub/hub.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        text.replace("interval = \"200ms\"", "interval = \"1500ms\""),
    )
    .unwrap();
    fleet.kill_hub();
    fleet.start_hub();
    for host in ["web01", "web02"] {
        fleet.add(host);
        fleet.start_agent(host);
    }
    fleet.until_all_up(2);
    let rejected = |fleet: &Fleet| {
        let page = fleet.page("/metrics");
        let line = page
            .lines()
            .find(|line| line.starts_with("muster_hub_reports_rejected_total{reason=\"commit\"}"));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    disk.fill();
    let began = Instant::now();
    until(
        "many reports were not stored, for longer than a host may be silent",
        || (rejected(&fleet) >= 12.0 && began.elapsed() > Duration::from_secs(6)).then_some(()),
    );
    let log = fs::read_to_string(fleet.folder.0.join("hub.log")).unwrap();
    assert!(!log.contains("host-down"), "{log}");
    disk.empty();
    let stored = fleet.batches("web01").len();
    until("reports are stored again", || {
        (fleet.batches("web01").len() > stored + 2).then_some(())
    });
}

/// A small disk, which is gone with its value.
pub(super) struct Disk(PathBuf);

impl Disk {
    fn mount(at: &Path, size: &str) -> Self {
        fs::create_dir_all(at).unwrap();
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("mode=700,size={size}"), "tmpfs"])
            .arg(at)
            .status()
            .unwrap();
        assert!(status.success(), "{}", at.display());
        Self(at.to_owned())
    }

    /// Leaves no byte on it.
    pub(super) fn fill(&self) {
        let mut file = File::create(self.0.join("filler")).unwrap();
        // Until it says that there is no room, and then the rest by smaller pieces.
        for piece in [&[0; 1 << 16][..], &[0; 1 << 12], &[0; 1]] {
            while file.write_all(piece).is_ok() {}
        }
    }

    pub(super) fn empty(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: whatever still has a file there may keep it.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
