//! Tables, drawn.

use support::{Case, Exchange};

use super::{people, processes, sockets};

fn exchange() -> Exchange {
    Exchange::of("collect").args(["--root", "host"])
}

pub(super) fn drawn_processes_are_counted(case: &mut Case) {
    const STATES: [&str; 9] = ["R", "S", "D", "I", "T", "t", "Z", "X", "?"];
    const NAMES: [&str; 6] = ["cat", "a b", "x) R 1", "(", "", ")"];
    case.seeded(8, |rng| {
        (0..rng.usize(1..12)).fold(exchange(), |exchange, _| {
            let id = rng.u32(1..100_000);
            let mut stat = processes::stat(
                id,
                NAMES[rng.usize(0..NAMES.len())],
                STATES[rng.usize(0..STATES.len())],
                rng.u32(1..500),
            );
            if rng.u32(0..8) == 0 {
                stat.truncate(rng.usize(0..stat.len()));
            }
            exchange.file(&format!("host/proc/{id}/stat"), stat)
        })
    });
}

pub(super) fn drawn_sockets_are_counted(case: &mut Case) {
    const FAMILIES: [&str; 6] = ["sockets", "TCP", "UDP", "FRAG", "RAW", "SCTP"];
    const NAMES: [&str; 8] = ["used", "inuse", "orphan", "tw", "alloc", "mem", "memory", "new"];
    case.seeded(8, |rng| {
        let mut table = sockets::HEAD.to_owned();
        for number in 0..rng.usize(0..4000) {
            // Now and then a state that there is not.
            let most = if rng.u32(0..1000) == 0 { 40 } else { 13 };
            table += &sockets::line(number, rng.usize(1..most));
        }
        let numbers: String = FAMILIES
            .iter()
            .map(|family| {
                let pairs: String = NAMES
                    .iter()
                    .filter_map(|name| {
                        let value = rng.u32(0..100_000);
                        rng.bool().then(|| format!(" {name} {value}"))
                    })
                    .collect();
                format!("{family}:{pairs}\n")
            })
            .collect();
        exchange()
            .file(
                ["host/proc/net/tcp", "host/proc/net/tcp6"][rng.usize(0..2)],
                table,
            )
            .file("host/proc/net/sockstat", numbers)
    });
}

pub(super) fn drawn_people_are_counted(case: &mut Case) {
    const USERS: [&str; 4] = ["ann", "bob", "root", "a-name-that-fills-its-32-bytes--"];
    const SHELLS: [&str; 7] = [
        "/bin/bash",
        "",
        "/usr/sbin/nologin",
        "/bin/false",
        "/sbin/halt",
        "/bin/sync",
        "/opt/false/sh",
    ];
    case.seeded(8, |rng| {
        let mut records = Vec::new();
        for _ in 0..rng.usize(0..20) {
            records.extend(people::record(
                384,
                rng.i16(1..9),
                USERS[rng.usize(0..USERS.len())].as_bytes(),
            ));
        }
        let accounts: String = (0..rng.usize(0..15))
            .map(|n| {
                let sign = ["", "", "", "", "+", "#"][rng.usize(0..6)];
                let id = match rng.u32(0..6) {
                    0 => "0".to_owned(),
                    1 => "x".to_owned(),
                    _ => rng.u32(..).to_string(),
                };
                format!("{sign}u{n}:x:{id}:7::/:{}\n", SHELLS[rng.usize(0..SHELLS.len())])
            })
            .collect();
        exchange()
            .file("host/run/utmp", records)
            .file("host/etc/passwd", accounts)
    });
}
