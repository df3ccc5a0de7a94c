//! What the grader puts into a run, and a student's check goes without: a book of cases, and a cell around each.

use std::ffi::{OsStr, OsString};
use std::fmt::Debug;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::sync::Arc;

use crate::verdict::{CaseResult, Kind, Outcome};

/// What a run of the grader has besides its plan.
#[derive(Debug, Clone)]
pub struct Grading {
    pub book: Arc<dyn CaseBook>,
    pub cell: Confine,
}

/// Keeps what cases told, so that none runs twice.
pub trait CaseBook: Debug + Send + Sync {
    /// What the case `STAGE.CASE` told when it ran.
    fn known(&self, case: &str) -> Option<Told>;

    /// Keeps what a case told, before anybody counts on it.
    ///
    /// # Errors
    /// It cannot be kept, for the reason given.
    fn keep(&self, case: &str, told: &Told) -> Result<(), String>;
}

/// What a case told when it ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its report, in which the folder of the run is called `{run}`.
    pub report: String,
    /// How it ended; beside the report, since a case that is killed by the runner reports nothing.
    pub outcome: Outcome,
    pub what: String,
    pub wall_ms: u64,
}

impl Told {
    /// What the case found, as its report has it and as the runner ended it.
    pub fn result(&self, name: &str, kind: Kind) -> CaseResult {
        let mut result = CaseResult::from_report(name, kind, &self.report);
        result.outcome = self.outcome;
        result.what.clone_from(&self.what);
        result.wall_ms = self.wall_ms;
        result
    }
}

/// How a suite's executable is started so that it, or what it starts, is confined.
#[derive(Debug, Clone, Default)]
pub struct Confine {
    /// A program and its arguments, put before the suite's executable; `{run}` in them is the run's folder.
    pub before: Vec<OsString>,
    /// Variables for the suite, with the same `{run}`.
    pub env: Vec<(OsString, OsString)>,
}

/// Puts the folder of a run in the place of `{run}`.
pub(crate) fn with_run(word: &OsStr, run: &Path) -> OsString {
    let (mut out, mut rest) = (Vec::new(), word.as_bytes());
    while let Some(at) = rest.windows(RUN.len()).position(|part| part == RUN) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(run.as_os_str().as_bytes());
        rest = &rest[at + RUN.len()..];
    }
    out.extend_from_slice(rest);
    OsString::from_vec(out)
}

const RUN: &[u8] = b"{run}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_run_stands_wherever_it_is_named() {
        let put = |word: &str| with_run(OsStr::new(word), Path::new("/r/1"));
        assert_eq!(put("--bind={run}/bin:{run}"), "--bind=/r/1/bin:/r/1");
        assert_eq!(put("--"), "--");
    }
}
