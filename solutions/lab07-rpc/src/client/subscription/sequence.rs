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
    pub(super) fn subscribed(&mut self, seq: u64) -> Gap {
        // region:push/subscribed What was published while nobody was subscribed was missed. A topic can only count down if its server has forgotten it. Between the two, a topic that has counted anew and is further than before looks like one that has gone on.
        match self.last.replace(seq) {
            Some(last) if seq > last => Gap::Missed(seq - last),
            Some(last) if seq < last => Gap::Anew(seq),
            _ => Gap::None,
        }
        // endregion:push/subscribed
    }

    /// Notes that this message came.
    pub(super) fn message(&mut self, seq: u64) -> Gap {
        // region:push/message The next one is one more than the latest; if it is less, the topic counts anew.
        match self.last.replace(seq) {
            Some(last) if seq <= last => Gap::Anew(seq),
            Some(last) if seq - last > 1 => Gap::Missed(seq - last - 1),
            _ => Gap::None,
        }
        // endregion:push/message
    }
}

// region:push
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_tell_what_was_missed() {
        let mut sequence = Sequence::default();
        for (subscribed, seq, expected) in [
            (true, 4, Gap::None),
            (false, 5, Gap::None),
            (false, 9, Gap::Missed(3)),
            (false, 10, Gap::None),
            (true, 10, Gap::None),
            (true, 12, Gap::Missed(2)),
            (false, 13, Gap::None),
            (true, 2, Gap::Anew(2)),
            (false, 3, Gap::None),
            (false, 3, Gap::Anew(3)),
            (false, u64::MAX, Gap::Missed(u64::MAX - 4)),
            (true, 0, Gap::Anew(0)),
            (true, 0, Gap::None),
        ] {
            let gap = match subscribed {
                true => sequence.subscribed(seq),
                false => sequence.message(seq),
            };
            assert_eq!(gap, expected, "{seq}");
        }
    }
}
// endregion:push
