//! The file that says which jobs there are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml_span::value::{Key, Table, Value, ValueInner};

use crate::duration;
use crate::schedule::Cron;

/// How long a job that is asked to end may take, where the file does not say.
const GRACE: Duration = Duration::from_secs(5);

/// Which jobs there are, and what holds for all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// How many may run at the same time.
    pub parallel: usize,
    /// The host's name, from which jitters are drawn.
    pub host: String,
    /// How long a job that is asked to end may take before it is killed.
    pub grace: Duration,
    /// In the order of the file. No two have the same name.
    pub jobs: Vec<Job>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name, in letters, digits, `.`, `_` and `-`.
    pub name: String,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// When it is due.
    pub when: When,
    /// How much later than due it starts at most.
    pub jitter: Duration,
    /// How long it may run.
    pub limit: Option<Duration>,
}

/// When a job is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// At intervals, by the clock that only goes on.
    Every(Duration),
    /// By the clock on the wall.
    Cron(Cron, Missed),
}

/// What is done about runs that the clock has jumped over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// One run makes up for all of them.
    Once,
    /// Nothing.
    Skip,
}

/// Why there is no schedule.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line is wrong.
    #[error("{}:{line}: {what}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Which, from 1 on.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

impl Schedule {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`Error`], with the path and the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|source| Error::Read {
                path: path.to_owned(),
                source,
            })
        };
        let text = read(path)?;
        let mut schedule = Self::parse(&text).map_err(|Wrong { at, what }| Error::Line {
            path: path.to_owned(),
            line: text[..at.min(text.len())].matches('\n').count() + 1,
            what,
        })?;
        if schedule.host.is_empty() {
            let host = read(Path::new("/proc/sys/kernel/hostname"))?;
            host.trim_end().clone_into(&mut schedule.host);
        }
        Ok(schedule)
    }

    /// Reads a whole file. A host that is not named is left empty.
    fn parse(text: &str) -> Result<Self, Wrong> {
        let mut document = toml_span::parse(text).map_err(|error| Wrong {
            at: error.span.start,
            what: error.kind.to_string(),
        })?;
        let mut keys = Keys::of(&mut document)?;
        let parallel = match keys.take("parallel") {
            Some(value) => positive(&value)?,
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        let host = keys.take("host").map(|value| word(&value)).transpose()?;
        let grace = keys.take("grace").map(|value| length(&value)).transpose()?;
        let mut jobs: Vec<Job> = Vec::new();
        for mut value in keys.tables("job")? {
            let at = value.span.start;
            let job = job(Keys::of(&mut value)?)?;
            if jobs.iter().any(|other| other.name == job.name) {
                return Err(Wrong::new(at, format!("there are two jobs called {}", job.name)));
            }
            jobs.push(job);
        }
        keys.finish()?;
        match jobs.is_empty() {
            true => Err(Wrong::new(text.len(), "there is no [[job]]")),
            false => Ok(Self {
                parallel,
                host: host.unwrap_or_default(),
                grace: grace.unwrap_or(GRACE),
                jobs,
            }),
        }
    }
}

/// Something wrong, and the byte where it begins.
struct Wrong {
    at: usize,
    what: String,
}

impl Wrong {
    fn new(at: usize, what: impl Into<String>) -> Self {
        Self {
            at,
            what: what.into(),
        }
    }

    fn key(key: &Key<'_>, what: &str) -> Self {
        Self::new(key.span.start, format!("{key}: {what}"))
    }
}

/// A key with its value.
type Pair<'a> = (Key<'a>, Value<'a>);

/// The keys of a table that nobody has asked for yet.
struct Keys<'a> {
    table: Table<'a>,
    at: usize,
}

impl<'a> Keys<'a> {
    fn of(value: &mut Value<'a>) -> Result<Self, Wrong> {
        let at = value.span.start;
        match value.take() {
            ValueInner::Table(table) => Ok(Self { table, at }),
            _ => Err(Wrong::new(at, "this must be a table")),
        }
    }

