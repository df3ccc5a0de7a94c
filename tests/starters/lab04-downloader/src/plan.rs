//! Who fetches what. A plan neither reads a clock nor touches a socket: both are told to it, so that it can be tested.
//!
//! Each connection has a *part*: bytes that it alone may write. A connection without one takes bytes that nobody has yet; when there
//! are none, it takes some of the part that would take longest.

use std::time::{Duration, Instant};

use crate::rate::Rate;
use crate::spans::Span;

/// A connection records at least each time that it has written so many bytes. Parts are planned in these.
pub const BLOCK: u64 = 256 << 10;

/// What each connection is doing.
///
/// ```
/// use downloader::plan::{BLOCK, Next, Plan};
/// use downloader::spans::Span;
/// use std::time::{Duration, Instant};
///
/// let now = Instant::now();
/// let mut plan = Plan::new(&[Span::new(0, 2 * BLOCK)], 2, Duration::from_secs(1));
/// assert_eq!(plan.next(0, now), Next::Fetch { part: Span::new(0, BLOCK), from: None });
/// assert_eq!(plan.next(1, now), Next::Fetch { part: Span::new(BLOCK, 2 * BLOCK), from: None });
///
/// // A read has brought 1000 bytes: these are their places.
/// assert_eq!(plan.claim(0, 1000, now), Span::new(0, 1000));
/// ```
#[derive(Debug)]
pub struct Plan {
    /// Bytes that nobody fetches, in order.
    free: Vec<Span>,
    hands: Vec<Hand>,
    /// How long a part may be silent before somebody else may take all of it.
    #[expect(dead_code, reason = "`next` will use it")]
    patience: Duration,
}

/// One connection.
#[derive(Debug, Default)]
struct Hand {
    part: Option<Part>,
    #[expect(dead_code, reason = "`claim` will use it")]
    rate: Rate,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    /// What has not come.
    left: Span,
    /// When a byte came last, or else when it was asked for.
    heard: Instant,
    /// Whether an answer is awaited of which no byte has come.
    is_asked: bool,
}

/// What a connection does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Fetches these bytes.
    Fetch {
        /// Which.
        part: Span,
        /// A connection that waited for them in vain, and now has nothing left: it is to be hung up.
        from: Option<usize>,
    },
    /// Nothing now; but the parts of others may get slow.
    Wait(Duration),
    /// Nothing any more: every byte has come.
    Done,
}

impl Plan {
    /// Plans how up to `connections` fetch what is missing. A part that is silent for `patience` may be taken over.
    ///
    /// What is missing is cut into parts of whole blocks: as many as there are connections, if there are so many blocks, and as even as
    /// that allows.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn new(missing: &[Span], connections: usize, patience: Duration) -> Self {
        todo!("ranges: Let `cut` divide what is missing; no more connections than parts, and at least one.")
    }

    /// Returns how many connections there are.
    pub fn connections(&self) -> usize {
        self.hands.len()
    }

    /// Gives a connection a part that it has asked for already.
    pub fn begin(&mut self, connection: usize, part: Span, now: Instant) {
        self.hands[connection].part = Some(Part {
            left: part,
            heard: now,
            is_asked: false,
        });
    }

    /// Gives a connection that has nothing left its next part: bytes that nobody has, or else some of another part.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn next(&mut self, connection: usize, now: Instant) -> Next {
        todo!(
            "ranges: Give the first free span; without one, take from the part that would take longest, if that helps."
        )
    }

    /// Returns what a connection still has to fetch: less than at first, or nothing, when others have taken some.
    pub fn left(&self, connection: usize) -> Option<Span> {
        let part = self.hands[connection].part.as_ref()?;
        Some(part.left).filter(|left| !left.is_empty())
    }

    /// Notes that a connection asks for what is left of its part.
    pub fn asked(&mut self, connection: usize, now: Instant) {
        if let Some(part) = &mut self.hands[connection].part {
            part.heard = now;
            part.is_asked = true;
        }
    }

    /// Notes that a connection has read `bytes` more, and returns those that it is to write. The others are somebody else's.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn claim(&mut self, connection: usize, bytes: u64, now: Instant) -> Span {
        todo!(
            "ranges: Cut `bytes` from the front of what is left; tell `rate`, and remember that something was heard."
        )
    }

    /// Notes that a connection is not silent, although no byte has come: it is this program that lets it wait.
    pub fn excuse(&mut self, connection: usize, now: Instant) {
        if let Some(part) = &mut self.hands[connection].part {
            part.heard = now;
        }
    }

    /// Takes from a connection what is left to it, for the others.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn give_back(&mut self, connection: usize) {
        todo!("ranges: Put it among the free spans, in order.")
    }

    /// Whether every byte has come, or is about to be written by whoever claimed it.
    pub fn is_done(&self) -> bool {
        self.free.is_empty() && (0..self.hands.len()).all(|connection| self.left(connection).is_none())
    }
}
