//! The order in which items were used: a doubly linked list, whose links are indices.

/// No index.
const NONE: u32 = u32::MAX;

/// An item's neighbours.
//~cache #[expect(dead_code, reason = "stage cache needs it")]
#[derive(Debug, Clone, Copy)]
struct Link {
    /// The one that was used after it.
    newer: u32,
    /// The one that was used before it.
    older: u32,
}

/// Items in the order of their last use. An item is known by its index in the [`Table`](super::table::Table).
//~cache #[expect(dead_code, reason = "stage cache needs it")]
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
    //~memcached #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn push(&mut self, at: u32) {
        // region:cache/push
        let link = Link {
            newer: NONE,
            older: self.newest,
        };
        if at as usize >= self.links.len() {
            self.links.resize(at as usize + 1, link);
        }
        self.links[at as usize] = link;
        match self.newest {
            NONE => self.oldest = at,
            newest => self.links[newest as usize].newer = at,
        }
        self.newest = at;
        //~ // cache: It is the newest now, and knows the one that was; that one knows it. A first one is the oldest, too.
        // endregion:cache/push
    }

    /// Takes an item, which is in the list, out of it.
    pub(super) fn remove(&mut self, at: u32) {
        // region:cache/unlink
        let Link { newer, older } = self.links[at as usize];
        match newer {
            NONE => self.newest = older,
            newer => self.links[newer as usize].older = older,
        }
        match older {
            NONE => self.oldest = newer,
            older => self.links[older as usize].newer = newer,
        }
        //~ // cache: Its neighbours become each other's. At an end of the list, the end moves.
        // endregion:cache/unlink
    }

    /// Puts an item, which is in the list, at its new end.
    #[inline]
    pub(super) fn renew(&mut self, at: u32) {
        // region:cache/renew
        if self.newest != at {
            self.remove(at);
            self.push(at);
        }
        //~ // cache: Out, and in again.
        // endregion:cache/renew
    }

    /// Returns the item that was not used for longest.
    //~cache #[expect(dead_code, reason = "stage cache needs it")]
    pub(super) fn oldest(&self) -> Option<u32> {
        // region:cache/oldest
        (self.oldest != NONE).then_some(self.oldest)
        //~ // cache: There is none in an empty list.
        //~ None
        // endregion:cache/oldest
    }
}

// region:cache
#[cfg(test)]
mod tests {
    use super::*;

    fn drained(order: &mut Order) -> Vec<u32> {
        let mut found = Vec::new();
        while let Some(at) = order.oldest() {
            found.push(at);
            order.remove(at);
        }
        found
    }

    #[test]
    fn the_oldest_is_the_one_that_was_not_used_for_longest() {
        let mut order = Order::new();
        assert_eq!(order.oldest(), None);
        for at in [3, 0, 2, 1] {
            order.push(at);
        }
        order.renew(0);
        order.renew(0);
        order.renew(3);
        order.remove(2);
        assert_eq!(drained(&mut order), [1, 0, 3]);
        order.push(2);
        assert_eq!(drained(&mut order), [2]);
    }
}
// endregion:cache
