//! Adaptors over any iterator that do nothing until they are pulled, and then no more than they must.
//!
//! The standard library has them all (`map`, `filter`, `step_by`, `take_while`). These have other names so that they do
//! not hide those; build them from `next` and `next_back` of the iterator inside, not from the standard ones.

/// Gives every iterator the adaptors of this module.
pub trait Lazy: Iterator + Sized {
    // region:given/mapped
    /// Yields what `change` makes of each item.
    fn mapped<T, F: FnMut(Self::Item) -> T>(self, change: F) -> Mapped<Self, F> {
        Mapped { inner: self, change }
    }
    // endregion:given/mapped

    /// Yields the items that `keep` is true for.
    fn filtered<F: FnMut(&Self::Item) -> bool>(self, keep: F) -> Filtered<Self, F> {
        Filtered { inner: self, keep }
    }

    /// Yields the first item and from then on every `step`th one.
    ///
    /// # Panics
    /// Panics when `step` is 0.
    fn stepped(self, step: usize) -> Stepped<Self> {
        assert!(step > 0, "a step of 0 never gets anywhere");
        Stepped {
            inner: self,
            step,
            begun: false,
        }
    }

    /// Yields items until `go` is false for one; that one is lost, and nothing comes after it.
    fn taken_while<F: FnMut(&Self::Item) -> bool>(self, go: F) -> TakenWhile<Self, F> {
        TakenWhile {
            inner: self,
            go,
            done: false,
        }
    }
}

impl<I: Iterator> Lazy for I {}

/// See [`Lazy::mapped`].
//~range #[expect(dead_code, reason = "delete this line once the iterator below uses the fields")]
#[derive(Clone, Debug)]
pub struct Mapped<I, F> {
    inner: I,
    change: F,
}

impl<I: Iterator, T, F: FnMut(I::Item) -> T> Iterator for Mapped<I, F> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        // region:range Pull one item from inside and change it.
        self.inner.next().map(&mut self.change)
        // endregion:range
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // region:range As many as there are inside.
        self.inner.size_hint()
        // endregion:range
    }
}

impl<I: DoubleEndedIterator, T, F: FnMut(I::Item) -> T> DoubleEndedIterator for Mapped<I, F> {
    fn next_back(&mut self) -> Option<T> {
        // region:range The same from the other end.
        self.inner.next_back().map(&mut self.change)
        // endregion:range
    }
}

impl<I: ExactSizeIterator, T, F: FnMut(I::Item) -> T> ExactSizeIterator for Mapped<I, F> {}

/// See [`Lazy::filtered`].
//~range #[expect(dead_code, reason = "delete this line once the iterator below uses the fields")]
#[derive(Clone, Debug)]
pub struct Filtered<I, F> {
    inner: I,
    keep: F,
}

impl<I: Iterator, F: FnMut(&I::Item) -> bool> Iterator for Filtered<I, F> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        // region:range Pull until an item is worth keeping.
        loop {
            let item = self.inner.next()?;
            if (self.keep)(&item) {
                return Some(item);
            }
        }
        // endregion:range
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // region:range Perhaps none is kept, at most all.
        (0, self.inner.size_hint().1)
        // endregion:range
    }
}

impl<I: DoubleEndedIterator, F: FnMut(&I::Item) -> bool> DoubleEndedIterator for Filtered<I, F> {
    fn next_back(&mut self) -> Option<I::Item> {
        // region:range The same from the other end.
        loop {
            let item = self.inner.next_back()?;
            if (self.keep)(&item) {
                return Some(item);
            }
        }
        // endregion:range
    }
}

/// See [`Lazy::stepped`].
//~range #[expect(dead_code, reason = "delete this line once the iterator below uses the fields")]
#[derive(Clone, Debug)]
pub struct Stepped<I> {
    inner: I,
    step: usize,
    begun: bool,
}

impl<I: Iterator> Iterator for Stepped<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        // region:range The first pull takes the first item, each later one skips step - 1 items before it takes one.
        let skipped = if self.begun { self.step - 1 } else { 0 };
        self.begun = true;
        self.inner.nth(skipped)
        // endregion:range
    }
}

/// See [`Lazy::taken_while`].
//~range #[expect(dead_code, reason = "delete this line once the iterator below uses the fields")]
#[derive(Clone, Debug)]
pub struct TakenWhile<I, F> {
    inner: I,
    go: F,
    done: bool,
}

impl<I: Iterator, F: FnMut(&I::Item) -> bool> Iterator for TakenWhile<I, F> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        // region:range After the first item that is refused nothing is pulled any more.
        if self.done {
            return None;
        }
        let item = self.inner.next().filter(&mut self.go);
        self.done = item.is_none();
        item
        // endregion:range
    }
}
