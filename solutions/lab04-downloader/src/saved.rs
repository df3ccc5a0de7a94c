//! The end of a download: the bytes are checked, and the file gets its name.

use std::time::{Duration, Instant};

use url::Url;

use crate::checksum;
use crate::error::{Error, Result};
use crate::journal::Journal;
use crate::run::Run;
use crate::store::Store;
use crate::target::Target;

/// A file that was saved.
#[derive(Debug)]
pub struct Saved {
    /// Where.
    pub target: Target,
    /// The URL that was asked last.
    pub url: Url,
    /// The length of the file.
    pub bytes: u64,
    /// How many bytes of it have come in this run.
    pub fetched: u64,
    /// How many bytes were there before.
    pub resumed: u64,
    /// The SHA-256, if it was asked for.
    pub sha256: Option<String>,
    /// The most connections at a time.
    pub connections: u64,
    /// How many requests were sent.
    pub requests: u64,
    /// How many faults were followed by another try.
    pub retries: u64,
    /// How often the file changed.
    pub restarts: u64,
    /// How long it took.
    pub took: Duration,
}

/// Checks the bytes, and gives the file its name.
///
/// # Errors
/// [`Error::Checksum`], [`Error::Exists`], [`Error::Disk`].
pub fn finish(run: &Run, store: Store, begin: Instant) -> Result<Saved> {
    let target = store.target().clone();
    let sha256 = match &run.job.sha256 {
        None => None,
        Some(expected) => {
            let actual = checksum::sha256(store.part()).map_err(|why| Error::disk(&target.part(), why))?;
            if actual != *expected {
                // Nobody knows which bytes are wrong: the next run begins anew.
                store.into_journal().map_or(Ok(()), Journal::remove)?;
                return Err(Error::Checksum {
                    path: target.part(),
                    actual,
                    expected: expected.clone(),
                });
            }
            Some(actual)
        }
    };
    let (fetched, resumed) = (store.written(), store.resumed());
    store.finish(run.job.force)?;
    let [connections, requests, retries, restarts] = run.counts.all();
    Ok(Saved {
        target,
        url: run.sources.last(),
        bytes: resumed + fetched,
        fetched,
        resumed,
        sha256,
        connections,
        requests,
        retries,
        restarts,
        took: begin.elapsed(),
    })
}
