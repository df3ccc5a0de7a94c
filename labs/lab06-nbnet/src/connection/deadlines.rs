//! When a connection has taken too long, and how it ends in time.

use std::time::Duration;

use super::{Connection, Fate};
use crate::event_loop::Context;
use crate::machine::State;
use crate::service::{Drain, Service};

/// How long a connection that is over waits for the end of what its peer sends. If it were closed with something unread, the peer would
/// get a reset, which can take the last answer away before it is read. What the peer still sends does not make it longer.
#[expect(dead_code, reason = "`deadline` will use it")]
const LINGER: Duration = Duration::from_secs(1);

impl<S: Service> Connection<S> {
    /// Returns when it has taken too long, if nothing happens until then. Without the stage `timers`, never.
    ///
    /// A connection that is over lingers. Any other may have nothing moving for `idle`, unless a worker is at it; and a request that has begun, or
    /// a handshake, must be whole within `request`.
    pub(crate) fn deadline(&self, context: &Context<S>) -> Option<Duration> {
        let _ = context;
        None
    }

    /// Ends it if its deadline has come.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn expired(&mut self, context: &Context<S>) -> Fate {
        todo!(
            "timers: Compare the deadline, which may have moved since the timer was set, with the time. A request that is late is said on standard error; what is idle ends without a word."
        )
    }

    /// Answers what the peer has sent by now, and then ends; unless the service says that it will end it itself.
    #[expect(unreachable_code, reason = "goes with the todo!")]
    pub(crate) fn end(&mut self, context: &mut Context<S>) -> Fate {
        if !self.is_last() && self.ask(context, S::drain) == Drain::Later {
            return self.go_on(context);
        }
        todo!(
            "timers: Nobody knows what is in the kernel until a read has found nothing: it is `ending` now, and `readable` until then, so that `go_on` reads and answers all of it."
        );
        match self.go_on(context) {
            // Whoever is not through with the handshake has asked for nothing.
            _ if self.state == State::Accept => self.fail(),
            fate => fate,
        }
    }
}
