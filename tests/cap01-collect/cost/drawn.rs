//! Recorded files, broken in the ways that disks, other kernels and attackers have.

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Case, Exchange, Rng};

const FILES: [&str; 12] = [
    "proc/stat",
    "proc/loadavg",
    "proc/uptime",
    "proc/meminfo",
    "proc/vmstat",
    "proc/pressure/io",
    "proc/diskstats",
    "proc/net/dev",
    "proc/net/sockstat",
    "proc/net/tcp",
    "proc/self/stat",
    "etc/passwd",
];

fn break_up(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    const PIECES: [&[u8]; 14] = [
        b"18446744073709551616",
        b"-1",
        b"1e309",
        b"nan",
        b"\0",
        b"\xff\xfe",
        b"\n",
        b"\n\n\n",
        b" ",
        b":",
        b"cpu9999999",
        b"\\040",
        b"\xe2\x80\xae",
        b"/../../",
    ];
    let mut broken = bytes.to_vec();
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(0..=broken.len());
        let end = rng.usize(at..=broken.len().min(at + 40));
        match rng.u8(0..6) {
            0 => broken.truncate(at),
            1 => drop(broken.drain(at..end)),
            2 => drop(broken.splice(at..end, PIECES[rng.usize(0..PIECES.len())].iter().copied())),
            3 => broken.extend_from_within(at..end),
            4 => broken[at..end].fill_with(|| rng.u8(..)),
            _ => drop(broken.splice(at..at, vec![b'7'; 5000])),
        }
    }
    broken
}

fn recorded(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/linux-6.18")
        .join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(super) fn drawn_hosts_are_broken(case: &mut Case) {
    case.seeded(24, |rng| {
        let exchange = Exchange::of("collect").args(["--root", "host"]);
        (0..3).fold(exchange, |exchange, _| {
            let name = FILES[rng.usize(0..FILES.len())];
            exchange.file(&format!("host/{name}"), break_up(&recorded(name), rng))
        })
    });
}

/// Needs no reference: each line said is of a file that there is, and of a line that it has, and each value is a number.
pub(super) fn drawn_reports_of_broken_hosts_name_a_line(case: &mut Case) {
    for round in 0..24 {
        let mut rng = case.rng(round);
        let name = FILES[rng.usize(0..FILES.len())];
        let bytes = break_up(&recorded(name), &mut rng);
        let count = bytes.split(|byte| *byte == b'\n').count();
        let _ = fs::remove_dir_all(case.dir().join("host"));
        case.file(&format!("host/{name}"), bytes);
        let ended = case.program("collect").args(["--root", "host", "--json"]).run();
        let values = ended.stdout_text();
        let odd = values.lines().find(|line| {
            let value = serde_json::from_str::<Value>(line)
                .ok()
                .and_then(|object| object["value"].as_f64());
            value.is_none_or(|value| value < 0.0)
        });
        case.expect(
            &ended,
            odd.is_none(),
            "readings whose values are numbers and not negative",
            odd.unwrap_or_default(),
        );
        let said = ended.stderr_text();
        let start = format!("collect: host/{name}, line ");
        let is_so = match &*said {
            "" => ended.status.code() == Some(0),
            said => {
                let line = said
                    .strip_prefix(&start)
                    .and_then(|rest| rest.split(':').next()?.parse::<usize>().ok());
                ended.status.code() == Some(1)
                    && said.lines().count() == 1
                    && line.is_some_and(|line| (1..=count).contains(&line))
            }
        };
        case.expect(
            &ended,
            is_so,
            &format!(
                "status 0 and silence, or status 1 and one line `{start}N: …`, of which the file has {count}"
            ),
            format!("{} and {said}", ended.status),
        );
    }
}