    fn take(&mut self, name: &str) -> Option<Pair<'a>> {
        self.table.remove_entry(name)
    }

    fn required(&mut self, name: &str) -> Result<Pair<'a>, Wrong> {
        self.take(name)
            .ok_or_else(|| Wrong::new(self.at, format!("this job has no {name}")))
    }

    /// Takes an array of tables, in the order of the file.
    fn tables(&mut self, name: &str) -> Result<Vec<Value<'a>>, Wrong> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some((key, mut value)) => match value.take() {
                ValueInner::Array(list) => Ok(list),
                _ => Err(Wrong::key(&key, "write [[job]], with two brackets")),
            },
        }
    }

    /// Refuses what is left.
    fn finish(self) -> Result<(), Wrong> {
        match self.table.keys().min_by_key(|key| key.span.start) {
            None => Ok(()),
            Some(key) => Err(Wrong::new(key.span.start, format!("unknown key `{key}`"))),
        }
    }
}

fn job(mut keys: Keys<'_>) -> Result<Job, Wrong> {
    let at = keys.at;
    let name = word(&keys.required("name")?)?;
    let command = command(&keys.required("command")?)?;
    let every = keys.take("every");
    let cron = keys.take("cron");
    let missed = keys.take("missed");
    let jitter = keys.take("jitter");
    let limit = keys.take("limit");
    keys.finish()?;
    let jitter_length = jitter.as_ref().map(length).transpose()?.unwrap_or_default();
    let when = match (every, cron) {
        (Some(every), None) => {
            if let Some((key, _)) = missed {
                return Err(Wrong::key(
                    &key,
                    "only for jobs with cron: one run makes up for all that an interval missed",
                ));
            }
            let interval = positive_length(&every)?;
            if let Some((key, _)) = jitter.filter(|_| jitter_length >= interval) {
                return Err(Wrong::key(&key, "it must be shorter than every"));
            }
            When::Every(interval)
        }
        (None, Some((key, value))) => {
            let line = text(&key, &value)?;
            let cron = Cron::parse(line).map_err(|error| Wrong::key(&key, &error.to_string()))?;
            When::Cron(cron, missed.as_ref().map_or(Ok(Missed::Once), read_missed)?)
        }
        (Some(_), Some((key, _))) => return Err(Wrong::key(&key, "a job has either every or cron")),
        (None, None) => return Err(Wrong::new(at, "this job has neither every nor cron")),
    };
    Ok(Job {
        name,
        command,
        when,
        jitter: jitter_length,
        limit: limit.as_ref().map(positive_length).transpose()?,
    })
}

fn text<'v>(key: &Key<'_>, value: &'v Value<'_>) -> Result<&'v str, Wrong> {
    value
        .as_str()
        .ok_or_else(|| Wrong::key(key, "it must be a string"))
}

/// Reads a name that can stand in a line without quotes.
fn word((key, value): &Pair<'_>) -> Result<String, Wrong> {
    let word = text(key, value)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match !word.is_empty() && word.bytes().all(plain) {
        true => Ok(word.to_owned()),
        false => Err(Wrong::key(key, "only letters, digits, `.`, `_` and `-`")),
    }
}

fn command((key, value): &Pair<'_>) -> Result<Vec<String>, Wrong> {
    let words = value.as_array().and_then(|list| {
        let words = list.iter().map(|word| word.as_str().map(str::to_owned));
        words.collect::<Option<Vec<_>>>()
    });
    match words {
        Some(words) if words.first().is_some_and(|program| !program.is_empty()) => Ok(words),
        _ => Err(Wrong::key(key, "it must be a list of strings, the program first")),
    }
}

fn positive((key, value): &Pair<'_>) -> Result<usize, Wrong> {
    let number = value.as_integer().and_then(|number| usize::try_from(number).ok());
    number
        .filter(|&number| number > 0)
        .ok_or_else(|| Wrong::key(key, "it must be a whole number, 1 or more"))
}

fn length((key, value): &Pair<'_>) -> Result<Duration, Wrong> {
    duration::parse(text(key, value)?).map_err(|error| Wrong::key(key, &error.to_string()))
}

fn positive_length(pair: &Pair<'_>) -> Result<Duration, Wrong> {
    let length = length(pair)?;
    match length.is_zero() {
        true => Err(Wrong::key(&pair.0, "it must be longer than nothing")),
        false => Ok(length),
    }
}

fn read_missed((key, value): &Pair<'_>) -> Result<Missed, Wrong> {
    match value.as_str() {
        Some("once") => Ok(Missed::Once),
        Some("skip") => Ok(Missed::Skip),
        _ => Err(Wrong::key(key, "it must be \"once\" or \"skip\"")),
    }
}
