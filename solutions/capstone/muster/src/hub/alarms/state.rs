use std::path::Path;

use alarm::{Kept, replace};
use serde::{Deserialize, Serialize};

use super::outbox::Owed;
use crate::error::{Error, Result};

/// What the file of alarms holds, all of it or nothing: what the judge knows, and what is owed to receivers because of it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) owed: Owed,
    pub(super) judge: Kept,
}

#[derive(Serialize)]
struct Written<'a> {
    owed: &'a Owed,
    judge: &'a Kept,
}

impl State {
    /// Reads it; without a file nothing is known. Older hubs, which owed nothing, wrote what the judge knows and nothing else.
    ///
    /// # Errors
    /// [`Error::Read`], [`Error::File`].
    pub(super) fn load(path: &Path) -> Result<State> {
        let bytes = match std::fs::read(path) {
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Ok(State::default()),
            read => read.map_err(Error::read(path))?,
        };
        let is_of_old = bytes.starts_with(b"{\"now\":");
        let read = match is_of_old {
            true => serde_json::from_slice(&bytes).map(|judge| State {
                owed: Owed::new(),
                judge,
            }),
            false => serde_json::from_slice(&bytes),
        };
        read.map_err(|why| Error::File {
            path: path.to_owned(),
            why: format!("it is not what a hub has kept: {why}"),
        })
    }

    /// Writes it in one step.
    ///
    /// # Errors
    /// [`Error::Write`].
    pub(super) fn store(path: &Path, judge: &Kept, owed: &Owed) -> Result<()> {
        let bytes = serde_json::to_vec(&Written { owed, judge }).map_err(std::io::Error::from);
        let written = bytes.and_then(|bytes| replace(path, &bytes));
        written.map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })
    }
}
