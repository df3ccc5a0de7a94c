//! Lets a fleet report for some hours what one host was recorded to report, and says what that costs:
//!
//! ```text
//! cargo run --release -p store --example fleet -- RECORDED FILE HOSTS HOURS [EVERY [OPENMETRICS]]
//! ```
//!
//! RECORDED has a line for each series: name, kind, unit and a chunk in hexadecimal digits, with tabs between. Hosts begin at different rounds of
//! it; when it is over it begins anew, and counters count on. Of its series each EVERYth is taken. With OPENMETRICS the same samples are
//! written there, for `promtool tsdb create-blocks-from openmetrics`.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use collect::Kind;
use store::{Batch, Reader, Sample, Store};

mod recorded;

use recorded::Recorded;

/// When the fleet begins to report: 2027-01-15 08:00 UTC.
const BEGIN_MS: i64 = 1_800_000_000_000;
const INTERVAL_MS: i64 = 10_000;

/// How many reports one transaction holds, as a busy hub's do.
const AT_ONCE: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [recorded, file, hosts, hours, rest @ ..] = &arguments[..] else {
        return Err("usage: fleet RECORDED FILE HOSTS HOURS [EVERY [OPENMETRICS]]".into());
    };
    let every = rest.first().map_or(Ok(1), |every| every.parse())?;
    let recorded = Recorded::read(Path::new(recorded), every)?;
    let (path, hosts, rounds) = (
        Path::new(file),
        hosts.parse::<usize>()?,
        hours.parse::<i64>()? * 360,
    );
    if let Some(text) = rest.get(1) {
        recorded.write_openmetrics(&mut BufWriter::new(File::create(text)?), hosts, rounds)?;
    }

    let mut store = Store::open(path)?;
    let (mut samples, mut spent) = (0, Duration::ZERO);
    let mut reports = Vec::with_capacity(AT_ONCE);
    for round in 0..rounds {
        for host in 0..hosts {
            reports.push(report(&recorded, host, round));
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
    let per = |count: f64| count / samples as f64;
    println!(
        "{samples} samples of {} series a host in {:.2} s: {:.0} samples/s",
        recorded.series.len(),
        spent.as_secs_f64(),
        samples as f64 / spent.as_secs_f64()
    );
    let begin = Instant::now();
    store.compact()?;
    println!("the rest packed in {:.2} s", begin.elapsed().as_secs_f64());
    drop(store);
    let info = store::info(path)?;
    println!(
        "bytes a sample: {:.3} in chunks, {:.3} in minutes, {:.3} in the file of {} bytes",
        per(info.chunk_bytes as f64),
        per(info.minute_bytes as f64),
        per(fs::metadata(path)?.len() as f64),
        fs::metadata(path)?.len()
    );
    questions(path, rounds)
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

/// Asks for the last day of a host, a minute a step, and for the ten hosts that were busiest in it.
fn questions(path: &Path, rounds: i64) -> Result<(), Box<dyn Error>> {
    let end_ms = BEGIN_MS + rounds * INTERVAL_MS;
    let from_ms = end_ms - 86_400_000;
    let reader = Reader::open(path)?;
    let host = &reader.hosts()?[0];
    let minute = Duration::from_secs(60);
    for what in ["cold", "again"] {
        let begin = Instant::now();
        let mut points = 0;
        let all = reader.series(host.id)?;
        for series in &all {
            points += match series.kind {
                Kind::Gauge => reader.range(series.id, from_ms, end_ms, minute)?.len(),
                Kind::Counter => reader.rate(series.id, from_ms, end_ms, minute)?.len(),
            };
        }
        println!(
            "a day of one host, {} series, {points} points: {:.1} ms, {what}",
            all.len(),
            begin.elapsed().as_secs_f64() * 1e3
        );
    }
    for name in ["load.1m", "cpu.user"] {
        let begin = Instant::now();
        let top = reader.top(name, from_ms, end_ms, 10)?;
        println!(
            "the ten hosts with the highest {name} of a day: {} in {:.2} ms",
            top.len(),
            begin.elapsed().as_secs_f64() * 1e3
        );
    }
    // The same from samples: a day that begins and ends with no hour.
    let begin = Instant::now();
    for series in reader.named("cpu.user")? {
        reader.rate(series.id, from_ms, end_ms, Duration::from_secs(7))?;
    }
    println!(
        "cpu.user of all hosts, a day by steps of 7 s: {:.1} ms",
        begin.elapsed().as_secs_f64() * 1e3
    );
    std::io::stdout().flush()?;
    Ok(())
}
