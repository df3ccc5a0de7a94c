//! What an earlier run has left: a `.part` and its journal.

use crate::error::Result;
use crate::journal::Journal;
use crate::progress::Progress;
use crate::spans::Span;
use crate::store::Store;
use crate::target::Target;
use crate::validator::Validator;

// region:given/found
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
// endregion:given/found

/// Looks for what an earlier run has left. Says why, if that is there but of no use.
///
/// # Errors
/// [`Error::Busy`](crate::Error::Busy) when another run is at work, [`Error::Disk`](crate::Error::Disk).
pub fn find(target: &Target, progress: &Progress) -> Result<Found> {
    let Some(journal) = Journal::find(target)? else {
        return Ok(Found::Nothing);
    };
    // region:resume/find
    let part = target.part();
    let (Ok(there), false) = (part.metadata(), journal.is_empty()?) else {
        return Ok(Found::Lock(journal));
    };
    let read = journal.read()?.and_then(|(header, have)| {
        if there.len() == header.length {
            Ok((header, have))
        } else {
            Err(format!(
                "the .part has {} bytes, not {}",
                there.len(),
                header.length
            ))
        }
    });
    let (header, have) = match read {
        Ok(read) => read,
        Err(why) => {
            let path = target.journal();
            progress.note(&format!(
                "{}: cannot be used ({why}), starting over",
                path.display()
            ));
            return Ok(Found::Lock(journal));
        }
    };
    let journal = journal.compact(target, &header, &have)?;
    let store = Store::reopen(target.clone(), header.length, journal, have.bytes())?;
    let missing = have.missing(header.length);
    let known = Validator {
        etag: header.etag,
        modified: header.modified,
        length: Some(header.length),
    };
    Ok(Found::Some(Open { store, missing }, known))
    //~ // Stage resume: nothing is of use without a `.part`. What the journal says must make sense, and fit the size of the `.part`;
    //~ // then make it compact, and go on. Until then, every run starts over.
    //~ let _ = progress;
    //~ Ok(Found::Lock(journal))
    // endregion:resume/find
}
