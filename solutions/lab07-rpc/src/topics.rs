//! Publish and subscribe: messages of a topic, numbered, to whoever is there.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::code::Code;
use crate::message::Failure;
// region:push
use crate::message::Push;
// endregion:push
use crate::methods::{Call, Listener};

/// The longest name of a topic, in bytes.
const LONGEST_NAME: usize = 255;

/// The most topics. Each is kept for ever, for its number must not begin anew.
const MOST_TOPICS: usize = 65_536;

/// The topics of a server.
///
/// ```
/// use rpc::topics::Topics;
///
/// let topics = Topics::default();
/// let published = topics.publish("news", b"1").unwrap();
/// assert_eq!((published.seq, published.subscribers), (1, 0));
/// ```
#[derive(Default)]
pub struct Topics {
    /// It is locked while a message goes to all, so that all see all messages in the same order.
    topics: Mutex<HashMap<Box<str>, Topic>>,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Which message of its topic it is.
    pub seq: u64,
    /// How many have subscribed. Those of them that do not keep up miss it.
    pub subscribers: usize,
}

#[derive(Default)]
//~push #[expect(dead_code, reason = "`publish` and `subscribe` will use what is in it")]
struct Topic {
    /// The number of the last message.
    seq: u64,
    /// The calls that have subscribed, in their order.
    subscribers: BTreeMap<u64, Arc<Call>>,
    /// How many have subscribed so far.
    count: u64,
}

impl Topics {
    /// Sends a message to all who have subscribed to a topic. Nobody is waited for: whose connection has no room misses it, and sees by the
    /// number of the next one that it did.
    ///
    /// # Errors
    /// [`Failure`], if the topic is new and no topic can be.
    pub fn publish(&self, name: &str, body: &[u8]) -> Result<Published, Failure> {
        let mut topics = self.lock();
        let topic = topic(&mut topics, name)?;
        // region:push Count up. Encode the payload once, and push it to every subscriber; what becomes of it there is their matter.
        topic.seq += 1;
        let seq = topic.seq;
        let mut payload = Vec::new();
        Push { seq, body }.encode(&mut payload);
        for call in topic.subscribers.values() {
            // It may be over, and not be forgotten yet.
            let _ = call.push(&payload);
        }
        Ok(Published {
            seq,
            subscribers: topic.subscribers.len(),
        })
        // endregion:push
    }

    /// Lets a call have all messages of a topic from now on. Its first item is `{"seq":N}`, with the number of the last message before.
    ///
    /// # Errors
    /// [`Failure`], if the topic is new and no topic can be, or the connection of the call has no room.
    pub fn subscribe(self: &Arc<Self>, name: &str, call: Arc<Call>) -> Result<Subscription, Failure> {
        let mut topics = self.lock();
        let topic = topic(&mut topics, name)?;
        let full = Failure::new(Code::OVERLOADED, "the connection has no room");
        // region:push The item must be before the first message, and no message may be lost between: under the same lock. If it cannot be sent, the connection is `full`; if the call is over, all is well, since the subscription will be dropped. Then the call is among the subscribers, by a key that nobody had.
        let first = format!("{{\"seq\":{}}}", topic.seq);
        if call.try_send(first.as_bytes()) == Ok(false) {
            return Err(full);
        }
        let key = topic.count;
        topic.count += 1;
        topic.subscribers.insert(key, Arc::clone(&call));
        Ok(Subscription {
            topics: Arc::clone(self),
            name: name.into(),
            key,
            call,
        })
        // endregion:push
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Topic>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns a topic, which is made when it is first named.
fn topic<'a>(topics: &'a mut HashMap<Box<str>, Topic>, name: &str) -> Result<&'a mut Topic, Failure> {
    if !topics.contains_key(name) {
        if !(1..=LONGEST_NAME).contains(&name.len()) {
            return Err(Failure::bad_params(format!(
                "the name of a topic has 1 to {LONGEST_NAME} bytes"
            )));
        }
        if topics.len() >= MOST_TOPICS {
            return Err(Failure::new(
                Code::OVERLOADED,
                format!("there are {MOST_TOPICS} topics already"),
            ));
        }
    }
    Ok(topics.entry(name.into()).or_default())
}

/// A call that has subscribed, until this is dropped.
//~push #[expect(dead_code, reason = "`subscribe` will make one")]
pub struct Subscription {
    topics: Arc<Topics>,
    name: Box<str>,
    key: u64,
    call: Arc<Call>,
}

impl Listener for Subscription {
    fn drain(&mut self) {
        // region:push It would never end by itself: it fails as GOING_AWAY, `shutting down`.
        self.call.fail(Failure::new(Code::GOING_AWAY, "shutting down"));
        // endregion:push
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // region:push Take the call out of its topic.
        if let Some(topic) = self.topics.lock().get_mut(&self.name) {
            topic.subscribers.remove(&self.key);
        }
        // endregion:push
    }
}
