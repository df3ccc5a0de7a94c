//! The command line of `grade`.

use std::path::PathBuf;

use lexopt::prelude::*;
use xtask::commands::at_least_one;
use xtask::course::{Course, Lab};
use xtask::exit::{Result, Stop};

use super::plan::Shard;
use crate::cell::Tier;

/// What `grade` was asked for.
#[derive(Debug)]
pub struct Options {
    /// A folder of submissions, or a roster.
    pub submissions: PathBuf,
    /// Where journal and reports go.
    pub out: PathBuf,
    /// Names of labs; none is all of them.
    pub labs: Vec<String>,
    /// How many submissions at the same time.
    pub jobs: usize,
    /// The instructor's key; without one, seeded cases are left out.
    pub key: Option<PathBuf>,
    /// Deadlines and exceptions.
    pub policy: Option<PathBuf>,
    /// Only a share of the class.
    pub shard: Option<Shard>,
    /// Go on with a journal.
    pub resume: bool,
    /// Replace reports that say something else.
    pub apply: bool,
    /// Use just this cell.
    pub tier: Option<Tier>,
    /// Grade although nothing is confined.
    pub unsafely: bool,
    /// Print what took how long.
    pub timings: bool,
}

impl Options {
    /// Reads what follows `grade`.
    ///
    /// # Errors
    /// It makes no sense.
    pub fn parse(mut parser: lexopt::Parser) -> Result<Self> {
        let (mut submissions, mut out) = (None, None);
        let mut options = Self {
            submissions: PathBuf::new(),
            out: PathBuf::new(),
            labs: Vec::new(),
            jobs: xtask::machine::cores(),
            key: None,
            policy: None,
            shard: None,
            resume: false,
            apply: false,
            tier: None,
            unsafely: false,
            timings: false,
        };
        while let Some(arg) = parser.next()? {
            match arg {
                Long("out") => out = Some(PathBuf::from(parser.value()?)),
                Long("labs") => {
                    let names = parser.value()?.string()?;
                    options
                        .labs
                        .extend(names.split(',').map(|name| name.trim().to_owned()));
                }
                Long("jobs") => options.jobs = at_least_one(&mut parser)?,
                Long("key") => options.key = Some(PathBuf::from(parser.value()?)),
                Long("policy") => options.policy = Some(PathBuf::from(parser.value()?)),
                Long("shard") => {
                    let text = parser.value()?.string()?;
                    let wrong = || Stop::usage(format!("`{text}` is no share like 2/3"));
                    options.shard = Some(Shard::parse(&text).ok_or_else(wrong)?);
                }
                Long("resume") => options.resume = true,
                Long("apply") => options.apply = true,
                Long("tier") => {
                    let text = parser.value()?.string()?;
                    let wrong = || Stop::usage(format!("there is no tier `{text}`; there are A, B and C"));
                    options.tier = Some(Tier::parse(&text).ok_or_else(wrong)?);
                }
                Long("unsafe") => options.unsafely = true,
                Long("timings") => options.timings = true,
                Value(path) if submissions.is_none() => submissions = Some(PathBuf::from(path)),
                other => return Err(other.unexpected().into()),
            }
        }
        options.submissions =
            submissions.ok_or_else(|| Stop::usage("name the folder of submissions, or the roster"))?;
        options.out = out.ok_or_else(|| Stop::usage("--out says where journal and reports go"))?;
        Ok(options)
    }

    /// The labs that are graded, in the course's order.
    pub(crate) fn labs<'c>(&self, course: &'c Course) -> Result<Vec<&'c Lab>> {
        let mut wanted = Vec::new();
        for name in &self.labs {
            wanted.push(&*course.target(name)?.lab.id);
        }
        let chosen = |lab: &&Lab| wanted.is_empty() || wanted.contains(&&*lab.id);
        Ok(course.labs.iter().filter(chosen).collect())
    }
}
