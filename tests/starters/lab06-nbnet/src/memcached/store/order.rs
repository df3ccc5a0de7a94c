//! The order in which items were used: a doubly linked list, whose links are indices.

/// No index.
const NONE: u32 = u32::MAX;

/// An item's neighbours.
#[expect(dead_code, reason = "stage cache needs it")]
#[derive(Debug, Clone, Copy)]
struct Link {
    /// The one that was used after it.
    newer: u32,
    /// The one that was used before it.
    older: u32,
}

/// Items in the order of their last use. An item is known by its index in the [`Table`](super::table::Table).
#[expect(dead_code, reason = "stage cache needs it")]
#[derive(Debug)]
pub(super) struct Order {
    links: Vec<Link>,
    newest: u32,
    oldest: u32,
}

impl Order {
    pub(super) fn new() -> Self {
        Self {
            links: Vec::new(),
            newest: NONE,
            oldest: NONE,
        }
    }

    /// Puts an item, which is not in the list, at its new end.
    #[expect(dead_code, reason = "stage memcached needs it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn push(&mut self, at: u32) {
        // cache: It is the newest now, and knows the one that was; that one knows it. A first one is the oldest, too.
    }

    /// Takes an item, which is in the list, out of it.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn remove(&mut self, at: u32) {
        // cache: Its neighbours become each other's. At an end of the list, the end moves.
    }

    /// Puts an item, which is in the list, at its new end.
    #[inline]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn renew(&mut self, at: u32) {
        // cache: Out, and in again.
    }

    /// Returns the item that was not used for longest.
    #[expect(dead_code, reason = "stage cache needs it")]
    pub(super) fn oldest(&self) -> Option<u32> {
        // cache: There is none in an empty list.
        None
    }
}
