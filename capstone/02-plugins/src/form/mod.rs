//! Three forms of output, which become the same samples.

mod lines;
mod nagios;
mod number;
mod pairs;
mod perfdata;
mod prometheus;
mod range;

use std::fmt;

use crate::Name;
use crate::sample::{Sample, Sheet};

/// The most bytes that a run may write, of both its outputs together.
pub const MOST_OUTPUT: usize = 256 << 10;

/// The longest line of [`Form::Pairs`] and [`Form::Prometheus`], in bytes, without its line feed.
pub const LONGEST_LINE: usize = 4096;

/// The most faults that are told of one output.
pub const MOST_FAULTS: usize = 20;

/// What a plug-in's output looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Prometheus' text format.
    Prometheus,
    /// `key: value`, a line each.
    Pairs,
    /// A line for people and performance data, as Nagios and its heirs read them; the exit status counts.
    Nagios,
}

/// What an output says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// In the order in which they were said.
    pub samples: Vec<Sample>,
    /// The first line for people, if the form has one.
    pub text: Option<String>,
    /// What was left out since it is wrong; at most [`MOST_FAULTS`].
    pub faults: Vec<Fault>,
}

/// What is wrong with an output.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Fault {
    /// Which line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Prometheus, Self::Pairs, Self::Nagios];

    /// Returns the name: `prometheus`, `pairs` or `nagios`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::Pairs => "pairs",
            Self::Nagios => "nagios",
        }
    }

    /// Finds the form that has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.as_str() == name)
    }

    /// Says whether a plug-in of this form has done its work when it exits with this status.
    pub fn allows(self, status: u8) -> bool {
        match self {
            Self::Prometheus | Self::Pairs => status == 0,
            Self::Nagios => status <= 3,
        }
    }

    /// Reads an output. `status` is the exit status, which only [`Form::Nagios`] looks at.
    ///
    /// ```
    /// use plugins::{Form, Name};
    ///
    /// let name = Name::new("queue").unwrap();
    /// let report = Form::Pairs.parse(&name, b"waiting: 5\n", 0).unwrap();
    /// assert_eq!((&*report.samples[0].name, report.samples[0].value), ("plugin.queue.waiting", 5.0));
    /// ```
    ///
    /// # Errors
    /// The first fault, if the output is refused as a whole. Of performance data a part can be wrong, and is left out.
    pub fn parse(self, plugin: &Name, output: &[u8], status: u8) -> Result<Report, Fault> {
        let mut sheet = Sheet::new(plugin);
        match self {
            Self::Prometheus => prometheus::parse(output, &mut sheet)?,
            Self::Pairs => pairs::parse(output, &mut sheet)?,
            Self::Nagios => return Ok(nagios::parse(output, status, sheet)),
        }
        Ok(Report {
            samples: sheet.into_samples(),
            ..Report::default()
        })
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
