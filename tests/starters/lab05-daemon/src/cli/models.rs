//! The command line of `models`.

use anyhow::{Context as _, bail};
use daemon::models::{Load, Model};
use lexopt::{Arg, Parser, ValueExt as _};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: daemon models [--load cpu|wait] [--model process|thread|task] [--workers N] [--jobs N] [--size N]
                     [--json]
       daemon models --switches [--model process|thread|task] [--size N] [--json]

Puts the same load on processes, threads and tasks. What is not given is tried in turn: both loads,
all models, and 1, 2, 4, 8, 16, 64 and 256 workers.

  --load cpu   every job counts the primes below --size, 30000 if not given
  --load wait  every job waits for --size ms, 10 if not given
  --workers N  at most N at once, 1 to 4096
  --jobs N     how many jobs, 256 if not given
  --switches   how long a byte takes from one to the other, on one core and on all;
               --size is how often it goes there and back, 50000 if not given
  --json       a line of JSON for each measurement
";

/// The numbers of workers that are tried in turn.
const WORKERS: [usize; 7] = [1, 2, 4, 8, 16, 64, 256];

/// What it is told.
#[derive(Debug)]
pub(crate) enum Options {
    /// The table of loads, models and workers.
    Table(Table),
    /// What a switch costs.
    Switches {
        models: Vec<Model>,
        rounds: u32,
        json: bool,
    },
    /// To be a worker: [`daemon::models::worker::command`].
    Worker,
    /// To give bytes back: [`daemon::models::worker::echo_command`].
    Echo,
}

/// What to measure: each of the first three with each other.
#[derive(Debug)]
pub(crate) struct Table {
    /// With the size of a job.
    pub(crate) loads: Vec<(Load, u32)>,
    pub(crate) models: Vec<Model>,
    pub(crate) workers: Vec<usize>,
    pub(crate) jobs: usize,
    pub(crate) json: bool,
}

/// Reads its arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Options> {
    let mut given = Given::default();
    while let Some(arg) = parser.next()? {
        let Arg::Long(name) = arg else {
            return Err(arg.unexpected().into());
        };
        let name = name.to_owned();
        match &*name {
            "worker" => return Ok(Options::Worker),
            "echo" => return Ok(Options::Echo),
            _ => given.option(&name, parser).with_context(|| format!("--{name}"))?,
        }
    }
    given.options()
}

/// Every option.
#[derive(Debug, Default)]
struct Given {
    load: Option<Load>,
    model: Option<Model>,
    workers: Option<usize>,
    jobs: Option<usize>,
    size: Option<u32>,
    switches: bool,
    json: bool,
}

impl Given {
    fn option(&mut self, name: &str, parser: &mut Parser) -> anyhow::Result<()> {
        match name {
            "load" => self.load = Some(parser.value()?.parse()?),
            "model" => self.model = Some(parser.value()?.parse()?),
            "workers" => match parser.value()?.parse()? {
                workers @ 1..=4096 => self.workers = Some(workers),
                _ => bail!("1 to 4096"),
            },
            "jobs" => match parser.value()?.parse()? {
                0 => bail!("at least 1"),
                jobs => self.jobs = Some(jobs),
            },
            "size" => match parser.value()?.parse()? {
                0 => bail!("at least 1"),
                size => self.size = Some(size),
            },
            "switches" => self.switches = true,
            "json" => self.json = true,
            _ => bail!("there is no such option"),
        }
        Ok(())
    }

    fn options(self) -> anyhow::Result<Options> {
        let models = self.model.map_or(Model::ALL.to_vec(), |model| vec![model]);
        if self.switches {
            for (given, name) in [
                (self.load.is_some(), "load"),
                (self.workers.is_some(), "workers"),
                (self.jobs.is_some(), "jobs"),
            ] {
                if given {
                    bail!("--{name} and --switches do not go together");
                }
            }
            return Ok(Options::Switches {
                models,
                rounds: self.size.unwrap_or(50_000),
                json: self.json,
            });
        }
        let loads = match (self.load, self.size) {
            (None, Some(_)) => bail!("--size needs --load: it means something else for each"),
            (None, None) => Load::ALL.to_vec(),
            (Some(load), _) => vec![load],
        };
        let size = |load| match load {
            Load::Cpu => 30_000,
            Load::Wait => 10,
        };
        Ok(Options::Table(Table {
            loads: loads
                .into_iter()
                .map(|load| (load, self.size.unwrap_or(size(load))))
                .collect(),
            models,
            workers: self.workers.map_or(WORKERS.to_vec(), |workers| vec![workers]),
            jobs: self.jobs.unwrap_or(256),
            json: self.json,
        }))
    }
}
