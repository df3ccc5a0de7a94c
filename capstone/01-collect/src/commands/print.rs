//! Prints the readings of this moment.

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    process::ExitCode,
    thread,
    time::Instant,
};

use collect::{Collectors, Kind, Labels, Reading, Unit, human, prometheus};
use serde::Serialize;

use super::{Again, Format, Sources, conclude, json};

/// A reading as a JSON object.
#[expect(dead_code, reason = "goes with the todo!")]
#[derive(Debug, Serialize)]
struct Object<'a> {
    name: &'a str,
    labels: &'a Labels,
    kind: Kind,
    unit: Unit,
    #[serde(serialize_with = "json::number")]
    value: f64,
    source: &'a str,
}

/// Collects once, or again and again, and prints what is wanted of it.
///
/// # Errors
/// When what is to be read is wrong, or the output cannot be written.
pub(crate) fn run(
    sources: &Sources,
    prefixes: &[String],
    format: Format,
    again: Option<Again>,
) -> anyhow::Result<ExitCode> {
    let mut collectors = sources.collectors()?;
    let Some(Again { every, rounds }) = again else {
        return round(&mut collectors, prefixes, format);
    };
    let mut status = ExitCode::SUCCESS;
    let (mut done, mut next) = (0, Instant::now());
    while rounds.is_none_or(|rounds| done < rounds) {
        thread::sleep(next.saturating_duration_since(Instant::now()));
        // Rounds that a long one has left no time for are not made up for.
        next = next.max(Instant::now()) + every;
        let this = round(&mut collectors, prefixes, format)?;
        if this != ExitCode::SUCCESS {
            status = this;
        }
        writeln!(io::stdout().lock())?;
        done += 1;
    }
    Ok(status)
}

fn round(collectors: &mut Collectors, prefixes: &[String], format: Format) -> anyhow::Result<ExitCode> {
    let mut readings = Vec::new();
    let problems = collectors.collect(&mut readings);
    if !prefixes.is_empty() {
        readings.retain(|reading| {
            prefixes
                .iter()
                .any(|prefix| reading.metric.name.starts_with(prefix.as_str()))
        });
    }
    let stdout = io::stdout().lock();
    let people = stdout.is_terminal();
    let mut out = BufWriter::new(stdout);
    match format {
        Format::Json => objects(&readings, &mut out)?,
        Format::Prometheus => prometheus::write(&readings, &mut out)?,
        Format::People if people => table(&readings, &mut out)?,
        Format::People => lines(&readings, &mut out)?,
    }
    out.flush()?;
    Ok(conclude(&problems))
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn objects(readings: &[Reading], out: &mut impl Write) -> anyhow::Result<()> {
    todo!(
        "explain: Fill an Object from each reading and write it as one line of JSON. Make the text first, so that a closed pipe stays an io::Error."
    )
}

fn lines(readings: &[Reading], out: &mut impl Write) -> io::Result<()> {
    for Reading {
        metric,
        labels,
        value,
    } in readings
    {
        writeln!(out, "{}{labels}\t{value}\t{}", metric.name, metric.unit)?;
    }
    Ok(())
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn table(readings: &[Reading], out: &mut impl Write) -> io::Result<()> {
    todo!(
        "explain: Three columns with two blanks between them: names to the left, values for people to the right, labels; nothing at the ends of lines."
    )
}

#[cfg(test)]
mod tests {
    use collect::metrics;

    use super::*;

    #[test]
    fn columns_of_a_table_are_aligned() {
        let reading = |name, labels, value| Reading {
            metric: metrics()
                .find(|metric| metric.name == name)
                .expect("it is one of them"),
            labels,
            value,
        };
        let readings = [
            reading("memory.total", Labels::none(), 2048.0),
            reading("core.user", Labels::one("cpu", "0"), 12.25),
        ];
        let mut text = Vec::new();
        table(&readings, &mut text).expect("a vector takes all");
        assert_eq!(
            String::from_utf8_lossy(&text),
            "memory.total  2.0 KiB\ncore.user     12.25 s  {cpu=\"0\"}\n",
        );
    }
}
