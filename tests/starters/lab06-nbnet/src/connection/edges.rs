//! What an edge trigger changes: something is reported once, so what was reported and is not used up must be remembered.

use super::Connection;
use crate::poller::{Interest, Trigger};
use crate::service::Service;

impl<S: Service> Connection<S> {
    /// Returns what it is to be watched for.
    pub(crate) fn interest(&self, trigger: Trigger) -> Interest {
        match trigger {
            Trigger::Level => Interest {
                read: self.wants_to_read(),
                write: self.has_unsent(),
            },
            Trigger::Edge => self.interest_in_edges(),
        }
    }

    /// Returns what it is to be watched for with an edge trigger.
    fn interest_in_edges(&self) -> Interest {
        todo!(
            "triggers: A report that comes while nobody wants it is remembered in `readable` and `writable`. So watch for everything, always: then the poller need never be told again."
        )
    }

    /// Notes that a read has brought something. With a level trigger the poller says so if there is more, and others have their turn until
    /// then.
    pub(super) fn has_read(&mut self, trigger: Trigger) {
        self.readable = match trigger {
            // A connection that ends with its server has one more turn, and no poller knows of what the transport keeps.
            Trigger::Level => self.ending || self.transport.has_unread(),
            Trigger::Edge => self.has_more_behind_an_edge(),
        };
    }

    /// Returns whether another read may bring something, after one that has.
    fn has_more_behind_an_edge(&self) -> bool {
        todo!(
            "triggers: One report may stand for any number of bytes. Which read has found the last of them? Only one that found nothing."
        )
    }

    /// Returns whether it reads on without another report.
    pub(super) fn reads_on(&self) -> bool {
        if !self.readable {
            return false;
        }
        todo!(
            "triggers: What can be read may not be wanted now, or ever again: then it must not be tried again and again."
        )
    }
}
