//! The calls that are under way on a connection, found by their ids.

use std::collections::VecDeque;
use std::task::Waker;
use std::time::Instant;

use super::window::Window;
use crate::error::Result;
use crate::message::Credit;

/// How many bits of an id say in which place the call is. The bits above them count.
const PLACE_BITS: u32 = 20;
/// The most calls that can be under way at once.
const MOST: usize = 1 << PLACE_BITS;

/// A call that is under way, or that has ended and whose outcome nobody has taken yet.
pub(super) struct Pending {
    /// How many bytes had been given to the connection with the last byte of its CALL. If fewer were ever written, the server cannot have run it.
    pub(super) end: u64,
    /// How much time it had from the beginning, in ms; 0 is no limit.
    pub(super) left_ms: u32,
    /// When it is over for the client.
    pub(super) deadline: Option<Instant>,
    /// Who waits for what comes.
    pub(super) waker: Option<Waker>,
    /// How it ended.
    pub(super) outcome: Option<Result<Vec<u8>>>,
    /// What items the server may send.
    pub(super) window: Window,
    /// What is kept for a stream. Who only waits for the reply has none, and items that come are thrown away.
    pub(super) flow: Option<Box<Flow>>,
}

/// What a stream has more than a call.
pub(super) struct Flow {
    /// What came and was not taken, the oldest first.
    pub(super) events: VecDeque<Event>,
    /// How many bytes of pushes are among them.
    pub(super) pushed: usize,
    /// How many bytes of input the server still takes; less than nothing after a large item.
    pub(super) room: i64,
    /// Who waits until that is more.
    pub(super) sender: Option<Waker>,
}

/// What comes on a stream before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A piece of the output.
    Item(Vec<u8>),
    /// A message of a topic.
    Push {
        /// Which one of the topic it is.
        seq: u64,
        /// What was published.
        body: Vec<u8>,
    },
    /// The reply: nothing comes after it.
    Reply(Vec<u8>),
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            events: VecDeque::new(),
            pushed: 0,
            room: Credit::FIRST.into(),
            sender: None,
        }
    }
}

/// Calls in places that are used again, under ids that are not.
///
/// An id is a number that counts up, as the protocol asks, and below it the place: so a call is found without searching, and what still comes for
/// a call that was given up finds nothing, even if another has its place by then.
#[derive(Default)]
pub(super) struct Calls {
    places: Vec<Place>,
    /// Those without a call; the last one is taken next.
    free: Vec<u32>,
    /// How many calls there were so far.
    count: u64,
}

struct Place {
    /// Of the call that is here, or that was the last one.
    id: u64,
    call: Option<Pending>,
}

impl Calls {
    /// Puts a call in. Returns its id, or `None` if there is no room or all ids are used up.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn insert(&mut self, call: Pending) -> Option<u64> {
        todo!(
            "multiplex: Count up; the id is the count, moved up by PLACE_BITS, and the place that became free last, or a new one behind the others. No count may lose its upper bits."
        )
    }

    /// Returns the call with this id.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Pending> {
        todo!("multiplex: The place has the id of its last call: only if that is the same, it is the call's.")
    }

    /// Takes a call out. Its id finds nothing from now on.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn remove(&mut self, id: u64) -> Option<Pending> {
        todo!("multiplex: As with `get_mut`; the place is free from now on.")
    }

    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// Returns all of them, with their ids.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (u64, &mut Pending)> {
        self.places
            .iter_mut()
            .filter_map(|place| Some((place.id, place.call.as_mut()?)))
    }
}
