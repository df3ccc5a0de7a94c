//! What is remembered of a connection.

use std::sync::Arc;

use nbnet::service::{Drain, Reply};

use super::Stats;
use super::calls::Calls;
use super::life::Life;
use super::link::Link;
use crate::frame::{LEAST_LIMIT, Wrong};

/// What is remembered of a connection: little, as long as no call is under way.
pub(crate) struct Session {
    /// The client has said HELLO.
    pub(super) greeted: bool,
    /// The server is ending: no more calls are taken. How the connection ends with it.
    pub(super) going: Option<Drain>,
    /// The largest payload that the client takes, in bytes.
    pub(super) limit: u32,
    /// The id of the last call.
    pub(super) last: u64,
    pub(super) calls: Calls,
    pub(super) life: Life,
    /// From the first call on that is not answered at once.
    link: Option<Arc<Link>>,
}

impl Session {
    /// Begins one.
    pub(super) fn new(life: Life) -> Self {
        Self {
            greeted: false,
            going: None,
            limit: LEAST_LIMIT,
            last: 0,
            calls: Calls::default(),
            life,
            link: None,
        }
    }

    /// Takes note of what the client says of itself.
    ///
    /// # Errors
    /// [`Wrong::SecondHello`], or what is wrong with its payload.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn greet(&mut self, payload: &[u8]) -> Result<(), Wrong> {
        todo!("call: Only the first frame is HELLO, and every first frame is.")
    }

    /// Judges the id of a new call, and notes it as the last one.
    ///
    /// # Errors
    /// [`Wrong::IdInUse`], [`Wrong::IdOrder`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn count(&mut self, id: u64) -> Result<(), Wrong> {
        todo!(
            "call: A client counts up. That a call with this id is under way says more than that it is not above the last one."
        )
    }

    /// Returns the link of the connection, which is made when it is first needed.
    pub(super) fn link(&mut self, reply: &Reply<'_>, stats: &Arc<Stats>) -> &Arc<Link> {
        self.link
            .get_or_insert_with(|| Arc::new(Link::new(reply, self.limit, stats)))
    }

    /// Moves what threads have put into the link to the client.
    pub(super) fn flush(&mut self, reply: &mut Reply<'_>) {
        if let Some(link) = &self.link {
            self.calls.flush(link, reply);
        }
    }

    /// Returns whether nothing is under way any more that the server has waited for, or a method has hung up.
    pub(super) fn is_over(&self) -> bool {
        let is_hung_up = self.link.as_ref().is_some_and(|link| link.is_hung_up());
        is_hung_up || self.going == Some(Drain::Later) && self.calls.is_empty()
    }
}
