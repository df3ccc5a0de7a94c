//! Measures a hub's store beside Prometheus and VictoriaMetrics, on the same samples, in one run:
//!
//! ```text
//! cargo run --release --manifest-path solutions/Cargo.toml -p muster --bins --example beside -- RECORDED [HOSTS [HOURS [EVERY]]]
//! ```
//!
//! RECORDED is `tests/cap04-store/fixtures/recorded.txt`: what one host reported for 48 minutes. HOSTS hosts (10) repeat it for HOURS hours (24), each EVERYth series of it (4).
//! The same requests of remote write go to each server, over so many connections; then all are asked the same by the same queries, and the answers are compared.
//! Whoever is not installed is left out. What it prints is a table for a chapter.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use store::{Batch, Reader, Retention, Sample, Store};

mod load;
mod questions;
#[expect(dead_code, reason = "it also writes what promtool reads, for another example")]
#[path = "../../../cap04-store/examples/fleet/recorded.rs"]
mod recorded;
mod servers;

use load::Load;
use recorded::Recorded;
use servers::Server;

/// When the fleet begins to report: 2026-05-28 20:00 UTC, the begin of two hours.
const BEGIN_MS: i64 = 1_779_998_400_000;
const INTERVAL_MS: i64 = 10_000;

/// How many reports one transaction holds, as a busy hub's do.
const AT_ONCE: usize = 200;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((recorded, rest)) = arguments.split_first() else {
        return Err("usage: beside RECORDED [HOSTS [HOURS [EVERY]]]".into());
    };
    let number = |n: usize, usual| rest.get(n).map_or(Ok(usual), |text| text.parse::<usize>());
    let (hosts, hours, every) = (number(0, 10)?, number(1, 24)?, number(2, 4)?);
    let recorded = Recorded::read(Path::new(recorded), every)?;
    let rounds = i64::try_from(hours)? * 360;
    let folder = std::env::temp_dir().join(format!("beside-{}", std::process::id()));
    fs::create_dir(&folder)?;
    let done = measure(&recorded, hosts, rounds, &folder);
    fs::remove_dir_all(&folder)?;
    done
}

fn measure(recorded: &Recorded, hosts: usize, rounds: i64, folder: &Path) -> Result<()> {
    let samples = recorded.series.len() * hosts * usize::try_from(rounds)?;
    println!(
        "{samples} samples: {hosts} hosts, {} series of each, {} hours",
        recorded.series.len(),
        rounds / 360
    );

    println!("\nStored in one process, {AT_ONCE} reports in a commit:");
    let path = folder.join("store.db");
    in_process(recorded, hosts, rounds, &path)?;

    let load = Load::new(recorded, hosts, rounds);
    println!("\nWritten by remote write, {load}:");
    let mut answers: Vec<(&str, Vec<String>)> = Vec::new();
    for mut server in Server::all(folder)? {
        let (begin, before) = (Instant::now(), server.processor_time()?);
        load.send(&server)?;
        let (spent, used) = (begin.elapsed(), server.processor_time()? - before);
        println!(
            "{:16} {:9.0} samples/s, {:.2} s of a processor for a million, {} MiB of memory at most",
            server.name,
            samples as f64 / spent.as_secs_f64(),
            used.as_secs_f64() * 1e6 / samples as f64,
            server.memory_kib()? >> 10
        );
        answers.push((server.name, questions::ask(&server, rounds)?));
        let bytes = server.settle()?;
        println!(
            "{:16} {:.3} bytes a sample on the disk",
            "",
            bytes as f64 / samples as f64
        );
    }
    if let Some(((first, expected), others)) = answers.split_first() {
        for (name, answer) in others {
            let same = expected
                .iter()
                .zip(answer)
                .filter(|(one, two)| one == two)
                .count();
            println!(
                "{name}: {same} of {} answers are those of {first}",
                expected.len()
            );
        }
    }
    println!("\nWhat the store's own interface needs for it:");
    questions::own(&path, rounds)
}

/// Lets a store take it all, and looks how large it is.
fn in_process(recorded: &Recorded, hosts: usize, rounds: i64, path: &PathBuf) -> Result<()> {
    let for_ever = Duration::from_secs(10 * 365 * 86_400);
    let kept = Retention {
        raw: for_ever,
        minutes: for_ever,
        hours: for_ever,
    };
    let mut store = Store::open(path)?.keeping(kept);
    let (mut samples, mut spent) = (0, Duration::ZERO);
    let mut reports = Vec::with_capacity(AT_ONCE);
    for round in 0..rounds {
        for host in 0..hosts {
            reports.push(report(recorded, host, round));
            if reports.len() == AT_ONCE || (round, host + 1) == (rounds - 1, hosts) {
                let begin = Instant::now();
                samples += store
                    .append(&reports)?
                    .iter()
                    .map(|done| done.stored)
                    .sum::<usize>();
                spent += begin.elapsed();
                reports.clear();
            }
        }
    }
    store.compact()?;
    drop(store);
    println!(
        "{:16} {:9.0} samples/s, each commit on the disk",
        "store",
        samples as f64 / spent.as_secs_f64()
    );
    let per = |bytes: u64| bytes as f64 / samples as f64;
    let Sizes { packed, summed } = Sizes::of(path)?;
    let data = per(store::info(path)?.chunk_bytes);
    println!(
        "{:16} {:.3} bytes a sample, {data:.3} of them in the chunks' data; {:.3} more for minutes and hours",
        "",
        per(packed),
        per(summed)
    );
    assert_eq!(Reader::open(path)?.hosts()?.len(), hosts);
    Ok(())
}

/// How many bytes of a database's file are in use, in whole pages.
struct Sizes {
    /// Samples, and what finds them.
    packed: u64,
    /// Minutes and hours, and what finds these.
    summed: u64,
}

impl Sizes {
    fn of(path: &Path) -> Result<Self> {
        let summed = "'minute', 'sqlite_autoindex_minute_1', 'hour'";
        let sql = format!(
            "SELECT sum(pgsize) FROM dbstat WHERE name NOT IN ({summed});
             SELECT coalesce(sum(pgsize), 0) FROM dbstat WHERE name IN ({summed});"
        );
        let output = Command::new("sqlite3").arg(path).arg(sql).output();
        let output = output.map_err(|why| format!("sqlite3: {why}"))?;
        let text = String::from_utf8(output.stdout)?;
        let numbers: Vec<u64> = text
            .lines()
            .map(str::parse)
            .collect::<std::result::Result<_, _>>()?;
        match numbers[..] {
            [packed, summed] => Ok(Self { packed, summed }),
            _ => Err(format!("sqlite3: {}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    }
}

fn report(recorded: &Recorded, host: usize, round: i64) -> Batch {
    let time_ms = BEGIN_MS + round * INTERVAL_MS + recorded.late_ms(host, round);
    let samples = recorded.series.iter().map(|series| Sample {
        name: series.name.clone(),
        labels: series.labels.clone(),
        kind: series.kind,
        unit: series.unit,
        time_ms,
        value: series.value(host, round),
    });
    Batch {
        host: format!("host{host:04}").into(),
        received_ms: time_ms,
        samples: samples.collect(),
    }
}
