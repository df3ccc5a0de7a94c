//! Hosts, drawn.

use support::{Case, Exchange};

pub(super) fn drawn_hosts_are_exported(case: &mut Case) {
    case.seeded(8, |rng| {
        let cpus: String = (0..rng.u32(1..5))
            .map(|cpu| format!("cpu{cpu} {} {} {}\n", rng.u32(..), rng.u32(0..99), rng.u32(0..9)))
            .collect();
        let disks: String = (0..rng.u32(0..4))
            .map(|disk| {
                format!(
                    "8 0 d{disk}x {} {} {}\n",
                    rng.u64(..),
                    rng.u32(0..99),
                    rng.u32(0..9)
                )
            })
            .collect();
        Exchange::of("collect")
            .args(["--root", "host", "--prometheus"])
            .file("host/proc/stat", cpus)
            .file("host/proc/diskstats", disks)
            .file(
                "host/proc/meminfo",
                format!("MemFree: {} kB\nHugePages_Surp: 3\n", rng.u32(..)),
            )
            .file(
                "host/proc/loadavg",
                format!("{}.{:02} 0.5\n", rng.u32(0..99), rng.u32(0..100)),
            )
            .file("host/etc/passwd", format!("a:x:{}:1::/:/bin/sh\n", rng.u32(0..2)))
    });
}
