//! Measures what a collection takes.

use std::{
    io::{self, Write},
    process::ExitCode,
    time::{Duration, Instant},
};

use collect::{Cost, Reading, human};
use serde::Serialize;

use super::{Format, Sources, conclude};

#[expect(dead_code, reason = "goes with the todo!")]
#[derive(Debug, Serialize)]
struct Object {
    collector: &'static str,
    rounds: u32,
    cpu_seconds: f64,
    longest_seconds: f64,
}

/// Collects a number of times, and prints what each collector took of a processor.
///
/// # Errors
/// When what is to be read is wrong, or the output cannot be written.
pub(crate) fn run(sources: &Sources, rounds: u32, format: Format) -> anyhow::Result<ExitCode> {
    let mut collectors = sources.collectors()?.unbounded();
    let (mut readings, mut problems) = (Vec::new(), Vec::new());
    let begun = Instant::now();
    for _ in 0..rounds {
        readings.clear();
        problems = collectors.collect(&mut readings);
    }
    let wall = begun.elapsed() / rounds;
    let costs: Vec<_> = collectors.costs().collect();
    let text = match format {
        Format::Json => objects(&costs)?,
        _ => table(&costs, wall, &readings),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(conclude(&problems))
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn objects(costs: &[Cost]) -> anyhow::Result<String> {
    todo!("cost: Fill an Object from each cost; one line of JSON each.")
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn table(costs: &[Cost], wall: Duration, readings: &[Reading]) -> String {
    todo!(
        "cost: A line for each collector with its mean and its longest round in ms, a line for all, and the share of a processor."
    )
}
