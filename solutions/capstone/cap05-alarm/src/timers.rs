use std::collections::{BTreeMap, BTreeSet};

use crate::{Key, Name, Time};

/// Something that happens by itself. At the same moment they happen in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// A host may be silent for too long.
    Down(Name),
    /// A series may be.
    Stale(Key),
    /// A silence begins or ends.
    Silence(String),
    /// An alarm may have stopped to flap.
    Steady(Key),
    /// A group has waited.
    Flush(Bucket),
    /// An alarm may be told again.
    Repeat(Key),
}

/// Alarms of which rule wait together, and on which host if that counts.
pub(crate) type Bucket = (Name, Option<Name>);

/// What is to be looked at, and when.
///
/// A timer that comes too early does no harm: whoever is woken looks whether it is time, and if not, arms it again. So a sample, which moves
/// the moment of its series, need not touch its timer.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    queue: BTreeSet<(Time, Timer)>,
    armed: BTreeMap<Timer, Time>,
}

impl Timers {
    /// Makes sure that a timer comes at `due` or before.
    pub(crate) fn arm(&mut self, timer: Timer, due: Time) {
        match self.armed.get(&timer) {
            Some(armed) if *armed <= due => {}
            armed => {
                if let Some(armed) = armed {
                    self.queue.remove(&(*armed, timer.clone()));
                }
                self.armed.insert(timer.clone(), due);
                self.queue.insert((due, timer));
            }
        }
    }

    /// Takes the first that is due before a moment, or at it too if that is `included`.
    pub(crate) fn take(&mut self, moment: Time, included: bool) -> Option<(Time, Timer)> {
        let (due, _) = self.queue.first()?;
        if *due > moment || *due == moment && !included {
            return None;
        }
        let (due, timer) = self.queue.pop_first()?;
        self.armed.remove(&timer);
        Some((due, timer))
    }
}
