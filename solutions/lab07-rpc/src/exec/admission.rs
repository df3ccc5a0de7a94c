//! Who runs, who waits, and who is turned away.

use std::collections::VecDeque;

/// So many run at the same time, so many wait in the order in which they came.
///
/// ```
/// use rpc::exec::admission::Admission;
///
/// let mut admission = Admission::new(1, 1);
/// assert!(admission.arrive('a') && admission.arrive('b'));
/// assert!(!admission.arrive('c'));
/// assert_eq!((admission.turn(), admission.turn()), (Some('a'), None));
/// admission.ended();
/// assert_eq!(admission.turn(), Some('b'));
/// ```
#[derive(Debug)]
//~exec #[expect(dead_code, reason = "its functions will use them")]
pub struct Admission<K> {
    at_once: usize,
    queue: usize,
    running: usize,
    waiting: VecDeque<K>,
}

impl<K: PartialEq> Admission<K> {
    /// Lets `at_once` run, one at least, and `queue` wait beside them.
    pub fn new(at_once: usize, queue: usize) -> Self {
        Self {
            at_once: at_once.max(1),
            queue,
            running: 0,
            waiting: VecDeque::new(),
        }
    }

    /// Takes somebody in, who waits until [`Admission::turn`] says that it is their turn. Returns whether there is room for them.
    pub fn arrive(&mut self, key: K) -> bool {
        // region:exec There is, as long as fewer run and wait than may do both together.
        let room = self.running + self.waiting.len() < self.at_once.saturating_add(self.queue);
        if room {
            self.waiting.push_back(key);
        }
        room
        // endregion:exec
    }

    /// Returns who is to run now, if anybody is: they have their place from now on.
    pub fn turn(&mut self) -> Option<K> {
        // region:exec The one who has waited longest, if a place is free.
        if self.running >= self.at_once {
            return None;
        }
        let key = self.waiting.pop_front()?;
        self.running += 1;
        Some(key)
        // endregion:exec
    }

    /// Takes note that somebody who has a place needs it no more.
    pub fn ended(&mut self) {
        self.running = self.running.saturating_sub(1);
    }

    /// Forgets somebody who waits. Returns whether they did.
    pub fn leave(&mut self, key: &K) -> bool {
        // region:exec All others keep their order.
        let place = self.waiting.iter().position(|waiting| waiting == key);
        place.and_then(|place| self.waiting.remove(place)).is_some()
        // endregion:exec
    }
}

// region:exec
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_run_and_others_wait_in_order() {
        let mut admission = Admission::new(2, 2);
        let came: Vec<bool> = (1..=5).map(|key| admission.arrive(key)).collect();
        assert_eq!(came, [true, true, true, true, false]);
        assert_eq!(
            [admission.turn(), admission.turn(), admission.turn()],
            [Some(1), Some(2), None]
        );
        assert!(!admission.arrive(6));
        assert!(admission.leave(&3) && !admission.leave(&3) && !admission.leave(&1));
        assert!(admission.arrive(7));
        admission.ended();
        assert_eq!([admission.turn(), admission.turn()], [Some(4), None]);
        admission.ended();
        admission.ended();
        assert_eq!([admission.turn(), admission.turn()], [Some(7), None]);
    }

    #[test]
    fn somebody_can_always_run() {
        let mut admission = Admission::new(0, 0);
        assert!(admission.arrive('a') && !admission.arrive('b'));
        assert_eq!(admission.turn(), Some('a'));
        assert!(!admission.arrive('b'));
    }
}
// endregion:exec
