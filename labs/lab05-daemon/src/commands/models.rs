//! What `models` does.

use std::io::{self, IsTerminal as _, Write};
use std::process::ExitCode;

use daemon::models::{Job, Model, Row, Switch, Trial, switch, worker};
use serde_json::Value;

use crate::cli::models::{Options, Table};

/// Does it.
///
/// # Errors
/// What went wrong.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    match options {
        Options::Table(table) => measure(&table)?,
        Options::Switches { models, rounds, json } => switches(&models, rounds, json)?,
        Options::Worker => {
            worker::die_with_parent()?;
            worker::serve(io::stdin().lock(), io::stdout())?;
        }
        Options::Echo => {
            worker::die_with_parent()?;
            // Not Rust's standard streams: their buffers and locks are no part of a switch.
            worker::echo(
                rustix::stdio::stdin()
                    .try_clone_to_owned()
                    .map(std::fs::File::from)?,
                rustix::stdio::stdout()
                    .try_clone_to_owned()
                    .map(std::fs::File::from)?,
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Measures every combination, and shows each as soon as it is there.
fn measure(table: &Table) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if !table.json {
        writeln!(
            out,
            "{:4}  {:7}  {:>7}  {:>7}  {:>10}  {:>13}  {:>12}",
            "load", "model", "workers", "at once", "jobs/s", "to one worker", "sum"
        )?;
    }
    let rounds = table.loads.len() * table.models.len() * table.workers.len();
    let mut round = 0;
    for &(load, size) in &table.loads {
        for &model in &table.models {
            let mut one = None;
            for &workers in &table.workers {
                round += 1;
                let progress = Progress::show(&format!(
                    "{round} of {rounds}: {load}, {model}, {workers} workers"
                ));
                let trial = Trial {
                    model,
                    job: Job { load, size },
                    times: table.jobs,
                    workers,
                };
                let row = trial.measure()?;
                drop(progress);
                if workers == 1 {
                    one = Some(row.per_second());
                }
                let to_one = one.map(|one| row.per_second() / one);
                match table.json {
                    true => writeln!(out, "{}", json(&row, to_one))?,
                    false => writeln!(out, "{}", line(&row, to_one))?,
                }
                out.flush()?;
            }
        }
    }
    Ok(())
}

fn line(row: &Row, to_one: Option<f64>) -> String {
    let Trial {
        model, job, workers, ..
    } = row.trial;
    format!(
        "{:4}  {model:7}  {workers:>7}  {:>7}  {:>10.1}  {:>13}  {:>12}",
        job.load,
        row.at_once,
        row.per_second(),
        to_one.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}")),
        row.sum,
    )
}

fn json(row: &Row, to_one: Option<f64>) -> String {
    object(&[
        ("load", row.trial.job.load.to_string().into()),
        ("model", row.trial.model.to_string().into()),
        ("workers", row.trial.workers.into()),
        ("jobs", row.trial.times.into()),
        ("size", row.trial.job.size.into()),
        ("sum", row.sum.into()),
        ("at_once", row.at_once.into()),
        ("ms", rounded(row.took.as_secs_f64() * 1e3)),
        ("per_second", rounded(row.per_second())),
        ("to_one", to_one.map_or(Value::Null, rounded)),
    ])
}

/// Measures what a switch costs, between two of each kind, on one core and on all.
fn switches(models: &[Model], rounds: u32, json: bool) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if !json {
        writeln!(out, "{:7}  {:5}  {:>12}", "model", "cores", "ns a switch")?;
    }
    for &model in models {
        for one_core in [true, false] {
            let cores = if one_core { "one" } else { "all" };
            let progress = Progress::show(&format!("between two of model {model}, on {cores}"));
            let measured = switch(model, one_core, rounds)?;
            drop(progress);
            match json {
                true => writeln!(out, "{}", switch_json(&measured, cores))?,
                false => writeln!(out, "{model:7}  {cores:5}  {:>12.0}", measured.nanoseconds())?,
            }
            out.flush()?;
        }
    }
    Ok(())
}

fn switch_json(measured: &Switch, cores: &str) -> String {
    object(&[
        ("model", measured.model.to_string().into()),
        ("cores", cores.into()),
        ("rounds", measured.rounds.into()),
        ("ns", rounded(measured.nanoseconds())),
    ])
}

/// Writes an object with its keys in this order.
fn object(fields: &[(&str, Value)]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// A number with three digits behind the point.
fn rounded(number: f64) -> Value {
    Value::from((number * 1e3).round() / 1e3)
}

/// A line on the terminal that says what is measured now, and goes away with it.
struct Progress(bool);

impl Progress {
    fn show(what: &str) -> Self {
        let shown = io::stderr().is_terminal();
        if shown {
            let _ = write!(io::stderr(), "\r\x1b[K{what}");
        }
        Self(shown)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.0 {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
