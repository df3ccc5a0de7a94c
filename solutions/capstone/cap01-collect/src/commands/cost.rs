//! Measures what a collection takes.

use std::{
    io::{self, Write},
    process::ExitCode,
    time::{Duration, Instant},
};

use collect::{Cost, Reading, human};
use serde::Serialize;

use super::{Format, Sources, conclude};

//~cost #[expect(dead_code, reason = "goes with the todo!")]
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

fn objects(costs: &[Cost]) -> anyhow::Result<String> {
    // region:cost Fill an Object from each cost; one line of JSON each.
    let mut text = String::new();
    for Cost {
        collector,
        rounds,
        cpu,
        longest,
    } in costs
    {
        let object = Object {
            collector,
            rounds: *rounds,
            cpu_seconds: cpu.as_secs_f64(),
            longest_seconds: longest.as_secs_f64(),
        };
        text += &serde_json::to_string(&object)?;
        text += "\n";
    }
    Ok(text)
    // endregion:cost
}

fn table(costs: &[Cost], wall: Duration, readings: &[Reading]) -> String {
    // region:cost/table A line for each collector with its mean and its longest round in ms, a line for all, and the share of a processor.
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let mut text = format!("{:<12} {:>12} {:>12}\n", "collector", "CPU, mean", "longest");
    let mut sum = Duration::ZERO;
    for Cost {
        collector,
        rounds,
        cpu,
        longest,
    } in costs
    {
        let mean = *cpu / (*rounds).max(1);
        sum += mean;
        text += &format!("{collector:<12} {:>9.3} ms {:>9.3} ms\n", ms(mean), ms(*longest));
    }
    text += &format!(
        "{:<12} {:>9.3} ms, within {:.3} ms, {} readings\n",
        "together",
        ms(sum),
        ms(wall),
        readings.len()
    );
    text += &format!(
        "At an interval of 10 s that is {:.4} % of a processor",
        ms(sum) / 100.0
    );
    if let Some(memory) = readings
        .iter()
        .find(|reading| reading.metric.name == "agent.memory")
    {
        text += &format!(
            ", in {} of memory",
            human::value(memory.value, memory.metric.unit)
        );
    }
    text + ".\n"
    // endregion:cost/table
}
