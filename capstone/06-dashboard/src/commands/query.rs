//! Queries on the command line.

use std::fs;
use std::io::{self, BufRead, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use dashboard::promql::{self, Times};
use store::{Reader, Store, now_ms};

use super::samples::Batches;

/// The longest line that is read.
const LONGEST: u64 = 1 << 20;

/// When a query is answered for, as it was given.
#[derive(Debug)]
pub(crate) enum When {
    Now,
    At(String),
    Range { from: String, to: String, step: String },
}

/// What is asked.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(super) db: PathBuf,
    pub(super) when: When,
    pub(super) is_json: bool,
    pub(super) queries: Vec<String>,
}

impl When {
    pub(super) fn new(
        time: Option<String>,
        from: Option<String>,
        to: Option<String>,
        step: Option<String>,
    ) -> anyhow::Result<Self> {
        match (time, from, to, step) {
            (None, None, None, None) => Ok(Self::Now),
            (Some(at), None, None, None) => Ok(Self::At(at)),
            (None, Some(from), Some(to), Some(step)) => Ok(Self::Range { from, to, step }),
            _ => bail!("query: a range has --from, --to and --step, and no --time"),
        }
    }

    fn times(&self) -> Result<Times, promql::Fault> {
        match self {
            Self::Now => Ok(Times::At(now_ms())),
            Self::At(at) => Times::at(at),
            Self::Range { from, to, step } => Times::range(from, to, step),
        }
    }
}

/// Says how queries are understood, each on a line.
pub(super) fn explain(queries: Vec<String>) -> anyhow::Result<ExitCode> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut is_right = true;
    let mut one = |query: &str| -> io::Result<()> {
        match promql::explain(query) {
            Ok(text) => writeln!(out, "{text}"),
            Err(fault) => {
                is_right = false;
                writeln!(out, "error {fault}")
            }
        }
    };
    if queries.is_empty() {
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if input.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            let text = str::from_utf8(&line).with_context(|| format!("standard input:{number}"))?;
            one(text.trim_end_matches('\n'))?;
        }
    } else {
        queries.iter().try_for_each(|query| one(query))?;
    }
    out.flush()?;
    Ok(ExitCode::from(u8::from(!is_right)))
}

impl Asked {
    /// Answers the queries, one after the other. If there are several, each stands before its answer, behind a `#`.
    pub(super) fn answer(self) -> anyhow::Result<ExitCode> {
        let given;
        let db = match self.db.to_str() {
            Some("-") => {
                given = Given::read()?;
                given.0.join("given.db")
            }
            _ => self.db,
        };
        let reader = Reader::open(&db)?;
        let mut out = io::BufWriter::new(io::stdout().lock());
        let mut status = ExitCode::SUCCESS;
        for query in &self.queries {
            if self.queries.len() > 1 {
                writeln!(out, "# {query}")?;
            }
            let answer = self
                .when
                .times()
                .and_then(|times| promql::answer(&reader, query, times));
            match answer {
                Ok(answer) if self.is_json => writeln!(out, "{}", answer.json())?,
                Ok(answer) => write!(out, "{answer}")?,
                Err(fault) => {
                    out.flush()?;
                    eprintln!("dashboard: {fault}");
                    status = ExitCode::FAILURE;
                }
            }
        }
        out.flush()?;
        Ok(status)
    }
}

/// A folder for samples that came from standard input, gone when it is dropped.
struct Given(PathBuf);

impl Given {
    fn read() -> anyhow::Result<Self> {
        let name = format!("dashboard-query-{}-{}", std::process::id(), now_ms());
        let given = Self(std::env::temp_dir().join(name));
        fs::create_dir(&given.0).with_context(|| given.0.display().to_string())?;
        let mut store = Store::open(&given.0.join("given.db"))?;
        for batches in Batches::new(io::stdin().lock()) {
            // Also samples of long ago and of tomorrow: it is no host that reports them now.
            let mut batches = batches?.batches;
            for batch in &mut batches {
                batch.received_ms = batch
                    .samples
                    .iter()
                    .map(|sample| sample.time_ms)
                    .max()
                    .unwrap_or(0);
            }
            store.append(&batches)?;
        }
        Ok(given)
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        // What is left is in the folder for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}
