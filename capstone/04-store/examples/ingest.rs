//! Lets hosts report as fast as a writer takes it, in batches of 100 samples, and says how fast that was:
//! `cargo run --release --example ingest -- FILE HOSTS ROUNDS`.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use collect::{Kind, Labels, Unit};
use fastrand::Rng;
use store::{Batch, Sample, Store, Writer};

const SAMPLES: usize = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, hosts, rounds] = &arguments[..] else {
        return Err("usage: ingest FILE HOSTS ROUNDS".into());
    };
    let (path, hosts, rounds) = (Path::new(file), hosts.parse::<usize>()?, rounds.parse::<i64>()?);
    let names: Vec<Arc<str>> = (0..SAMPLES).map(|n| format!("metric.n{n:02}").into()).collect();
    let hosts: Vec<Arc<str>> = (0..hosts).map(|n| format!("host{n:04}").into()).collect();
    let mut rng = Rng::with_seed(7);
    let writer = Writer::start(Store::open(path)?, |_| ())?;
    let start_ms = store::now_ms() - rounds * 10_000;
    let begin = Instant::now();
    for round in 0..rounds {
        for host in &hosts {
            let samples = names.iter().map(|name| Sample {
                name: Arc::clone(name),
                labels: Labels::none(),
                kind: Kind::Gauge,
                unit: Unit::Count,
                time_ms: start_ms + round * 10_000,
                value: (rng.f64() * 1e6).round() / 1e3,
            });
            let samples: Vec<Sample> = samples.collect();
            // A sender keeps what is not taken, and sends it again later.
            while let Err(store::Error::Busy { .. }) = writer
                .append(Batch::now(Arc::clone(host), samples.clone()), |result| {
                    assert!(result.is_ok())
                })
            {
                thread::sleep(Duration::from_millis(1));
            }
        }
    }
    writer.stop();
    let (count, spent) = (
        rounds as usize * hosts.len() * SAMPLES,
        begin.elapsed().as_secs_f64(),
    );
    let bytes = std::fs::metadata(path)?.len();
    println!(
        "{count} samples in {spent:.2} s: {:.0} samples/s",
        count as f64 / spent
    );
    println!("{bytes} bytes: {:.1} bytes a sample", bytes as f64 / count as f64);
    Ok(())
}
