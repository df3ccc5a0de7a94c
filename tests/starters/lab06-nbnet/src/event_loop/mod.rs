//! One thread that waits for everything: events of connections, messages of other threads, deadlines.

mod context;
mod front;

use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

pub(crate) use context::{Context, say};

use crate::connection::{Connection, Fate};
use crate::error::{Error, Result};
use crate::listener::Listener;
use crate::mailbox::Message;
use crate::poller::{Event, Events, Interest, Poller};
use crate::service::{Address, Peer, Service};
use crate::slab::{Slab, Token};
use crate::timers::Timers;

/// A loop and all that belongs to it.
pub(crate) struct EventLoop<S: Service> {
    poller: Box<dyn Poller>,
    connections: Slab<Connection<S>>,
    /// One for each connection that has a deadline; [`Token::LISTENER`] for a pause in accepting, [`Token::SIGNALS`] for the end of the grace.
    timers: Timers<Token>,
    /// Those that could go on when it was somebody else's turn.
    again: Vec<Token>,
    context: Context<S>,
    /// In the first loop.
    listener: Option<Listener>,
    started: Instant,
    /// A signal came: it is over when there are no connections.
    ending: bool,
    /// It is over.
    stopped: bool,
}

impl<S: Service> EventLoop<S> {
    /// Makes one. The first of a server gets the listener.
    ///
    /// # Errors
    /// What the poller says.
    pub(crate) fn new(
        poller: Box<dyn Poller>,
        context: Context<S>,
        listener: Option<Listener>,
    ) -> Result<Self> {
        let mut new = Self {
            poller,
            connections: Slab::default(),
            timers: Timers::default(),
            again: Vec::new(),
            started: context.started,
            context,
            listener,
            ending: false,
            stopped: false,
        };
        let trigger = new.context.settings.trigger;
        if let Some(listener) = &new.listener {
            let signals = listener.signals.as_fd();
            new.poller
                .register(signals, Token::SIGNALS, Interest::READ, trigger)
                .map_err(Error::system("watch for signals"))?;
            if let Some(socket) = listener.socket() {
                new.poller
                    .register(socket, Token::LISTENER, Interest::READ, trigger)
                    .map_err(Error::system("watch the listener"))?;
            }
        }
        Ok(new)
    }

    /// Serves until all is over.
    ///
    /// # Errors
    /// What keeps it from going on.
    pub(crate) fn run(mut self) -> Result<()> {
        let mut events = Events::default();
        let mut messages = Vec::new();
        while !self.is_over() {
            self.turn(&mut events, &mut messages)?;
        }
        Ok(())
    }

