//! Readings, drawn.

use support::{Case, Exchange, Rng};

fn host(rng: &mut Rng, args: &[&str]) -> Exchange {
    let disks: String = (0..rng.u32(1..4))
        .map(|disk| {
            let bits = rng.u32(1..64);
            format!(
                "8 0 d{disk}x {} {} {} 7\n",
                rng.u64(0..1 << bits),
                rng.u32(0..99),
                rng.u64(0..1 << bits)
            )
        })
        .collect();
    let bits = rng.u32(1..50);
    Exchange::of("collect")
        .args(["--root", "host"])
        .args(args.iter().copied())
        .file("host/proc/diskstats", disks)
        .file(
            "host/proc/meminfo",
            format!("MemFree: {} kB\n", rng.u64(0..1 << bits)),
        )
        .file(
            "host/proc/uptime",
            format!("{}.{:04} 1\n", rng.u32(..), rng.u32(0..10_000)),
        )
        .file(
            "host/proc/pressure/io",
            format!(
                "some avg10={}.{:02} total={}\n",
                rng.u32(0..100),
                rng.u32(0..100),
                rng.u32(..)
            ),
        )
}

pub(super) fn drawn_hosts_are_objects(case: &mut Case) {
    case.seeded(8, |rng| host(rng, &["--json"]));
}

pub(super) fn drawn_metrics_are_explained(case: &mut Case) {
    const NAMES: [&str; 8] = [
        "disk.reads",
        "disk.read_bytes",
        "muster_disk_read_time_seconds_total",
        "memory.free",
        "host.uptime",
        "pressure.io_waiting",
        "pressure.io_waiting_10s",
        "load.5m",
    ];
    case.seeded(16, |rng| {
        let name = NAMES[rng.usize(0..NAMES.len())];
        host(rng, &["explain", name])
    });
}
