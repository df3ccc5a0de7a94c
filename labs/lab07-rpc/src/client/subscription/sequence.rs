//! What numbers tell of messages that never came.

/// What a number tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing is missing.
    None,
    /// So many messages are.
    Missed(u64),
    /// The topic counts anew, and this is where it is.
    Anew(u64),
}

/// The number of the latest message of a topic.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sequence {
    /// Without one, nothing was missed yet.
    last: Option<u64>,
}

impl Sequence {
    /// Notes that the latest message was this one when the subscription began, or began again.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn subscribed(&mut self, seq: u64) -> Gap {
        todo!(
            "push: What was published while nobody was subscribed was missed. A topic can only count down if its server has forgotten it. Between the two, a topic that has counted anew and is further than before looks like one that has gone on."
        )
    }

    /// Notes that this message came.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn message(&mut self, seq: u64) -> Gap {
        todo!("push: The next one is one more than the latest; if it is less, the topic counts anew.")
    }
}
