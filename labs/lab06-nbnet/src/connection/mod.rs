//! One connection: its state, the bytes that wait, and what it does when something has happened.

mod deadlines;
mod edges;
mod requests;
mod transfer;

use std::io;
use std::mem;
use std::time::Duration;

use crate::buffer::Buffer;
use crate::event_loop::{Context, say};
use crate::machine::{self, Input, State};
use crate::poller::{Event, Interest};
use crate::service::{Peer, Service};
use crate::transport::Transport;

/// How often a connection may go round before the others have their turn.
const TURNS: usize = 16;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It waits for an event.
    Waits,
    /// It could go on, but it is somebody else's turn.
    Again,
    /// It has ended.
    Gone,
}

/// A connection, while nothing happens to it. If it is idle, its two buffers hold no memory.
pub(crate) struct Connection<S: Service> {
    peer: Peer,
    session: S::Session,
    transport: Box<dyn Transport>,
    state: State,
    /// What came and was not taken.
    input: Buffer,
    /// What could not be sent.
    output: Buffer,
    /// A read may bring something.
    readable: bool,
    /// A write may bring something away.
    writable: bool,
    /// What is at the front of `input` is no whole request, so that more has to come first.
    partial: bool,
    /// The peer sends nothing more.
    ended: bool,
    /// The connection ends when the output is sent.
    last: bool,
    /// The service has more of the answer.
    more: bool,
    /// The server is ending: nothing is taken that was not sent by now.
    ending: bool,
    /// It is among those that go on when the others have had their turn.
    pub(crate) queued: bool,
    /// What the poller was told to watch for.
    pub(crate) watched: Interest,
    /// For when its timer is set: at its deadline, or before.
    pub(crate) timer: Option<Duration>,
    /// When something moved last.
    moved: Duration,
    /// When the first byte of the request came that is not whole yet.
    begun: Option<Duration>,
}

impl<S: Service> Connection<S> {
    /// Begins a connection.
    pub(crate) fn new(peer: Peer, transport: Box<dyn Transport>, context: &Context<S>) -> Self {
        Self {
            session: context.service.open(&peer),
            peer,
            transport,
            state: State::Accept,
            input: Buffer::default(),
            output: Buffer::default(),
            readable: false,
            writable: true,
            partial: false,
            ended: false,
            last: false,
            more: false,
            ending: false,
            queued: false,
            watched: Interest::NONE,
            timer: None,
            moved: context.now,
            begun: None,
        }
    }

    /// Returns who is at the other end.
    pub(crate) fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Returns what carries its bytes.
    pub(crate) fn transport(&self) -> &dyn Transport {
        self.transport.as_ref()
    }

    /// Ends it, and tells the service so.
    pub(crate) fn close(self, context: &Context<S>) {
        let Self {
            session,
            peer,
            transport,
            ..
        } = self;
        drop(transport);
        context.service.closed(session, &peer, &context.post);
    }

    /// Goes on after an event.
    pub(crate) fn happened(&mut self, event: Event, context: &mut Context<S>) -> Fate {
        // What is watched for nothing is only reported when it is closed both ways: nobody will read an answer.
        if event.error || (event.closed && !self.watched.read) {
            return self.fail();
        }
        self.readable |= event.readable || event.closed;
        self.writable |= event.writable;
        self.go_on(context)
    }

    /// Goes on with the answer of a worker.
    pub(crate) fn answered(&mut self, answer: &[u8], context: &mut Context<S>) -> Fate {
        if self.state == State::Process {
            self.output.extend(answer);
            self.step(Input::Answer);
        }
        self.go_on(context)
    }

    /// Goes on with what another connection sends.
    pub(crate) fn told(&mut self, message: &[u8], context: &mut Context<S>) -> Fate {
        if self.is_last() {
            return Fate::Waits;
        }
        let taken = self.ask(context, |service, session, reply| {
            service.message(session, message, reply)
        });
        if let Err(violation) = taken {
            self.violated(violation, context);
        }
        self.go_on(context)
    }

    /// Goes on as far as it can without waiting, and without keeping the others waiting.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn go_on(&mut self, context: &mut Context<S>) -> Fate {
        todo!(
            "machine: For at most TURNS times: `turn`, until there is nothing to do. A failure ends the connection. What the shared output holds then is nobody's any more: clear it."
        )
    }

    /// Reads once if it may, answers what came, sends once, and looks what comes next. Returns whether there is anything to do at once.
    #[expect(dead_code, reason = "`go_on` will use it")]
    fn turn(&mut self, context: &mut Context<S>) -> io::Result<bool> {
        if self.state == State::Accept {
            if self.goes_on_with_handshake(context)? {
                self.step(Input::Accepted);
                // Requests may have come with the end of the handshake.
                self.readable |= self.transport.has_unread();
            } else {
                // It reads for itself. A read here could take its end, and a request behind that, of which then no poller knows.
                self.readable = false;
            }
        }
        if self.readable && self.wants_to_read() {
            self.read(context)?;
        }
        if self.state.is_reading() && !self.partial && !self.input.is_empty() {
            let mut input = mem::take(&mut self.input);
            let taken = self.take_requests(input.bytes(), context);
            input.consume(taken);
            self.input = input;
        }
        if self.more && self.has_room(context) {
            self.answer_more(context)?;
        }
        if self.state == State::Close {
            context.output.clear();
        }
        let waited = !self.output.is_empty();
        self.send(context)?;
        if waited && !self.has_unsent() && !self.is_last() {
            self.sent(context);
            self.send(context)?;
        }
        self.next(context)
    }

    /// Goes on with the handshake. Returns whether it is done. If the peer is refused, that is said: nobody else would know why.
    fn goes_on_with_handshake(&mut self, context: &Context<S>) -> io::Result<bool> {
        let done = self.transport.handshake();
        if let Err(error) = &done
            && error.kind() == io::ErrorKind::InvalidData
        {
            say(context.settings.name, format_args!("{}: {error}", self.peer));
        }
        done
    }

    /// Tells the service that nothing waits any more.
    fn sent(&mut self, context: &mut Context<S>) {
        if let Err(violation) = self.ask(context, S::sent) {
            self.violated(violation, context);
        }
    }

    /// Returns whether its last answer is in the output, or is sent.
    fn is_last(&self) -> bool {
        self.last || self.state == State::Close
    }

    /// Looks what comes next, when all is sent that can be. Returns whether there is anything to do at once.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn next(&mut self, context: &mut Context<S>) -> io::Result<bool> {
        todo!(
            "machine: Write: if it was the last answer and all is sent, Finished, and the transport ends; else `make_room`, and go on with what waits. Reading: after the end of the peer, when no whole request is left, the service is told the rest, and then the connection ends like after a last answer; go on at once, for what the service has said then is in the shared output. Process: go on if there is more of the answer and room for it."
        )
    }

    /// Lets the machine take a step. What cannot happen ends the connection: that is a mistake of this library.
    fn step(&mut self, input: Input) {
        let next = machine::next(self.state, input);
        debug_assert!(next.is_some(), "{input} in {}", self.state);
        self.state = next.unwrap_or(State::Close);
    }

    /// Ends at once: nothing more is read or sent.
    fn fail(&mut self) -> Fate {
        self.state = State::Close;
        self.ended = true;
        self.output = Buffer::default();
        Fate::Gone
    }

    fn fate(&self) -> Fate {
        if self.state == State::Close && self.ended {
            Fate::Gone
        } else if self.reads_on() {
            Fate::Again
        } else {
            Fate::Waits
        }
    }
}
