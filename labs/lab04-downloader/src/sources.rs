//! Where the file is: at the URL that was given, and at its mirrors.

use std::sync::{Mutex, MutexGuard, PoisonError};

use url::Url;

use crate::answer::{Answer, Trouble};
use crate::counts::Counts;
use crate::error::Fault;
use crate::follow::follow;
use crate::http::{Ask, Client, Reply};
use crate::spans::Span;
use crate::validator::Validator;

/// All sources of one file.
#[derive(Debug)]
pub struct Sources {
    list: Vec<Source>,
    last: Mutex<Url>,
}

#[derive(Debug)]
struct Source {
    /// The URL that was given.
    given: Url,
    state: Mutex<State>,
}

#[derive(Debug, Default, Clone)]
struct State {
    /// Where redirects led.
    at: Option<Url>,
    /// What it said about the file.
    known: Option<Validator>,
    #[expect(dead_code, reason = "`deal` and `leave_out` will use it")]
    is_out: bool,
}

/// What became of a source at which a connection gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// It is left out now, which is worth a note.
    Now,
    /// It was left out before, when another connection gave up there.
    Before,
    /// There is no other one, so it stays.
    Last,
}

impl Sources {
    /// Makes a list of a URL and its mirrors.
    pub fn new(url: &Url, mirrors: &[Url]) -> Self {
        let source = |given: &Url| Source {
            given: given.clone(),
            state: Mutex::default(),
        };
        Self {
            list: [url].into_iter().chain(mirrors).map(source).collect(),
            last: Mutex::new(url.clone()),
        }
    }

    /// Returns the URL of a source, as it was given.
    pub fn url(&self, source: usize) -> &Url {
        &self.list[source].given
    }

    /// Returns the URL that was asked last, by whichever connection.
    pub fn last(&self) -> Url {
        lock(&self.last).clone()
    }

    /// Returns what a source said about the file, if it was asked already.
    pub fn known(&self, source: usize) -> Option<Validator> {
        self.list[source].state().known.clone()
    }

    /// Remembers what a source said about the file; or forgets it, for all of them.
    pub fn learn(&self, source: usize, known: Validator) {
        self.list[source].state().known = Some(known);
    }

    /// Forgets what all sources said about the file.
    pub fn forget(&self) {
        for source in &self.list {
            source.state().known = None;
        }
    }

    /// Asks a source, for all of the file or for a range. Returns the answer, and what it means.
    ///
    /// The range is only wanted if the file is the one that the source spoke of before. After a fault, the next request begins at the
    /// URL that was given.
    ///
    /// # Errors
    /// A fault, or a change.
    pub fn ask(
        &self,
        source: usize,
        client: &Client,
        range: Option<Span>,
        counts: &Counts,
    ) -> Result<(Reply, Answer), Trouble> {
        let source = &self.list[source];
        let State { at, known, .. } = source.state().clone();
        let validator = known.as_ref().filter(|_| range.is_some());
        let ask = Ask {
            range,
            if_range: validator.and_then(|known| known.if_range()).map(str::to_owned),
        };
        let asking = |url: &Url| {
            counts.request();
            *lock(&self.last) = url.clone();
        };
        let asked = follow(client, at.as_ref().unwrap_or(&source.given), &ask, asking)
            .map_err(Trouble::from)
            .and_then(|reply| {
                let answer = Answer::judge(&reply.head, range, known.as_ref())?;
                if known.is_none() {
                    self.check_length(answer.length())?;
                }
                Ok((reply, answer))
            });
        source.state().at = match &asked {
            Ok((reply, _)) => Some(reply.url.clone()),
            Err(_) => None,
        };
        asked
    }

    /// Notes that a request to a source has failed after its answer.
    pub fn failed(&self, source: usize) {
        self.list[source].state().at = None;
    }

    /// Makes sure that a source which has not been asked before has as many bytes as the others.
    fn check_length(&self, length: Option<u64>) -> Result<(), Fault> {
        // Stage polish: compare with what another source said.
        let _ = length;
        Ok(())
    }

    /// Returns the source of a connection: they are dealt in turn. One that was left out is passed over.
    pub fn deal(&self, connection: usize) -> usize {
        // Stage polish: deal the sources in turn.
        let _ = connection;
        0
    }

    /// Leaves a source out, for all connections, unless it is the last one.
    pub fn leave_out(&self, source: usize) -> Left {
        // Stage polish: nobody asks this source any more, if there is another one.
        let _ = source;
        Left::Last
    }
}

impl Source {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
