//! `merge`: the shares of a class, graded on several machines, as one.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use lexopt::prelude::*;
use xtask::course::{Course, Lab};
use xtask::exit::{FAULT, OK, Result, Stop};

use crate::grade::{JOURNAL, alone};
use crate::intake::visible;
use crate::journal::Journal;
use crate::policy::Policy;
use crate::report;

/// What `merge` was asked for.
#[derive(Debug, Default)]
pub struct Options {
    /// Folders of gradings.
    pub shares: Vec<PathBuf>,
    /// Where the whole goes.
    pub out: PathBuf,
    /// Deadlines and exceptions.
    pub policy: Option<PathBuf>,
}

impl Options {
    /// Reads what follows `merge`.
    ///
    /// # Errors
    /// It makes no sense.
    pub fn parse(mut parser: lexopt::Parser) -> Result<Self> {
        let mut options = Self::default();
        while let Some(arg) = parser.next()? {
            match arg {
                Long("out") => options.out = PathBuf::from(parser.value()?),
                Long("policy") => options.policy = Some(PathBuf::from(parser.value()?)),
                Value(path) => options.shares.push(PathBuf::from(path)),
                other => return Err(other.unexpected().into()),
            }
        }
        if options.shares.is_empty() {
            return Err(Stop::usage("name the folders of the shares"));
        }
        if options.out.as_os_str().is_empty() {
            return Err(Stop::usage("--out says where journal and reports go"));
        }
        Ok(options)
    }
}

/// Puts the shares together and writes the reports of all.
///
/// # Errors
/// Two shares were not graded alike, a student is in two of them, or something cannot be read or written.
pub fn run(course: &Course, options: &Options) -> Result<u8> {
    let policy = match &options.policy {
        Some(file) => Policy::read(course, file)?,
        None => Policy::default(),
    };
    fs::create_dir_all(&options.out).map_err(|error| Stop::io(&options.out, error))?;
    let _only = alone(&options.out)?;
    let file = options.out.join(JOURNAL);
    if file.exists() {
        return Err(Stop::usage(format!(
            "{} has a journal already",
            options.out.display()
        )));
    }
    // Looked at as a whole before there is anything of the result.
    let mut whose: BTreeMap<String, &PathBuf> = BTreeMap::new();
    let mut alike: Option<BTreeMap<String, String>> = None;
    for share in &options.shares {
        let place = share.join(JOURNAL);
        // SQLite would make an empty one.
        fs::metadata(&place).map_err(|error| Stop::io(&place, error))?;
        let journal = Journal::open(&place)?;
        let metas = journal.metas()?;
        if let Some(name) = alike.as_ref().and_then(|alike| different(alike, &metas)) {
            return Err(Stop::failed(format!(
                "{}: not graded as the others were: another {name}",
                share.display()
            )));
        }
        alike = Some(metas);
        for (id, _, _) in journal.students()? {
            if let Some(other) = whose.insert(id.clone(), share) {
                let (id, one) = (visible(&id), other.display());
                return Err(Stop::failed(format!(
                    "`{id}` is in {one} and in {}",
                    share.display()
                )));
            }
        }
    }
    let draft = options.out.join("journal.draft");
    let _ = fs::remove_file(&draft);
    {
        let journal = Journal::open(&draft)?;
        for (name, value) in alike.iter().flatten() {
            journal.set_meta(name, value)?;
        }
        for (share, number) in options.shares.iter().zip(1..) {
            journal.add(&share.join(JOURNAL))?;
            // What the cell was on each machine stands beside the whole.
            let seen = share.join("cell.json");
            if seen.is_file() {
                let place = options.out.join(format!("cell-{number}.json"));
                fs::copy(&seen, &place).map_err(|error| Stop::io(&place, error))?;
            }
        }
    }
    fs::rename(&draft, &file).map_err(|error| Stop::io(&file, error))?;
    let journal = Arc::new(Journal::open(&file)?);
    let names = journal.meta("labs")?.unwrap_or_default();
    let of_class = |lab: &&Lab| names.split(',').any(|name| name == lab.id);
    let labs: Vec<&Lab> = course.labs.iter().filter(of_class).collect();
    let faults = report::write(course, &labs, &journal, &policy, &options.out, false)?;
    Ok(if faults > 0 { FAULT } else { OK })
}

/// What two gradings were not alike in.
fn different(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> Option<String> {
    let names = one.keys().chain(other.keys());
    names
        .into_iter()
        .find(|name| one.get(*name) != other.get(*name))
        .cloned()
}
