//! Who fetches what. A plan neither reads a clock nor touches a socket: both are told to it, so that it can be tested.
//!
//! Each connection has a *part*: bytes that it alone may write. A connection without one takes bytes that nobody has yet; when there
//! are none, it takes some of the part that would take longest.

use std::time::{Duration, Instant};

use crate::rate::Rate;
use crate::spans::Span;

/// A connection records at least each time that it has written so many bytes. Parts are planned in these.
pub const BLOCK: u64 = 256 << 10;

// region:ranges
/// Less than this is not left to the owner of a part, and is not worth to be taken.
const LEAST: u64 = 64 << 10;

/// What a request costs: a part that will end within this time is left alone.
const REQUEST: Duration = Duration::from_millis(200);
// endregion:ranges

// region:given/plan
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
    //~ranges #[expect(dead_code, reason = "`next` will use it")]
    patience: Duration,
}

/// One connection.
#[derive(Debug, Default)]
struct Hand {
    part: Option<Part>,
    //~ranges #[expect(dead_code, reason = "`claim` will use it")]
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
// endregion:given/plan

impl Plan {
    /// Plans how up to `connections` fetch what is missing. A part that is silent for `patience` may be taken over.
    ///
    /// What is missing is cut into parts of whole blocks: as many as there are connections, if there are so many blocks, and as even as
    /// that allows.
    pub fn new(missing: &[Span], connections: usize, patience: Duration) -> Self {
        // region:ranges/new Let `cut` divide what is missing; no more connections than parts, and at least one.
        let total = missing.iter().map(|span| span.len()).sum();
        let free: Vec<Span> = missing
            .iter()
            .filter(|span| !span.is_empty())
            .flat_map(|&span| cut(span, total, connections))
            .collect();
        let hands = free.len().clamp(1, connections.max(1));
        Self {
            hands: (0..hands).map(|_| Hand::default()).collect(),
            free,
            patience,
        }
        // endregion:ranges/new
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
    pub fn next(&mut self, connection: usize, now: Instant) -> Next {
        // region:ranges/next Give the first free span; without one, take from the part that would take longest, if that helps.
        self.hands[connection].part = None;
        if self.is_done() {
            return Next::Done;
        }
        let (part, from) = if self.free.is_empty() {
            let longest = self.longest(connection, now);
            let taken = longest
                .into_iter()
                .find_map(|owner| self.take(owner, connection, now));
            match taken {
                Some(taken) => taken,
                None => return Next::Wait(REQUEST),
            }
        } else {
            (self.free.remove(0), None)
        };
        self.begin(connection, part, now);
        Next::Fetch { part, from }
        // endregion:ranges/next
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
    pub fn claim(&mut self, connection: usize, bytes: u64, now: Instant) -> Span {
        // region:ranges/claim Cut `bytes` from the front of what is left; tell `rate`, and remember that something was heard.
        let hand = &mut self.hands[connection];
        let Some(part) = &mut hand.part else {
            return Span::new(0, 0);
        };
        hand.rate.add(bytes, now.saturating_duration_since(part.heard));
        part.heard = now;
        part.is_asked = false;
        let start = part.left.start;
        part.left.start = part.left.end.min(start.saturating_add(bytes));
        Span::new(start, part.left.start)
        // endregion:ranges/claim
    }

    /// Notes that a connection is not silent, although no byte has come: it is this program that lets it wait.
    pub fn excuse(&mut self, connection: usize, now: Instant) {
        if let Some(part) = &mut self.hands[connection].part {
            part.heard = now;
        }
    }

    /// Takes from a connection what is left to it, for the others.
    pub fn give_back(&mut self, connection: usize) {
        // region:ranges/back Put it among the free spans, in order.
        if let Some(left) = self.left(connection) {
            let place = self.free.partition_point(|span| span.start < left.start);
            self.free.insert(place, left);
        }
        self.hands[connection].part = None;
        // endregion:ranges/back
    }

    /// Whether every byte has come, or is about to be written by whoever claimed it.
    pub fn is_done(&self) -> bool {
        self.free.is_empty() && (0..self.hands.len()).all(|connection| self.left(connection).is_none())
    }

    // region:ranges

    /// Returns the connections whose parts will take longer than a request costs, the longest first.
    fn longest(&self, taker: usize, now: Instant) -> Vec<usize> {
        let mut times: Vec<(f64, usize)> = (0..self.hands.len())
            .filter(|&owner| owner != taker)
            .filter_map(|owner| {
                let left = self.left(owner)?;
                let (rate, _) = self.rates(owner, taker, now);
                let is_silent = self.is_silent(owner, now);
                Some((
                    if is_silent {
                        f64::INFINITY
                    } else {
                        seconds(left, rate)
                    },
                    owner,
                ))
            })
            .filter(|&(time, _)| time > REQUEST.as_secs_f64())
            .collect();
        times.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        times.into_iter().map(|(_, owner)| owner).collect()
    }

    /// Takes a part over, or some of it. Returns the taken bytes, and the owner if nothing is left to it.
    fn take(&mut self, owner: usize, taker: usize, now: Instant) -> Option<(Span, Option<usize>)> {
        let (slow, fast) = self.rates(owner, taker, now);
        let is_silent = self.is_silent(owner, now);
        let part = self.hands[owner].part.as_mut()?;
        let left = part.left;
        // The share that lets both end at the same time.
        let keep = (left.len() as f64 * slow / (slow + fast)) as u64;
        let cut = if is_silent {
            // The server may just be slow to answer. The next one must wait for longer, or nobody would ever get an answer.
            if part.is_asked {
                self.patience *= 2;
            }
            left.start
        } else if keep < LEAST && seconds(left, slow) > seconds(left, fast) + REQUEST.as_secs_f64() {
            left.start
        } else if keep < LEAST || left.len() - keep < LEAST {
            return None;
        } else {
            left.start + keep
        };
        part.left.end = cut;
        Some((Span::new(cut, left.end), (cut == left.start).then_some(owner)))
    }

    fn is_silent(&self, connection: usize, now: Instant) -> bool {
        let part = self.hands[connection].part;
        part.is_some_and(|part| now.saturating_duration_since(part.heard) >= self.patience)
    }

    /// Returns the rates of two connections in bytes a second. One that is not known is taken to be like the other.
    fn rates(&self, one: usize, other: usize, now: Instant) -> (f64, f64) {
        let rate = |connection: usize| {
            let Hand { part, rate } = &self.hands[connection];
            let silence = part
                .filter(|part| !part.is_asked)
                .map_or(Duration::ZERO, |part| now.saturating_duration_since(part.heard));
            rate.per_second(silence)
        };
        match (rate(one), rate(other)) {
            (Some(one), Some(other)) => (one, other),
            (Some(known), None) | (None, Some(known)) => (known, known),
            (None, None) => (1.0, 1.0),
        }
    }
    // endregion:ranges
}

// region:ranges
fn seconds(left: Span, rate: f64) -> f64 {
    left.len() as f64 / rate
}

/// Cuts a span into parts of whole blocks, of which it gets as many as its share of `total` is of the connections.
fn cut(span: Span, total: u64, connections: usize) -> impl Iterator<Item = Span> {
    let blocks = span.len().div_ceil(BLOCK);
    let share = u128::from(span.len()) * connections as u128;
    let parts = (share.div_ceil(u128::from(total.max(1))) as u64).clamp(1, blocks);
    let bound = move |part: u64| span.end.min(span.start + part * blocks / parts * BLOCK);
    (0..parts).map(move |part| Span::new(bound(part), bound(part + 1)))
}
// endregion:ranges

// region:ranges
#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const PATIENCE: Duration = Duration::from_secs(1);

    fn spans(list: &[(u64, u64)]) -> Vec<Span> {
        list.iter().map(|&(start, end)| Span::new(start, end)).collect()
    }

    fn fetch(start: u64, end: u64, from: Option<usize>) -> Next {
        let part = Span::new(start, end);
        Next::Fetch { part, from }
    }

    /// A plan of two connections, of which the first has all and has got `bytes` in each of ten tenths of a second.
    fn one_at_work(length: u64, bytes: u64) -> (Plan, Instant) {
        let mut now = Instant::now();
        let mut plan = Plan::new(&[Span::new(0, 2 * BLOCK)], 2, PATIENCE);
        plan.free.clear();
        plan.begin(0, Span::new(0, length), now);
        plan.asked(0, now);
        for _ in 0..10 {
            now += PATIENCE / 10;
            plan.claim(0, bytes, now);
        }
        (plan, now)
    }

    #[test]
    fn what_is_missing_is_cut_evenly_in_whole_blocks() {
        for (missing, connections, expected) in [
            (
                &[(0, 8 * BLOCK)][..],
                4,
                &[
                    (0, 2 * BLOCK),
                    (2 * BLOCK, 4 * BLOCK),
                    (4 * BLOCK, 6 * BLOCK),
                    (6 * BLOCK, 8 * BLOCK),
                ][..],
            ),
            (
                &[(7, 7 + 3 * BLOCK)],
                2,
                &[(7, 7 + BLOCK), (7 + BLOCK, 7 + 3 * BLOCK)],
            ),
            (
                &[(0, 2 * BLOCK + 1)],
                64,
                &[(0, BLOCK), (BLOCK, 2 * BLOCK), (2 * BLOCK, 2 * BLOCK + 1)],
            ),
            (&[(5, 6)], 4, &[(5, 6)]),
            (
                &[(0, BLOCK), (9 * BLOCK, 12 * BLOCK)],
                2,
                &[(0, BLOCK), (9 * BLOCK, 10 * BLOCK), (10 * BLOCK, 12 * BLOCK)],
            ),
            (&[(5, 5)], 4, &[]),
            (&[], 4, &[]),
        ] {
            let plan = Plan::new(&spans(missing), connections, PATIENCE);
            assert_eq!(plan.free, spans(expected), "{missing:?} {connections}");
            assert_eq!(plan.connections(), expected.len().clamp(1, connections));
        }
    }

    #[test]
    fn work_is_shared_in_proportion_to_rates() {
        // Both have the same rate, since nobody knows that of the second.
        let (mut plan, now) = one_at_work(11 * MIB, MIB / 10);
        let left = plan.left(0).unwrap();
        assert_eq!(
            plan.next(1, now),
            fetch(left.start + left.len() / 2, left.end, None)
        );
        assert_eq!(plan.left(0).unwrap().len(), left.len() / 2);

        // The second one has been three times as fast.
        let (mut plan, now) = one_at_work(11 * MIB, MIB / 10);
        plan.hands[1].rate.add(30 * MIB, PATIENCE * 10);
        let Next::Fetch { part, from: None } = plan.next(1, now) else {
            panic!("it takes some");
        };
        let share = part.len() as f64 / left.len() as f64;
        assert!((0.74..0.76).contains(&share), "{share}");
    }

    #[test]
    fn what_ends_soon_or_would_be_little_is_left_alone() {
        for (length, bytes) in [
            // It ends within 200 ms.
            (MIB + MIB / 10, MIB / 10),
            // Each would have less than 64 KiB, for which a request is not worth its time.
            (10_000 + 100_000, 1000),
        ] {
            let (mut plan, now) = one_at_work(length, bytes);
            assert_eq!(plan.next(1, now), Next::Wait(REQUEST), "{length}");
        }
    }

    #[test]
    fn a_faster_connection_takes_all_of_a_slow_one() {
        let (mut plan, now) = one_at_work(10_000 + 500_000, 1000);
        plan.hands[1].rate.add(10 * MIB, PATIENCE);
        assert_eq!(plan.next(1, now), fetch(10_000, 510_000, Some(0)));
        assert_eq!(plan.left(0), None);
        // What the first one has read in the meantime belongs to the other.
        assert!(plan.claim(0, 1000, now).is_empty());
        // And it does not take it back.
        assert_eq!(plan.next(0, now), Next::Wait(REQUEST));
    }

    #[test]
    fn what_is_silent_is_taken_over_but_not_for_ever() {
        let now = Instant::now();
        let mut plan = Plan::new(&[Span::new(0, MIB)], 2, PATIENCE);
        plan.free.clear();
        plan.begin(0, Span::new(0, 1000), now);
        plan.asked(0, now);
        assert_eq!(plan.next(1, now + PATIENCE / 2), Next::Wait(REQUEST));
        assert_eq!(plan.next(1, now + PATIENCE), fetch(0, 1000, Some(0)));
        plan.asked(1, now + PATIENCE);
        // The server answers nobody within a second: the next one has two.
        assert_eq!(plan.next(0, now + PATIENCE * 5 / 2), Next::Wait(REQUEST));
        assert_eq!(plan.next(0, now + PATIENCE * 3), fetch(0, 1000, Some(1)));
    }

    #[test]
    fn what_is_given_back_is_fetched_by_others() {
        let now = Instant::now();
        let mut plan = Plan::new(&[Span::new(0, 4 * BLOCK)], 2, PATIENCE);
        assert_eq!(plan.next(0, now), fetch(0, 2 * BLOCK, None));
        assert_eq!(plan.next(1, now), fetch(2 * BLOCK, 4 * BLOCK, None));
        assert_eq!(plan.claim(0, 100, now), Span::new(0, 100));
        plan.give_back(0);
        assert_eq!(plan.claim(1, 3 * BLOCK, now), Span::new(2 * BLOCK, 4 * BLOCK));
        assert!(!plan.is_done());
        assert_eq!(plan.next(1, now), fetch(100, 2 * BLOCK, None));
        plan.claim(1, 2 * BLOCK, now);
        assert_eq!(plan.next(1, now), Next::Done);
    }

    #[test]
    fn whatever_happens_every_byte_is_claimed_once() {
        let mut random = fastrand::Rng::with_seed(4);
        for _ in 0..200 {
            let length = random.u64(1..8 * MIB);
            let connections = random.usize(1..9);
            let mut now = Instant::now();
            let mut plan = Plan::new(&[Span::new(0, length)], connections, PATIENCE);
            let mut claimed = crate::spans::Spans::default();
            let mut bytes = 0;
            for _ in 0..100_000 {
                now += Duration::from_millis(random.u64(0..400));
                let connection = random.usize(0..plan.connections());
                match (plan.left(connection), random.u8(0..20)) {
                    (Some(_), 0) => plan.give_back(connection),
                    (Some(_), _) => {
                        let span = plan.claim(connection, random.u64(1..300_000), now);
                        bytes += span.len();
                        claimed.add(span);
                    }
                    (None, _) => {
                        if plan.next(connection, now) == Next::Done {
                            break;
                        }
                        plan.asked(connection, now);
                    }
                }
            }
            assert_eq!((bytes, claimed.missing(length)), (length, Vec::new()));
        }
    }
}
// endregion:ranges
