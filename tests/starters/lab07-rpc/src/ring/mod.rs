//! Which node a key belongs to, so that few keys move when nodes come and go, and no node has many more than others.
//!
//! Source: Karger and others, "Consistent hashing and random trees", STOC 1997; Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing with
//! bounded loads", 2016.

mod hash;
mod load;

pub use hash::hash;
pub use load::Load;

/// How many points a node has if nobody says otherwise. With so many the shares of most nodes differ by a tenth.
pub const POINTS: u32 = 128;

/// Nodes on a circle of hashes. A node has many points on it; a key belongs to the node whose point is the next one from its own hash on, upwards
/// and around.
///
/// A ring depends on the names alone: every process, on any machine and given the names in any order, has the same one.
///
/// ```
/// use rpc::ring::{POINTS, Ring};
///
/// let ring = Ring::new(&["a:1", "b:1", "c:1"], POINTS);
/// let owner = ring.owner(b"user 7").unwrap();
/// // The node is down: its keys go to others, and all other keys stay where they are.
/// let other = ring.place(b"user 7", |node| node != owner).unwrap();
/// assert_ne!(owner, other);
/// ```
#[derive(Debug, Clone)]
pub struct Ring {
    /// In the order of their hashes.
    points: Vec<Point>,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    hash: u64,
    /// The node's place among the names.
    node: u32,
}

impl Ring {
    /// Makes one of nodes with so many points each. Nodes are numbered from 0 on, as they stand in `names`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn new<N: AsRef<str>>(names: &[N], points: u32) -> Self {
        todo!(
            "pool: Point number i of the node `a` has the hash of `a#i`, i from 0 on. Sort by hash; where two are equal the lesser name comes first, in whichever order the names were given."
        )
    }

    /// Returns the node to which a key belongs, or `None` if there is no node.
    pub fn owner(&self, key: &[u8]) -> Option<usize> {
        self.place(key, |_| true)
    }

    /// Returns the first node that has room, from the key's owner on and around; or `None` if no node has.
    ///
    /// `has_room` says which nodes can be had: those that are not down, and not full. It may be asked about a node more than once.
    #[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
    pub fn place(&self, key: &[u8], mut has_room: impl FnMut(usize) -> bool) -> Option<usize> {
        todo!(
            "pool: Search the first point whose hash is not below the key's; behind the last point comes the first."
        )
    }
}

#[cfg(test)]
mod tests;
