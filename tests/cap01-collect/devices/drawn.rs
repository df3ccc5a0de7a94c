//! Devices, drawn.

use support::{Case, Exchange, Rng};

pub(super) fn drawn_devices_are_read(case: &mut Case) {
    case.seeded(12, |rng| {
        let (disks, network) = (disks(rng), network(rng));
        Exchange::of("collect")
            .args(["--root", "host"])
            .file("host/proc/diskstats", disks)
            .file("host/proc/net/dev", network)
    });
}

fn numbers(rng: &mut Rng, count: usize) -> String {
    (0..count)
        .map(|_| {
            let bits = rng.u32(1..50);
            match rng.u32(0..60) {
                0 => " x".to_owned(),
                1 => " -3".to_owned(),
                _ => format!(" {}", rng.u64(0..1 << bits)),
            }
        })
        .collect()
}

fn disks(rng: &mut Rng) -> String {
    let mut text = String::new();
    let fields = [11, 15, 17, 20][rng.usize(0..4)];
    let mut line = |rng: &mut Rng, name: &str| {
        let numbers = numbers(rng, fields);
        text += &format!("{:4} {:7} {name}{numbers}\n", rng.u32(1..260), rng.u32(0..300));
    };
    for _ in 0..rng.usize(1..7) {
        let number = rng.u32(0..20);
        let letter = char::from(b'a' + rng.u8(0..5));
        let (disk, between) = match rng.u32(0..8) {
            0 | 1 => (format!("sd{letter}"), ""),
            2 => (format!("nvme{number}n1"), "p"),
            3 => (format!("dm-{number}"), ""),
            4 => (format!("loop{number}"), "p"),
            5 => (format!("zram{number}"), ""),
            6 => (format!("mmcblk{number}"), "p"),
            _ => (format!("md{number}"), "p"),
        };
        line(rng, &disk);
        for part in 1..rng.u32(1..4) {
            line(rng, &format!("{disk}{between}{part}"));
        }
    }
    text
}

fn network(rng: &mut Rng) -> String {
    let mut text = "Inter-|   Receive | Transmit\n face |bytes packets\n".to_owned();
    for n in 0..rng.usize(1..5) {
        let name = ["lo", "eth0", "wlan0:1", "br-42", "veth\"x"][rng.usize(0..5)];
        let colon = [":", ": "][rng.usize(0..2)];
        let fields = [16, 16, 17, 9][rng.usize(0..4)];
        text += &format!("{name:>6}{n}{colon}{}\n", numbers(rng, fields).trim_start());
    }
    text
}

pub(super) fn drawn_mounts_are_told(case: &mut Case) {
    const FOLDERS: [&str; 10] = [
        "/",
        "/a",
        "/a/b",
        "/c d",
        "/dev",
        "/dev/x",
        "/devices",
        "/var/lib/docker/y",
        "/gone",
        "/e\\f",
    ];
    const KINDS: [&str; 10] = [
        "ext4", "xfs", "tmpfs", "overlay", "proc", "btrfs", "squashfs", "autofs", "vfat", "zfs",
    ];
    const DEVICES: [&str; 7] = [
        "/dev/sda1",
        "/dev/sda1",
        "/dev/sdb1",
        "tmpfs",
        "none",
        "/dev/mapper/a\\040b",
        "tank/x",
    ];
    case.seeded(16, |rng| {
        let mut table = String::new();
        for _ in 0..rng.usize(1..14) {
            let point = FOLDERS[rng.usize(0..FOLDERS.len())]
                .replace('\\', "\\134")
                .replace(' ', "\\040");
            let device = DEVICES[rng.usize(0..DEVICES.len())];
            let kind = KINDS[rng.usize(0..KINDS.len())];
            table += &format!("{device} {point} {kind} rw,relatime 0 0\n");
        }
        let there = FOLDERS.iter().filter(|folder| **folder != "/gone");
        there.fold(
            Exchange::of("collect")
                .args([
                    "--root",
                    "host",
                    "--metric",
                    "filesystem.size",
                    "--metric",
                    "filesystem.unreadable",
                ])
                .file("host/proc/self/mounts", table),
            |exchange, folder| exchange.file(&format!("host{}/.keep", folder.trim_end_matches('/')), ""),
        )
    });
}
