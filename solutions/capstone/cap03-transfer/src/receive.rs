//! The server's side: what comes is committed, and then acknowledged.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rpc::Failure;
use rpc::code::Code;
use rpc::methods::{Method, Methods};

use crate::error::{Error, Result};
use crate::marks::{Marks, Verdict};
use crate::wire::{self, Answer, Item};

/// Whatever keeps records.
pub trait Store: Send {
    /// Keeps the new ones among these. Those that the answer names are durable when this returns.
    ///
    /// # Errors
    /// What the system does not do; none of them is taken then.
    fn commit(&mut self, items: &[Item]) -> Result<Answer>;
}

/// Has a server store what it is sent.
pub fn register<S: Store + 'static>(methods: &mut Methods, store: &Arc<Mutex<S>>) {
    let store = Arc::clone(store);
    methods.add(
        wire::PUT,
        Method::pooled(move |_, body| {
            let items = wire::decode(body).map_err(Failure::bad_params)?;
            let answer = lock(&store).commit(&items).map_err(|why| {
                eprintln!("transfer: {why}");
                match why {
                    Error::Full { .. } => Failure::new(Code::OVERLOADED, why.to_string()),
                    _ => Failure::failed(why),
                }
            })?;
            serde_json::to_vec(&answer).map_err(Failure::failed)
        }),
    );
}

/// A batch, parted into what is new and what is not.
pub(crate) struct Sorted<'a> {
    /// What is to be stored, each once.
    pub(crate) fresh: Vec<&'a Item>,
    /// What is in it more than once.
    again: Vec<&'a Item>,
    answer: Answer,
}

/// Parts a batch.
pub(crate) fn sort<'a>(marks: &Marks, items: &'a [Item]) -> Sorted<'a> {
    // region:window Judge each. Of those that are fresh only the first with its origin is stored.
    let mut sorted = Sorted {
        fresh: Vec::new(),
        again: Vec::new(),
        answer: Answer::default(),
    };
    let mut seen = HashSet::new();
    for item in items {
        match marks.judge(&item.origin) {
            Verdict::Fresh if seen.insert(&item.origin) => sorted.fresh.push(item),
            Verdict::Fresh => sorted.again.push(item),
            Verdict::Known => sorted.answer.known.insert(item.number, item.number),
            Verdict::Refused(why) => {
                sorted.answer.why = format!("{}: {why}", item.origin.source);
                sorted.answer.refused.insert(item.number, item.number);
            }
        }
    }
    sorted
    // endregion:window
}

impl Sorted<'_> {
    /// Notes that so many of the new ones are durable, and returns the answer. Of the others nothing is said: they come again.
    pub(crate) fn kept(self, count: usize, marks: &mut Marks) -> Answer {
        // region:window Add the first `count` of the fresh ones to the marks, and their numbers to `stored`. What came twice is known, if the marks know it now.
        let Self {
            fresh,
            again,
            mut answer,
        } = self;
        for item in &fresh[..count] {
            marks.add(&item.origin);
            answer.stored.insert(item.number, item.number);
        }
        for item in again {
            if marks.judge(&item.origin) == Verdict::Known {
                answer.known.insert(item.number, item.number);
            }
        }
        answer
        // endregion:window
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