    /// Waits once, and does what is to be done then. `events` and `messages` are there to be used again.
    #[expect(clippy::ptr_arg, reason = "messages will be put into it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn turn(&mut self, events: &mut Events, messages: &mut Vec<Message>) -> Result<()> {
        todo!(
            "machine: Wait for events, at most as long as `timeout` says, and note what time it is in `context.now`. Then `happened` for each event, `told` for each message of the mailbox (take all of them at once), `go_on` for each connection of `again`, which is `queued` no more (those that come into it now have their turn after the next wait), and `expire`."
        )
    }

    /// Returns whether nothing is left to do. The first loop stays until all are done, since it is the one that hears signals.
    fn is_over(&self) -> bool {
        let left = match self.listener {
            Some(_) => self.context.shared.connections.load(Ordering::Acquire),
            None => self.connections.len(),
        };
        self.stopped || self.ending && left == 0
    }

    /// Returns how long the next wait may take: not at all if somebody could go on, else until the next deadline, or for ever.
    fn timeout(&self) -> Option<Duration> {
        if !self.again.is_empty() {
            return Some(Duration::ZERO);
        }
        let next = self.timers.next()?;
        Some(next.saturating_sub(self.started.elapsed()))
    }

    /// Does what an event asks for.
    fn happened(&mut self, event: Event) -> Result<()> {
        match event.token {
            Token::WAKE => {
                if let Some(mailbox) = self.context.post.mailbox(self.context.of_loop) {
                    mailbox.heard();
                }
                Ok(())
            }
            Token::LISTENER => self.accept(),
            Token::SIGNALS => self.signal(),
            token => {
                self.with(token, |connection, context| connection.happened(event, context));
                Ok(())
            }
        }
    }

    /// Does what a message asks for.
    fn told(&mut self, message: Message) -> Result<()> {
        match message {
            Message::Connection(socket, address) => self.adopt(socket, address),
            Message::Answer(token, answer) => {
                self.with(token, |connection, context| connection.answered(&answer, context))
            }
            Message::Post(token, message) => {
                self.with(token, |connection, context| connection.told(&message, context))
            }
            Message::Free => return self.unpause(),
            Message::End => {
                self.end();
                // No connection of this loop may be left that would tell the first loop, when it hears of the end only now.
                if self.connections.is_empty() {
                    self.context.post.tell(0, Message::Free);
                }
            }
            Message::Stop => self.stopped = true,
        }
        Ok(())
    }

    /// Lets a connection do something, and does what comes of that. A connection that is gone already does nothing: the event was under way
    /// when it ended.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn with(&mut self, token: Token, act: impl FnOnce(&mut Connection<S>, &mut Context<S>) -> Fate) {
        todo!(
            "machine: If its fate is to be gone, `close` it. Else, if it has another interest than it is watched for, reregister it; else spare the call. Note in `again` that it could go on, once (`queued`), and its deadline with `watch_time`."
        )
    }

    /// Sees to it that a timer is set for the deadline of a connection. A deadline that moved away is left to be found when the timer fires:
    /// busy connections would set theirs anew with every request.
    fn watch_time(&mut self, token: Token) {
        let Some(connection) = self.connections.get_mut(token) else {
            return;
        };
        if let Some(deadline) = connection.deadline(&self.context)
            && connection.timer.is_none_or(|timer| deadline < timer)
        {
            connection.timer = Some(deadline);
            self.timers.set(token, deadline);
        }
    }

    /// Takes a connection over.
    fn adopt(&mut self, socket: TcpStream, address: SocketAddr) {
        let transport = match self.context.wrap.wrap(socket) {
            Ok(transport) => transport,
            Err(error) => {
                say(self.context.settings.name, format_args!("{address}: {error}"));
                self.forget_one();
                return;
            }
        };
        let of_loop = self.context.of_loop;
        let trigger = self.context.settings.trigger;
        let token = self.connections.insert_with(|token| {
            let peer = Peer {
                socket: address,
                address: Address { of_loop, token },
            };
            Connection::new(peer, transport, &self.context)
        });
        let Some(connection) = self.connections.get_mut(token) else {
            return;
        };
        connection.watched = connection.interest(trigger);
        let socket = connection.transport().socket();
        if let Err(error) = self.poller.register(socket, token, connection.watched, trigger) {
            say(self.context.settings.name, format_args!("{address}: {error}"));
            self.close(token);
            return;
        }
        // What it can do before the first event: with plain TCP, beginning to wait for a request.
        self.with(
            token,
            match self.ending {
                true => Connection::end,
                false => Connection::go_on,
            },
        );
    }

    /// Ends a connection: the poller forgets it first, for the number of its socket may be another's as soon as that is closed.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn close(&mut self, token: Token) {
        todo!(
            "machine: Take it out of `connections`; deregister its socket; cancel its timer if it has one; then `close` it, and `forget_one`. It may be gone already."
        )
    }

    /// Counts one connection less, and tells the first loop if it waits for that.
    fn forget_one(&self) {
        let shared = &self.context.shared;
        let left = shared.connections.fetch_sub(1, Ordering::AcqRel) - 1;
        if shared.starved.swap(false, Ordering::AcqRel) || left == 0 && self.ending {
            self.context.post.tell(0, Message::Free);
        }
    }

    /// Does what is due.
    fn expire(&mut self) -> Result<()> {
        let now = self.context.now;
        while self.timers.next().is_some_and(|next| next <= now) {
            match self.timers.expire(now) {
                None => {}
                Some(Token::LISTENER) => self.unpause()?,
                // The grace is over.
                Some(Token::SIGNALS) => self.stopped = true,
                Some(token) => self.with(token, |connection, context| {
                    connection.timer = None;
                    connection.expired(context)
                }),
            }
        }
        Ok(())
    }
}
