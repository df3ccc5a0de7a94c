//! Fills a store with an hour of a few hosts that are made up, and serves it, live, until it is interrupted:
//! `cargo run --example serve [SECONDS]`.

use std::net::TcpListener;
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

fn main() -> Result<()> {
    let limit = std::env::args()
        .nth(1)
        .map(|text| text.parse::<u64>().context("SECONDS is a number"))
        .transpose()?;
    let folder = std::env::temp_dir().join(format!("dashboard-example-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("fleet.db");
    let mut store = Store::open(&path)?;
    let mut hosts = [
        plausible::Host::new("web01", 4, 8.0, 0.18),
        plausible::Host::new("web02", 4, 8.0, 0.31),
        plausible::Host::new("db-primary", 16, 64.0, 0.55),
        plausible::Host::new("db-replica", 16, 64.0, 0.12),
        plausible::Host::new("build.example.org", 32, 128.0, 0.88),
        plausible::Host::new("<img src=x onerror=alert(1)>", 2, 2.0, 0.05),
        plausible::Host::new("cache/../../etc/passwd", 2, 4.0, 0.4),
    ];
    let begin = now_ms() - 3_600_000;
    for (n, host) in hosts.iter_mut().enumerate() {
        for minute in 0..60 {
            // One is down, and one was away for a while.
            if n == 3 && minute > 48 || n == 1 && (20..27).contains(&minute) {
                continue;
            }
            let times = (0..60_000).step_by(2_000).map(|ms| begin + minute * 60_000 + ms);
            let batches: Vec<Batch> = times
                .map(|time_ms| Batch {
                    host: host.name.into(),
                    received_ms: time_ms,
                    samples: host.samples(time_ms),
                })
                .collect();
            store.append(&batches)?;
        }
    }
    let state = State::new(
        &path,
        Settings {
            token: TOKEN.into(),
            interval: INTERVAL,
        },
    )?;
    let writer = Writer::start(store, state.feed())?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("listening on {}", listener.local_addr()?);
    println!("http://{}/login#{TOKEN}", listener.local_addr()?);
    let server = thread::spawn({
        let state = state.clone();
        move || serve(listener, state)
    });
    let (mut collectors, mut readings) = (Collectors::new("/".as_ref()), Vec::new());
    for _ in 0..limit.unwrap_or(u64::MAX) / INTERVAL.as_secs() {
        for (n, host) in hosts.iter_mut().enumerate().filter(|(n, _)| *n != 3) {
            let batch = Batch::now(host.name, host.samples(now_ms()));
            writer.append(batch, move |result| {
                if let Err(error) = result {
                    eprintln!("host {n}: {error}");
                }
            })?;
        }
        readings.clear();
        collectors.collect(&mut readings);
        let time_ms = now_ms();
        let samples = readings.drain(..).map(
            |Reading {
                 metric,
                 labels,
                 value,
             }| Sample {
                name: metric.name.into(),
                labels,
                kind: metric.kind,
                unit: metric.unit,
                time_ms,
                value,
            },
        );
        writer.append(Batch::now("this machine", samples.collect()), |_| ())?;
        thread::sleep(INTERVAL);
    }
    state.stop();
    server.join().expect("the server does not panic")?;
    writer.stop();
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
