//! Which requests a report counts.

use std::ops::RangeInclusive;
use std::str::FromStr;

use regex::bytes::{Regex, RegexBuilder};

use crate::error::{Error, Result};
use crate::record::Record;

/// What a request must be like to be counted. The empty filter lets everything pass.
#[derive(Debug, Default)]
pub struct Filter {
    /// The earliest time, in seconds since 1970.
    pub from: Option<i64>,
    /// The time before which it must lie, so that `--from A --to B` and `--from B --to C` share no request.
    pub to: Option<i64>,
    /// Its status.
    pub status: Option<Statuses>,
    /// What its target must match, as the log writes it. A request without a target matches nothing.
    pub path: Option<Regex>,
}

impl Filter {
    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        self.from.is_none() && self.to.is_none() && self.status.is_none() && self.path.is_none()
    }

    /// Whether `record` passes all conditions there are.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn matches(&self, record: &Record<'_>) -> bool {
        todo!("filter: Ask the cheap conditions first; a condition that is not there holds.")
    }
}

/// One status, or a class of a hundred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statuses(pub RangeInclusive<u16>);

impl Statuses {
    /// Whether `status` is one of them.
    pub fn contains(&self, status: u16) -> bool {
        self.0.contains(&status)
    }
}

impl FromStr for Statuses {
    type Err = Error;

    /// Reads three digits, or one digit and `xx`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn from_str(text: &str) -> Result<Self> {
        todo!("filter: Make a range of numbers: `404` holds one, `4xx` a hundred.")
    }
}

/// Compiles a regular expression over bytes. A log's targets are ASCII, so `\w` and `.` mean bytes.
///
/// # Errors
/// [`Error::Pattern`] with what is wrong about it.
pub fn pattern(text: &str) -> Result<Regex> {
    RegexBuilder::new(text)
        .unicode(false)
        .build()
        .map_err(|source| Error::Pattern {
            pattern: text.to_owned(),
            source: Box::new(source),
        })
}
