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
#[expect(dead_code, reason = "its functions will use them")]
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn arrive(&mut self, key: K) -> bool {
        todo!("exec: There is, as long as fewer run and wait than may do both together.")
    }

    /// Returns who is to run now, if anybody is: they have their place from now on.
    pub fn turn(&mut self) -> Option<K> {
        todo!("exec: The one who has waited longest, if a place is free.")
    }

    /// Takes note that somebody who has a place needs it no more.
    pub fn ended(&mut self) {
        self.running = self.running.saturating_sub(1);
    }

    /// Forgets somebody who waits. Returns whether they did.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn leave(&mut self, key: &K) -> bool {
        todo!("exec: All others keep their order.")
    }
}
