//! Fills a store with an hour of a few hosts that are made up, and serves it beside this machine, live:
//! `cargo run --example serve [SECONDS [MORE]]`. With MORE there are so many hosts more, with a quarter of an hour each.

use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use collect::{Collectors, Reading};
use dashboard::{Settings, State, serve};
use store::{Batch, Sample, Store, Writer, now_ms};

#[path = "../../cap04-store/examples/fill/plausible.rs"]
mod plausible;

const TOKEN: &str = "an-example-is-no-secret";
const INTERVAL: Duration = Duration::from_secs(2);

/// Which of the hosts is down, and which was away for a while.
const DOWN: usize = 3;
const AWAY: usize = 1;

fn main() -> Result<()> {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|text| text.parse().context("SECONDS and MORE are numbers"));
    let seconds = arguments.next().transpose()?.unwrap_or(u64::MAX);
    let more = arguments.next().transpose()?.unwrap_or(0);
    let folder = std::env::temp_dir().join(format!("dashboard-example-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = run(&folder.join("fleet.db"), seconds, more);
    std::fs::remove_dir_all(&folder)?;
    result
}

fn run(path: &Path, seconds: u64, more: u64) -> Result<()> {
    let mut store = Store::open(path)?;
    let mut fleet = fleet(more);
    fill(&mut store, &mut fleet)?;
    let settings = Settings {
        token: TOKEN.into(),
        interval: INTERVAL,
    };
    let state = State::new(path, settings)?;
    let writer = Writer::start(store, state.feed())?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("listening on {}", listener.local_addr()?);
    println!("http://{}/login#{TOKEN}", listener.local_addr()?);
    let server = thread::spawn({
        let state = state.clone();
        move || serve(listener, state)
    });
    let mut collectors = Collectors::new("/".as_ref());
    for _ in 0..seconds / INTERVAL.as_secs() {
        let made_up = fleet.iter_mut().enumerate().filter(|(n, _)| *n != DOWN);
        let mut batches: Vec<Batch> = made_up
            .map(|(_, (name, host))| Batch::now(name.as_str(), host.samples(now_ms())))
            .collect();
        batches.push(Batch::now("this machine", readings(&mut collectors)));
        for batch in batches {
            let told = writer.append(batch, |result| {
                if let Err(error) = result {
                    eprintln!("{error}");
                }
            });
            if let Err(error) = told {
                eprintln!("{error}");
            }
        }
        thread::sleep(INTERVAL);
    }
    state.stop();
    server.join().expect("the server does not panic")?;
    writer.stop();
    Ok(())
}

fn fleet(more: u64) -> Vec<(String, plausible::Host)> {
    let few = [
        ("web01", 4, 8.0, 0.18),
        ("web02", 4, 8.0, 0.31),
        ("db-primary", 16, 64.0, 0.55),
        ("db-replica", 16, 64.0, 0.12),
        ("build.example.org", 32, 128.0, 0.88),
        ("<img src=x onerror=alert(1)>", 2, 2.0, 0.05),
        ("cache/../../etc/passwd", 2, 4.0, 0.4),
    ];
    let few = few.map(|(name, cpus, memory, busy)| (name.to_owned(), cpus, memory, busy));
    let more = (0..more).map(|n| (format!("node{n:04}"), 8, 32.0, (n * 37 % 100) as f64 / 110.0));
    few.into_iter()
        .chain(more)
        .map(|(name, cpus, memory, busy)| {
            let host = plausible::Host::new(&name, cpus, memory, busy);
            (name, host)
        })
        .collect()
}

fn fill(store: &mut Store, fleet: &mut [(String, plausible::Host)]) -> Result<()> {
    let now = now_ms();
    for (n, (name, host)) in fleet.iter_mut().enumerate() {
        let (minutes, step_ms) = if n < 7 { (60, 2_000) } else { (15, 10_000) };
        for minute in 0..minutes {
            if n == DOWN && minute > 48 || n == AWAY && (20..27).contains(&minute) {
                continue;
            }
            let begin = now - (minutes - minute) * 60_000;
            let batches: Vec<Batch> = (begin..begin + 60_000)
                .step_by(step_ms)
                .map(|time_ms| Batch {
                    host: name.as_str().into(),
                    received_ms: time_ms,
                    samples: host.samples(time_ms),
                })
                .collect();
            store.append(&batches)?;
        }
    }
    Ok(())
}

/// Returns what this machine says of itself.
fn readings(collectors: &mut Collectors) -> Vec<Sample> {
    let mut readings = Vec::new();
    // What cannot be read here is nobody's concern in an example.
    collectors.collect(&mut readings);
    let time_ms = now_ms();
    let sample = |Reading {
                      metric,
                      labels,
                      value,
                  }: Reading| Sample {
        name: metric.name.into(),
        labels,
        kind: metric.kind,
        unit: metric.unit,
        time_ms,
        value,
    };
    readings.into_iter().map(sample).collect()
}
