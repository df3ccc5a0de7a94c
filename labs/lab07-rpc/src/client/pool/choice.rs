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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn least(&self, turn: usize) -> Option<usize> {
        todo!(
            "pool: Begin to look at the candidate whose turn it is, and go around: of equals the first is the least."
        )
    }

    /// Returns to whom a key belongs. Who has too much to do already is passed over on the ring.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn by_key(&self, ring: &Ring, load: Load, key: &[u8]) -> Option<usize> {
        todo!(
            "pool: The capacity is that of all calls under way and this one, divided among those who are up and untried. They always have room for one more together."
        )
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
