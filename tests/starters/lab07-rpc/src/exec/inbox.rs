//! What other threads have to say to the one that runs commands.

use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use nbnet::poller::Waker;

use super::params::Params;
use crate::methods::Call;

/// What is said. The number is that of a command, which no other ever has.
pub(super) enum Message {
    /// A command is to be run.
    Begin(u64, Arc<Call>, Box<Params>),
    /// Its input has a piece more, and perhaps an end.
    Input(u64, Box<[u8]>, bool),
    /// Its client has given credit.
    Credit(u64),
    /// Nobody waits for it any more.
    Over(u64),
    /// Kill them all.
    Stop,
}

/// Messages, and a way to end the wait of who reads them.
pub(super) struct Inbox {
    /// Nothing, when nobody reads them any more.
    messages: Mutex<Option<Vec<Message>>>,
    waker: Waker,
    count: AtomicU64,
}

impl Inbox {
    pub(super) fn new(waker: Waker) -> Self {
        Self {
            messages: Mutex::new(Some(Vec::new())),
            waker,
            count: AtomicU64::new(0),
        }
    }

    /// Returns a number for a command.
    pub(super) fn number(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// Puts a message in. Returns whether somebody will read it. The reader is woken for the first of several only: it takes all of them at once.
    pub(super) fn put(&self, message: Message) -> bool {
        let mut messages = self.lock();
        let Some(list) = messages.as_mut() else {
            return false;
        };
        list.push(message);
        let first = list.len() == 1;
        drop(messages);
        if first {
            self.waker.wake();
        }
        true
    }

    /// Takes all messages out, after the wait has ended.
    pub(super) fn take(&self) -> Vec<Message> {
        self.waker.heard();
        self.lock().as_mut().map(mem::take).unwrap_or_default()
    }

    /// Takes no more messages.
    pub(super) fn close(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Vec<Message>>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
