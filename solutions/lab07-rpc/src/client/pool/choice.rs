//! Which address gets a call: decided by what is known of all of them, without a connection.

use std::sync::Arc;

use super::Failed;
use super::member::Member;
use crate::client::Multiplex;
use crate::error::Error;
use crate::ring::{Load, Ring};

/// How it stands with an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Candidate {
    /// It takes calls.
    Up {
        /// How many are under way.
        load: usize,
    },
    /// It is not known yet.
    New,
    /// Its latest try has failed.
    Down,
}

/// Whom to call.
pub(super) enum Choice {
    /// The member with this number, on this connection.
    Take(usize, Multiplex),
    /// Nobody yet.
    Wait,
    /// Nobody: why the first of them cannot be had.
    Nobody(Failed),
}

/// Among whom to choose.
pub(super) struct Scope<'a> {
    /// All of them.
    pub(super) candidates: &'a [Candidate],
    /// Those that have failed already.
    pub(super) tried: &'a [usize],
}

impl Scope<'_> {
    /// Returns who has the fewest calls under way. Where several have as few, they take turns.
    pub(super) fn least(&self, turn: usize) -> Option<usize> {
        // region:pool/least Begin to look at the candidate whose turn it is, and go around: of equals the first is the least.
        let count = self.candidates.len();
        (0..count)
            .map(|step| (turn % count + step) % count)
            .filter_map(|at| Some((self.load(at)?, at)))
            .min_by_key(|&(load, _)| load)
            .map(|(_, at)| at)
        // endregion:pool/least
    }

    /// Returns to whom a key belongs. Who has too much to do already is passed over on the ring.
    pub(super) fn by_key(&self, ring: &Ring, load: Load, key: &[u8]) -> Option<usize> {
        // region:pool/by_key The capacity is that of all calls under way and this one, divided among those who are up and untried. They always have room for one more together.
        let loads = || (0..self.candidates.len()).filter_map(|at| self.load(at));
        let capacity = load.capacity(loads().sum::<usize>() + 1, loads().count());
        ring.place(key, |at| self.load(at).is_some_and(|load| load < capacity))
        // endregion:pool/by_key
    }

    /// Returns the load of a candidate that can be had.
    fn load(&self, at: usize) -> Option<usize> {
        match self.candidates[at] {
            Candidate::Up { load } if !self.tried.contains(&at) => Some(load),
            _ => None,
        }
    }

    /// Returns what to do when this one was chosen, or nobody was.
    pub(super) fn choice(&self, at: Option<usize>, members: &[Arc<Member>]) -> Choice {
        if let Some(at) = at {
            return match members[at].client() {
                Some(client) => Choice::Take(at, client),
                // It was lost just now.
                None => Choice::Wait,
            };
        }
        if self.candidates.contains(&Candidate::New) {
            return Choice::Wait;
        }
        let first = members.iter().find_map(|member| {
            let peer = Some(Arc::clone(&member.address));
            Some(Failed {
                peer,
                error: member.why()?,
            })
        });
        Choice::Nobody(first.unwrap_or(Failed {
            peer: None,
            error: Error::Connect {
                why: "no server is connected".to_owned(),
            },
        }))
    }
}

// region:pool
#[cfg(test)]
mod tests {
    use super::*;
    use crate::ring::POINTS;

    const UP: Candidate = Candidate::Up { load: 0 };

    fn up(load: usize) -> Candidate {
        Candidate::Up { load }
    }

    #[test]
    fn the_least_loaded_is_chosen_and_equals_take_turns() {
        for (candidates, tried, expected) in [
            (vec![up(3), up(1), up(2)], vec![], [1, 1, 1]),
            (vec![up(3), up(1), up(2)], vec![1], [2, 2, 2]),
            (vec![UP, UP, UP], vec![], [0, 1, 2]),
            (vec![UP, Candidate::Down, UP], vec![], [0, 2, 2]),
            (vec![up(1), Candidate::New, up(1)], vec![0], [2, 2, 2]),
        ] {
            let scope = Scope {
                candidates: &candidates,
                tried: &tried,
            };
            let chosen = [0, 1, 2].map(|turn| scope.least(turn).unwrap());
            assert_eq!(chosen, expected, "{candidates:?} without {tried:?}");
        }
        for candidates in [vec![], vec![Candidate::Down, Candidate::New]] {
            let scope = Scope {
                candidates: &candidates,
                tried: &[],
            };
            assert_eq!(scope.least(7), None, "{candidates:?}");
        }
    }

    #[test]
    fn a_key_stays_with_its_owner_until_that_is_down_tried_or_full() {
        let ring = Ring::new(&["a", "b", "c"], POINTS);
        let owner = ring.owner(b"key").unwrap();
        let second = ring.place(b"key", |at| at != owner).unwrap();
        let third = 3 - owner - second;
        let by_key = |loads: [Candidate; 3], tried: &[usize]| {
            let mut candidates = [Candidate::Down; 3];
            for (at, load) in [owner, second, third].into_iter().zip(loads) {
                candidates[at] = load;
            }
            let scope = Scope {
                candidates: &candidates,
                tried,
            };
            scope.by_key(&ring, Load::default(), b"key")
        };
        assert_eq!(by_key([UP, UP, UP], &[]), Some(owner));
        assert_eq!(by_key([Candidate::Down, UP, UP], &[]), Some(second));
        assert_eq!(by_key([Candidate::New, up(5), up(5)], &[]), Some(second));
        assert_eq!(by_key([UP, UP, UP], &[owner]), Some(second));
        // 16 calls and this one: ceil(1.25 * 17 / 3) is 8.
        assert_eq!(by_key([up(7), up(4), up(5)], &[]), Some(owner));
        assert_eq!(by_key([up(8), up(4), up(4)], &[]), Some(second));
        assert_eq!(by_key([up(8), up(8), UP], &[]), Some(third));
        assert_eq!(by_key([Candidate::Down; 3], &[]), None);
    }
}
// endregion:pool
