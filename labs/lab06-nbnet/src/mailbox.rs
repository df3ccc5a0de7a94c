//! What threads have to say to a loop: a queue, and a way to end its wait.

use std::mem;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use crate::poller::Waker;
use crate::service::Address;
use crate::slab::Token;

/// What a loop is told.
pub(crate) enum Message {
    /// A connection is yours from now on.
    Connection(TcpStream, SocketAddr),
    /// A worker has answered.
    Answer(Token, Vec<u8>),
    /// Another connection sends this.
    Post(Token, Arc<[u8]>),
    /// A descriptor has become free: somebody may be accepted again.
    Free,
    /// End when all that is under way is done.
    End,
    /// End at once.
    Stop,
}

/// The messages of one loop.
pub(crate) struct Mailbox {
    messages: Mutex<Vec<Message>>,
    waker: Waker,
}

impl Mailbox {
    /// Makes one whose loop is woken by `waker`.
    pub(crate) fn new(waker: Waker) -> Self {
        Self {
            messages: Mutex::default(),
            waker,
        }
    }

    /// Puts a message in. The loop is woken for the first of several only: it takes all of them at once.
    pub(crate) fn put(&self, message: Message) {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let first = messages.is_empty();
        messages.push(message);
        drop(messages);
        if first {
            self.waker.wake();
        }
    }

    /// Takes all messages out. Those that are in `instead`, none, are there afterwards.
    pub(crate) fn take(&self, instead: &mut Vec<Message>) {
        mem::swap(
            &mut *self.messages.lock().unwrap_or_else(PoisonError::into_inner),
            instead,
        );
    }

    /// Returns how many messages wait.
    fn len(&self) -> usize {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Takes note that the loop was woken.
    pub(crate) fn heard(&self) {
        self.waker.heard();
    }
}

/// Sends messages to the connections of all loops, from any thread.
#[derive(Clone)]
pub struct Post {
    mailboxes: Arc<[Mailbox]>,
}

impl Post {
    /// Makes one for loops with these mailboxes.
    pub(crate) fn new(mailboxes: Vec<Mailbox>) -> Self {
        Self {
            mailboxes: mailboxes.into(),
        }
    }

    /// Sends a message to a connection, whose service gets it by [`Service::message`](crate::service::Service::message). If the connection has ended, nobody gets it.
    ///
    /// Messages from one thread to one connection arrive in the order in which they are sent.
    pub fn send(&self, to: Address, message: impl Into<Arc<[u8]>>) {
        self.tell(to.of_loop, Message::Post(to.token, message.into()));
    }

    /// Returns how many messages wait for the loop for which most do. Mailboxes have no limit of their own: who sends much for little has to
    /// wait while this is much.
    pub fn waiting(&self) -> usize {
        self.mailboxes.iter().map(Mailbox::len).max().unwrap_or(0)
    }

    /// Tells a loop something.
    pub(crate) fn tell(&self, of_loop: u32, message: Message) {
        if let Some(mailbox) = self.mailbox(of_loop) {
            mailbox.put(message);
        }
    }

    /// Tells all loops.
    pub(crate) fn tell_all(&self, message: impl Fn() -> Message) {
        for mailbox in self.mailboxes.iter() {
            mailbox.put(message());
        }
    }

    /// Returns the mailbox of a loop.
    pub(crate) fn mailbox(&self, of_loop: u32) -> Option<&Mailbox> {
        self.mailboxes.get(of_loop as usize)
    }

    /// Returns how many loops there are.
    pub(crate) fn loops(&self) -> u32 {
        u32::try_from(self.mailboxes.len()).unwrap_or(u32::MAX)
    }
}
