//! Readers of the store, which block, for handlers that must not.

use std::sync::{Arc, Mutex, PoisonError};

use store::{Location, Reader};
use tokio::sync::Semaphore;

/// The most questions at once. Each is a thread that reads, so more would only take turns on the processors.
const MOST_AT_ONCE: usize = 8;

/// Lends readers, and keeps them for the next question.
#[derive(Clone)]
pub(crate) struct Pool(Arc<Inner>);

struct Inner {
    database: Location,
    idle: Mutex<Vec<Reader>>,
    turns: Arc<Semaphore>,
}

impl Pool {
    /// Opens the first reader, so that what is wrong with the database is known now.
    pub(crate) fn open(database: Location) -> store::Result<Self> {
        let idle = Mutex::new(vec![Reader::open(&database)?]);
        Ok(Self(Arc::new(Inner {
            database,
            idle,
            turns: Arc::new(Semaphore::new(MOST_AT_ONCE)),
        })))
    }

    /// Returns where the database is.
    pub(crate) fn database(&self) -> &Location {
        &self.0.database
    }

    /// Asks a question on a thread that may wait.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> store::Result<T> + Send + 'static,
    ) -> store::Result<T> {
        let turns = Arc::clone(&self.0.turns);
        let turn = turns
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let inner = Arc::clone(&self.0);
        let answer = tokio::task::spawn_blocking(move || {
            // Until it is answered, also if whoever asked has gone.
            let _turn = turn;
            let reader = match inner.idle().pop() {
                Some(reader) => reader,
                None => Reader::open(&inner.database)?,
            };
            let answer = question(&reader);
            if answer.is_ok() {
                inner.idle().push(reader);
            }
            answer
        });
        match answer.await {
            Ok(answer) => answer,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The server has ended in the meantime.
                Err(_) => Err(store::Error::Closed),
            },
        }
    }
}

impl Inner {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
