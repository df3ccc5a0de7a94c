//! When a connection has taken too long, and how it ends in time.

use std::time::Duration;

use super::{Connection, Fate};
use crate::event_loop::Context;
// region:timers
use crate::event_loop::say;
use crate::machine::Input;
// endregion:timers
use crate::machine::State;
use crate::service::{Drain, Service};

/// How long a connection that is over waits for the end of what its peer sends. If it were closed with something unread, the peer would
/// get a reset, which can take the last answer away before it is read. What the peer still sends does not make it longer.
//~timers #[expect(dead_code, reason = "`deadline` will use it")]
const LINGER: Duration = Duration::from_secs(1);

impl<S: Service> Connection<S> {
    /// Returns when it has taken too long, if nothing happens until then. Without the stage `timers`, never.
    ///
    /// A connection that is over lingers. Any other may have nothing moving for `idle`, unless a worker is at it; and a request that has begun, or
    /// a handshake, must be whole within `request`.
    pub(crate) fn deadline(&self, context: &Context<S>) -> Option<Duration> {
        //~timers let _ = context;
        //~timers None
        // region:timers
        let settings = &context.settings;
        let idle = settings.idle.map(|idle| self.moved + idle);
        let request = |begun: Option<Duration>| Some(begun? + settings.request?);
        let two = match self.state {
            State::Close => [Some(self.moved + LINGER), None],
            State::Process if !self.more => [None, None],
            State::Process | State::Write => [idle, None],
            State::Accept => [idle, request(Some(self.moved))],
            State::ReadHeader | State::ReadBody => [idle, request(self.begun)],
        };
        two.into_iter().flatten().min()
        // endregion:timers
    }

    /// Ends it if its deadline has come.
    pub(crate) fn expired(&mut self, context: &Context<S>) -> Fate {
        // region:timers Compare the deadline, which may have moved since the timer was set, with the time. A request that is late is said on standard error; what is idle ends without a word.
        if self
            .deadline(context)
            .is_none_or(|deadline| deadline > context.now)
        {
            return Fate::Waits;
        }
        let settings = &context.settings;
        if let Some(within) = settings.request
            && self.begun.is_some_and(|begun| begun + within <= context.now)
            && self.state.is_reading()
        {
            let ms = within.as_millis();
            say(
                settings.name,
                format_args!("{}: a request was not whole within {ms} ms", self.peer),
            );
        }
        if self.state != State::Close {
            self.step(Input::Expired);
        }
        self.fail()
        // endregion:timers
    }

    /// Answers what the peer has sent by now, and then ends; unless the service says that it will end it itself.
    pub(crate) fn end(&mut self, context: &mut Context<S>) -> Fate {
        if !self.is_last() && self.ask(context, S::drain) == Drain::Later {
            return self.go_on(context);
        }
        // region:timers Nobody knows what is in the kernel until a read has found nothing: it is `ending` now, and `readable` until then, so that `go_on` reads and answers all of it.
        self.ending = true;
        self.readable = true;
        // endregion:timers
        match self.go_on(context) {
            // Whoever is not through with the handshake has asked for nothing.
            _ if self.state == State::Accept => self.fail(),
            fate => fate,
        }
    }
}
