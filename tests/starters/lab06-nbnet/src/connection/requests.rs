//! Taking requests and writing answers: the part of a connection that talks to the service.

use std::io;
use std::mem;

use super::Connection;
use crate::buffer::Buffer;
use crate::event_loop::{Context, say};
use crate::machine::{Input, State};
use crate::service::{Flow, Reply, Service, Violation};

impl<S: Service> Connection<S> {
    /// Takes requests off the front of `input` and answers them, as long as there is room for answers. Returns how many bytes that were.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn take_requests(&mut self, input: &[u8], context: &mut Context<S>) -> usize {
        todo!(
            "machine: While the state is reading and something is left: ask the service, and tell the machine what happened. Done is Request and then Answer; More and Later are Request only, and the answer comes later; Last ends the connection; Partial with a body to come is Header, once; the request has `begun` now, unless it had before, and after every whole request none has. Then `make_room`, which lets the next request in if the answers leave room."
        )
    }

    /// Asks the service for more of an answer.
    pub(super) fn answer_more(&mut self, context: &mut Context<S>) -> io::Result<()> {
        let flow = self.ask(context, |service, session, reply| service.more(session, reply))?;
        if flow != Flow::More {
            self.more = false;
            self.last |= flow == Flow::Last;
            self.step(Input::Answer);
        }
        Ok(())
    }

    /// Tells the service that the peer has ended, and ends too when all is sent.
    pub(super) fn end_of_peer(&mut self, context: &mut Context<S>) {
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
    pub(super) fn finish(&mut self) {
        self.step(Input::Ended);
        self.last = true;
    }

    /// Ends when all is sent, since the peer does not keep to the rules; at once if the service says so.
    pub(super) fn violated(&mut self, violation: Violation, context: &mut Context<S>) {
        let Violation {
            message,
            answer,
            at_once,
        } = violation;
        if let Some(message) = message {
            say(context.settings.name, format_args!("{}: {message}", self.peer));
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
    pub(super) fn ask<R>(
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
            started: context.started,
            now: context.now,
            peer: &self.peer,
            transport: self.transport.as_ref(),
            post: &context.post,
        };
        ask(&context.service, &mut self.session, &mut reply)
    }

    /// Lets the next request in, if the answers leave room.
    pub(super) fn make_room(&mut self, context: &Context<S>) {
        if self.state == State::Write && !self.last && self.has_room(context) {
            self.step(Input::Room);
        }
    }

    /// Returns whether less waits for the peer than may. A peer that asks and does not read would fill the memory of the server otherwise
    /// (stage `timers`: back-pressure).
    pub(super) fn has_room(&self, context: &Context<S>) -> bool {
        let _ = context;
        true
    }

    pub(super) fn forget_input(&mut self) {
        self.input = Buffer::default();
        self.begun = None;
    }
}
