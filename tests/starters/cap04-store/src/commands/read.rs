//! Questions.

use std::io::{self, Write};
use std::time::Duration;

use anyhow::Context;
use serde::Serialize;
use store::{Host, Location, Point, Reader, Series, SeriesId};

use super::{Of, Range, Which};

/// Prints the series there are.
pub(super) fn series(db: &Location, of: Option<&str>) -> anyhow::Result<()> {
    let reader = Reader::open(db)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for host in reader.hosts()? {
        if of.is_some_and(|of| of != host.name) {
            continue;
        }
        for series in reader.series(host.id)? {
            let Series {
                name,
                labels,
                kind,
                unit,
                ..
            } = series;
            writeln!(out, "{}\t{name}{labels}\t{kind}\t{unit}", host.name)?;
        }
    }
    out.flush()?;
    Ok(())
}

fn find(reader: &Reader, db: &Location, which: &Which) -> anyhow::Result<SeriesId> {
    let host = |host: &Host| host.name == which.host;
    let host = reader
        .hosts()?
        .into_iter()
        .find(host)
        .with_context(|| format!("{}: there is no host {:?}", db, which.host))?;
    let series = |series: &Series| format!("{}{}", series.name, series.labels) == which.series;
    let found = reader.series(host.id)?.into_iter().find(series);
    let found =
        found.with_context(|| format!("{}: the host {:?} has no series {}", db, which.host, which.series))?;
    Ok(found.id)
}

/// Prints samples.
pub(super) fn get(db: &Location, which: &Which, range: Range) -> anyhow::Result<()> {
    let reader = Reader::open(db)?;
    let id = find(&reader, db, which)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for value in reader.samples(id, range.from_ms, range.to_ms)? {
        writeln!(out, "{}\t{}", value.time_ms, value.value)?;
    }
    out.flush()?;
    Ok(())
}

/// Prints points.
pub(super) fn steps(
    db: &Location,
    which: &Which,
    Range { from_ms, to_ms }: Range,
    step: Duration,
    of: Of,
) -> anyhow::Result<()> {
    let reader = Reader::open(db)?;
    let id = find(&reader, db, which)?;
    let points = match of {
        Of::Values => reader.range(id, from_ms, to_ms, step)?,
        Of::Growth => reader.rate(id, from_ms, to_ms, step)?,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    for Point {
        time_ms,
        min,
        max,
        avg,
        count,
    } in points
    {
        writeln!(out, "{time_ms}\t{min}\t{max}\t{avg}\t{count}")?;
    }
    out.flush()?;
    Ok(())
}

/// Prints where a metric is highest.
pub(super) fn top(db: &Location, metric: &str, most: usize, range: Range) -> anyhow::Result<()> {
    let reader = Reader::open(db)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for (series, mean) in reader.top(metric, range.from_ms, range.to_ms, most)? {
        let host = reader
            .host(series.host)?
            .map_or_else(String::new, |host| host.name);
        writeln!(out, "{host}\t{}{}\t{mean}", series.name, series.labels)?;
    }
    out.flush()?;
    Ok(())
}

/// What `put` takes.
#[derive(Serialize)]
struct Line<'a> {
    host: &'a str,
    name: &'a str,
    labels: &'a collect::Labels,
    kind: collect::Kind,
    unit: collect::Unit,
    time_ms: i64,
    value: f64,
}

/// Prints all samples, series by series, with an empty line behind each.
pub(super) fn dump(db: &Location) -> anyhow::Result<()> {
    let reader = Reader::open(db)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for host in reader.hosts()? {
        for series in reader.series(host.id)? {
            for value in reader.samples(series.id, i64::MIN, i64::MAX)? {
                let line = Line {
                    host: &host.name,
                    name: &series.name,
                    labels: &series.labels,
                    kind: series.kind,
                    unit: series.unit,
                    time_ms: value.time_ms,
                    value: value.value,
                };
                // By text and not straight into `out`, whose errors serde_json would hide.
                writeln!(out, "{}", serde_json::to_string(&line)?)?;
            }
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(())
}
