//! What an earlier run has left: a `.part` and its journal.

use crate::error::Result;
use crate::journal::Journal;
use crate::progress::Progress;
use crate::spans::Span;
use crate::store::Store;
use crate::target::Target;
use crate::validator::Validator;

/// A `.part` that is not whole.
#[derive(Debug)]
pub struct Open {
    /// What is there.
    pub store: Store,
    /// What is not.
    pub missing: Vec<Span>,
}

/// What there is of a file.
#[derive(Debug)]
pub enum Found {
    /// Nothing of use.
    Nothing,
    /// Nothing of use but a journal, which is locked now.
    Lock(Journal),
    /// Some bytes, and what the server said about their file.
    Some(Open, Validator),
}

/// Looks for what an earlier run has left. Says why, if that is there but of no use.
///
/// # Errors
/// [`Error::Busy`](crate::Error::Busy) when another run is at work, [`Error::Disk`](crate::Error::Disk).
pub fn find(target: &Target, progress: &Progress) -> Result<Found> {
    let Some(journal) = Journal::find(target)? else {
        return Ok(Found::Nothing);
    };
    // Stage resume: nothing is of use without a `.part`. What the journal says must make sense, and fit the size of the `.part`;
    // then make it compact, and go on. Until then, every run starts over.
    let _ = progress;
    Ok(Found::Lock(journal))
}
