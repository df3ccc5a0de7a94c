//! A subscription that survives its connection.

mod sequence;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde::Deserialize;

use self::sequence::{Gap, Sequence};
use super::Options;
use super::multiplex::Stream;
use super::waits::Waits;
use crate::code::Code;
use crate::error::{Error, Result};
use crate::message::Failure;

/// What a subscriber hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It is subscribed, for the first time or again.
    Subscribed {
        /// The number of the latest message so far, which it will not get.
        seq: u64,
    },
    /// A message.
    Message {
        /// Which one of its topic it is.
        seq: u64,
        /// What was published.
        body: Vec<u8>,
    },
    /// So many messages will never come.
    Missed {
        /// How many.
        count: u64,
    },
    /// The topic counts anew: its server has forgotten what was before. How many messages were missed nobody knows.
    Anew {
        /// The number that came.
        seq: u64,
    },
    /// The connection is lost, or could not be made. There will be another try.
    Lost {
        /// Why.
        why: Error,
        /// After which time.
        wait: Duration,
    },
}

/// What the server says first: `{"seq":7}`.
#[derive(Deserialize)]
struct Acknowledged {
    seq: u64,
}

/// Messages of a topic. When the connection is lost it is made again, and what was missed is told.
///
/// ```no_run
/// use rpc::client::Options;
/// use rpc::client::subscription::{Notice, Subscription};
///
/// # async fn example() -> rpc::Result<()> {
/// let mut news = Subscription::new("127.0.0.1:7000", "news", Options::default());
/// loop {
///     if let Notice::Message { seq, body } = news.next().await? {
///         println!("{seq} {}", String::from_utf8_lossy(&body));
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Subscription {
    address: String,
    topic: String,
    options: Options,
    stream: Option<Stream>,
    sequence: Sequence,
    /// What is to be told before anything else is done.
    notices: VecDeque<Notice>,
    waits: Waits,
    /// Not before this there is another try.
    again: Option<Instant>,
}

impl Subscription {
    /// Makes one. Nothing happens before [`Subscription::next`].
    pub fn new(address: &str, topic: &str, options: Options) -> Self {
        Self {
            address: address.to_owned(),
            topic: topic.to_owned(),
            options,
            stream: None,
            sequence: Sequence::default(),
            notices: VecDeque::new(),
            waits: Waits::new(),
            again: None,
        }
    }

    /// Waits for what comes next. It may be dropped and called again without losing anything.
    ///
    /// # Errors
    /// What the server says to the subscription itself, and would say again.
    pub async fn next(&mut self) -> Result<Notice> {
        todo!(
            "push: Notices that wait come first. Without a stream, wait until another try is due, and subscribe; with one, take what comes: messages and what `sequence` finds out from their numbers. Every end of the stream that may pass is `lost`."
        )
    }

    /// Connects, and subscribes. Returns the number of the latest message, which the server says in the first item.
    async fn subscribe(&self) -> Result<(Stream, u64)> {
        todo!(
            "push: The call itself has no limit, but to wait for its first item has: that of a connection. A server that says something else is of no use."
        )
    }

    /// Notes that it is subscribed, at this number.
    fn subscribed(&mut self, stream: Stream, seq: u64) {
        self.stream = Some(stream);
        self.waits.reset();
        self.notices.push_back(Notice::Subscribed { seq });
        let gap = self.sequence.subscribed(seq);
        self.tell(gap);
    }

    /// Notes that there will be another try; if that makes sense.
    fn lost(&mut self, why: Error) -> Result<()> {
        self.stream = None;
        if !is_passing(&why) {
            return Err(why);
        }
        let wait = self.waits.next();
        self.again = Some(Instant::now() + wait);
        self.notices.push_back(Notice::Lost { why, wait });
        Ok(())
    }

    /// Notes what a number has told.
    fn tell(&mut self, gap: Gap) {
        self.notices.extend(match gap {
            Gap::None => None,
            Gap::Missed(count) => Some(Notice::Missed { count }),
            Gap::Anew(seq) => Some(Notice::Anew { seq }),
        });
    }
}

/// Whether the same may go well a little later.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Connect { .. } | Error::Lost { .. } | Error::Wrong(_) => true,
        Error::Failed(Failure { code, .. }) => matches!(
            *code,
            Code::GOING_AWAY | Code::OVERLOADED | Code::DEADLINE | Code::INTERNAL
        ),
    }
}

/// Returns the error of a server that is of no use.
fn ended(why: &str) -> Error {
    Error::Lost {
        why: why.to_owned(),
        sent: true,
    }
}

#[cfg(test)]
mod tests;
