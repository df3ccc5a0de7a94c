//! One connection: its state, the bytes that wait, and what it does when something has happened.

mod deadlines;

use std::io;
use std::mem;
use std::time::Duration;

use crate::buffer::Buffer;
use crate::event_loop::{Context, say};
use crate::machine::{self, Input, State};
use crate::poller::{Event, Interest, Trigger};
use crate::service::{Flow, Part, Peer, Reply, Service, Step, Violation};
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

    /// Returns what it is to be watched for. With an edge trigger that never changes: what can be done is reported once, and remembered here
    /// (stage `triggers`).
    pub(crate) fn interest(&self, trigger: Trigger) -> Interest {
        //~triggers let _ = trigger;
        // region:triggers
        if trigger == Trigger::Edge {
            return Interest::BOTH;
        }
        // endregion:triggers
        Interest {
            read: self.wants_to_read(),
            write: self.has_unsent(),
        }
    }

    /// Ends it, and tells the service so.
    pub(crate) fn close(self, context: &Context<S>) {
        let Self {
            session, peer, transport, ..
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
        if self.last || self.state == State::Close {
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
    pub(crate) fn go_on(&mut self, context: &mut Context<S>) -> Fate {
        // region:machine For at most TURNS times: `turn`, until there is nothing to do. A failure ends the connection. What the shared output holds then is nobody's any more: clear it.
        for _ in 0..TURNS {
            match self.turn(context) {
                Ok(true) => {}
                Ok(false) => return self.fate(),
                Err(_) => {
                    context.output.clear();
                    return self.fail();
                }
            }
        }
        Fate::Again
        // endregion:machine
    }

    /// Reads once if it may, answers what came, sends once, and looks what comes next. Returns whether there is anything to do at once.
    //~machine #[expect(dead_code, reason = "`go_on` will use it")]
    fn turn(&mut self, context: &mut Context<S>) -> io::Result<bool> {
        if self.state == State::Accept && self.transport.handshake()? {
            self.step(Input::Accepted);
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
        self.send(context)?;
        self.next(context)
    }

    /// Reads once, into memory that all connections share, and answers what came. Only what is no whole request yet is kept.
    fn read(&mut self, context: &mut Context<S>) -> io::Result<()> {
        let mut shared = mem::take(&mut context.input);
        let read = self.transport.read(&mut shared);
        let done = self.came(read.map(|count| &shared[..count]), context);
        context.input = shared;
        done
    }

    /// Does what a read asks for: `came` is what it brought.
    fn came(&mut self, came: io::Result<&[u8]>, context: &mut Context<S>) -> io::Result<()> {
        // region:machine WouldBlock is no failure: nothing is `readable` any more. Interrupted is none either. Nothing at all is the end. In the state Close all is thrown away. If something waits already, the new goes behind it; else take requests right from what came, and keep the rest.
        match came {
            Ok([]) => {
                self.ended = true;
                self.readable = false;
            }
            Ok(_) if self.state == State::Close => self.has_read(context.settings.trigger),
            Ok(came) => {
                self.moved = context.now;
                self.partial = false;
                self.has_read(context.settings.trigger);
                let taken = match self.input.is_empty() {
                    true => self.take_requests(came, context),
                    false => 0,
                };
                self.input.extend(&came[taken..]);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.readable = false,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
        // endregion:machine
    }

    /// Notes that one read has brought something. With a level trigger the poller says so if there is more, so that others have their turn;
    /// with an edge trigger it says nothing until a read has found nothing (stage `triggers`).
    fn has_read(&mut self, trigger: Trigger) {
        //~triggers let _ = trigger;
        //~triggers self.readable = false;
        // region:triggers
        self.readable = trigger == Trigger::Edge || self.ending || self.transport.has_unread();
        // endregion:triggers
    }

    /// Takes requests off the front of `input` and answers them, as long as there is room for answers. Returns how many bytes that were.
    fn take_requests(&mut self, input: &[u8], context: &mut Context<S>) -> usize {
        // region:machine While the state is reading and something is left: ask the service, and tell the machine what happened. Done is Request and then Answer; More and Later are Request only, and the answer comes later; Last ends the connection; Partial with a body to come is Header, once. Then `make_room`, which lets the next request in if the answers leave room.
        let mut taken = 0;
        while self.state.is_reading() && taken < input.len() {
            let front = &input[taken..];
            let step = self.ask(context, |service, session, reply| {
                service.request(session, front, reply)
            });
            let length = match step {
                Ok(Step::Partial(part)) => {
                    if part == Part::Body && self.state == State::ReadHeader {
                        self.step(Input::Header);
                    }
                    self.partial = true;
                    self.begun.get_or_insert(context.now);
                    break;
                }
                Ok(Step::Done { taken }) => {
                    self.step(Input::Request);
                    self.step(Input::Answer);
                    taken
                }
                Ok(Step::Last { taken }) => {
                    self.step(Input::Request);
                    self.step(Input::Answer);
                    self.last = true;
                    taken
                }
                Ok(Step::More { taken }) => {
                    self.step(Input::Request);
                    self.more = true;
                    taken
                }
                Ok(Step::Later { taken, job }) => {
                    self.step(Input::Request);
                    context.give(self.peer.address, job);
                    taken
                }
                Err(violation) => {
                    self.violated(violation, context);
                    break;
                }
            };
            taken += length;
            self.begun = None;
            self.make_room(context);
        }
        taken
        // endregion:machine
    }

    /// Asks the service for more of an answer.
    fn answer_more(&mut self, context: &mut Context<S>) -> io::Result<()> {
        let flow = self.ask(context, |service, session, reply| service.more(session, reply))?;
        if flow != Flow::More {
            self.more = false;
            self.last |= flow == Flow::Last;
            self.step(Input::Answer);
        }
        Ok(())
    }

    /// Sends what waits, as far as the socket takes it: first what could not be sent before, then what was written now. Only what is left
    /// then is kept.
    fn send(&mut self, context: &mut Context<S>) -> io::Result<()> {
        // region:machine Two steps with `write`: `self.output` first, and `context.output` only if that is empty then. What is left of `context.output` goes behind `self.output`; nothing of it may stay, for it is everybody's.
        let mut own = mem::take(&mut self.output);
        let sent = self.write(own.bytes(), context.now)?;
        own.consume(sent);
        self.output = own;
        if context.output.is_empty() {
            return Ok(());
        }
        let sent = match self.output.is_empty() {
            true => self.write(context.output.bytes(), context.now)?,
            false => 0,
        };
        self.output.extend(&context.output.bytes()[sent..]);
        context.output.clear();
        Ok(())
        // endregion:machine
    }

    /// Writes until everything is written or the socket takes nothing more. Returns how much it took.
    fn write(&mut self, bytes: &[u8], now: Duration) -> io::Result<usize> {
        // region:machine As long as something is left and the socket is `writable`: a write may take a part of it. WouldBlock says that it is not writable, Interrupted says nothing; Ok(0) is a failure.
        let mut sent = 0;
        while sent < bytes.len() && self.writable {
            match self.transport.write(&bytes[sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    sent += count;
                    self.moved = now;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.writable = false,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        match self.transport.flush() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.writable = false,
            flushed => flushed?,
        }
        Ok(sent)
        // endregion:machine
    }

    /// Looks what comes next, when all is sent that can be. Returns whether there is anything to do at once.
    fn next(&mut self, context: &mut Context<S>) -> io::Result<bool> {
        // region:machine Write: if it was the last answer and all is sent, Finished, and the transport ends; else `make_room`, and go on with what waits. Reading: after the end of the peer, when no whole request is left, the service is told the rest, and then the connection ends like after a last answer. Process: go on if there is more of the answer and room for it.
        match self.state {
            State::Write if self.last => {
                if self.has_unsent() {
                    return Ok(false);
                }
                self.step(Input::Finished);
                self.transport.end()?;
                self.forget_input();
                Ok(self.readable && !self.ended)
            }
            State::Write => {
                self.make_room(context);
                Ok(self.state.is_reading())
            }
            State::ReadHeader | State::ReadBody if self.partial || self.input.is_empty() => {
                if self.ended {
                    self.end_of_peer(context);
                    Ok(true)
                } else if self.ending && !self.readable {
                    self.finish();
                    Ok(true)
                } else {
                    Ok(self.readable)
                }
            }
            State::ReadHeader | State::ReadBody => Ok(true),
            State::Process => Ok(self.more && self.has_room(context)),
            State::Accept => Ok(false),
            State::Close => Ok(self.readable && !self.ended),
        }
        // endregion:machine
    }

    /// Tells the service that the peer has ended, and ends too when all is sent.
    fn end_of_peer(&mut self, context: &mut Context<S>) {
        let rest = mem::take(&mut self.input);
        let ended = self.ask(context, |service, session, reply| {
            service.ended(session, rest.bytes(), reply)
        });
        match ended {
            Ok(()) => self.finish(),
            Err(violation) => self.violated(violation, context),
        }
    }

    /// Ends when all is sent: nothing more is read.
    fn finish(&mut self) {
        self.step(Input::Ended);
        self.last = true;
    }

    /// Ends when all is sent, since the peer does not keep to the rules; at once if the service says so.
    fn violated(&mut self, violation: Violation, context: &mut Context<S>) {
        let Violation {
            message,
            answer,
            at_once,
        } = violation;
        if let Some(message) = message {
            say(format_args!("{}: {message}", self.peer));
        }
        if at_once {
            self.fail();
            return;
        }
        self.ask(context, |_, _, reply| reply.push(&answer));
        if self.state.is_reading() {
            self.step(Input::Violated);
        }
        self.last = true;
        self.forget_input();
    }

    /// Asks the service something. Its answer goes behind everything that waits: as long as nothing does, into memory that all connections
    /// share, for most answers are sent before this connection's turn is over.
    fn ask<R>(
        &mut self,
        context: &mut Context<S>,
        ask: impl FnOnce(&S, &mut S::Session, &mut Reply<'_>) -> R,
    ) -> R {
        let output = match self.output.is_empty() {
            true => &mut context.output,
            false => &mut self.output,
        };
        let mut reply = Reply {
            output,
            mark: context.settings.buffer,
            peer: &self.peer,
            post: &context.post,
        };
        ask(&context.service, &mut self.session, &mut reply)
    }

    /// Lets the next request in, if the answers leave room.
    fn make_room(&mut self, context: &Context<S>) {
        if self.state == State::Write && !self.last && self.has_room(context) {
            self.step(Input::Room);
        }
    }

    /// Returns whether less waits for the peer than may. A peer that asks and does not read would fill the memory of the server otherwise
    /// (stage `timers`: back-pressure).
    fn has_room(&self, context: &Context<S>) -> bool {
        //~timers let _ = context;
        //~timers true
        // region:timers
        self.output.len() + context.output.len() < context.settings.buffer
        // endregion:timers
    }

    fn has_unsent(&self) -> bool {
        !self.output.is_empty() || self.transport.has_unsent()
    }

    fn wants_to_read(&self) -> bool {
        !self.ended && self.state.interest().read
    }

    fn forget_input(&mut self) {
        self.input = Buffer::default();
        self.begun = None;
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
        } else if self.readable && self.wants_to_read() {
            Fate::Again
        } else {
            Fate::Waits
        }
    }
}
