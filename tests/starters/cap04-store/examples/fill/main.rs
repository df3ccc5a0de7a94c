//! Fills a store with the past of a few hosts, and says what it cost: `cargo run --release --example fill -- FILE HOSTS HOURS`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use store::{Batch, Reader, Store, now_ms};

mod plausible;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, hosts, hours] = &arguments[..] else {
        return Err("usage: fill FILE HOSTS HOURS".into());
    };
    let (path, hosts, hours) = (Path::new(file), hosts.parse::<u32>()?, hours.parse::<i64>()?);
    let mut store = Store::open(path)?;
    let mut fleet: Vec<plausible::Host> = (0..hosts)
        .map(|n| plausible::Host::new(&format!("web{n}"), 4 + n % 8, 16.0, 0.2))
        .collect();
    let (mut samples, mut spent) = (0, Duration::ZERO);
    let end_ms = now_ms();
    for time_ms in (end_ms - hours * 3_600_000..end_ms).step_by(10_000) {
        let batches: Vec<Batch> = fleet
            .iter_mut()
            .enumerate()
            .map(|(n, host)| Batch {
                host: format!("web{n}").into(),
                received_ms: time_ms,
                samples: host.samples(time_ms),
            })
            .collect();
        let begin = Instant::now();
        for appended in store.append(&batches)? {
            samples += appended.stored;
        }
        spent += begin.elapsed();
    }
    drop(store);
    let bytes = fs::metadata(path)?.len();
    println!(
        "{samples} samples in {:.1} s: {:.0} samples/s",
        spent.as_secs_f64(),
        samples as f64 / spent.as_secs_f64()
    );
    println!(
        "{bytes} bytes: {:.1} bytes a sample",
        bytes as f64 / samples as f64
    );

    let reader = Reader::open(path)?;
    let series = reader.series(reader.hosts()?[0].id)?;
    let user = series
        .iter()
        .find(|series| series.name == "cpu.user")
        .ok_or("no cpu.user")?;
    let day = Duration::from_secs(86_400);
    for step in [10, 300] {
        let begin = Instant::now();
        let points = reader.rate(
            user.id,
            end_ms - day.as_millis() as i64,
            end_ms,
            Duration::from_secs(step),
        )?;
        println!(
            "a day in steps of {step} s: {} points in {:?}",
            points.len(),
            begin.elapsed()
        );
    }
    Ok(())
}
