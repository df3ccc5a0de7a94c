//! Values found by tokens that are never given twice.

use std::fmt;

/// Names a value of a [`Slab`]: its place, and the how-manieth value of this place it is. So an event that was under way when a connection
/// ended finds nothing, even if another connection has its place by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token {
    index: u32,
    generation: u32,
}

impl Token {
    /// The [`Waker`](crate::poller::Waker) of a poller.
    pub const WAKE: Self = Self::new(u32::MAX, 0);
    /// The listener of a server.
    pub const LISTENER: Self = Self::new(u32::MAX, 1);
    /// The signals of a process.
    pub const SIGNALS: Self = Self::new(u32::MAX, 2);

    /// Makes one from its parts.
    pub const fn new(index: u32, generation: u32) -> Self {
        Self { index, generation }
    }

    /// Returns it as the kernel stores it with what is watched.
    pub const fn to_u64(self) -> u64 {
        (self.generation as u64) << 32 | self.index as u64
    }

    /// Returns what [`Token::to_u64`] was given.
    pub const fn from_u64(number: u64) -> Self {
        Self::new(number as u32, (number >> 32) as u32)
    }
}

impl fmt::Display for Token {
    /// Writes `INDEX.GENERATION`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.index, self.generation)
    }
}

/// Values in places that are used again, under tokens that are not.
///
/// ```
/// use nbnet::slab::Slab;
///
/// let mut slab = Slab::default();
/// let first = slab.insert("first");
/// assert_eq!(slab.remove(first), Some("first"));
/// let second = slab.insert("second");
/// assert_eq!(slab.get_mut(first), None);
/// assert_eq!(slab.get_mut(second), Some(&mut "second"));
/// ```
#[derive(Debug)]
pub struct Slab<T> {
    places: Vec<Place<T>>,
    /// The places without a value; the last one is taken next.
    #[expect(dead_code, reason = "`insert` and `remove` will use it")]
    free: Vec<u32>,
    len: usize,
}

#[derive(Debug)]
struct Place<T> {
    /// Which generation is here, or comes next.
    generation: u32,
    value: Option<T>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self {
            places: Vec::new(),
            free: Vec::new(),
            len: 0,
        }
    }
}

impl<T> Slab<T> {
    /// Puts a value in. Returns its token.
    ///
    /// # Panics
    /// If there are 2³² - 1 values already.
    pub fn insert(&mut self, value: T) -> Token {
        self.insert_with(|_| value)
    }

    /// Puts a value in that knows its token. Returns the token.
    ///
    /// # Panics
    /// If there are 2³² - 1 values already.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn insert_with(&mut self, make: impl FnOnce(Token) -> T) -> Token {
        todo!(
            "poller: Take the place that became free last, or a new one behind the last. The token is the place's index and its generation."
        )
    }

    /// Returns the value of a token, unless it was taken out.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn get_mut(&mut self, token: Token) -> Option<&mut T> {
        todo!("poller: The place may be another value's by now: only the same generation is the same value.")
    }

    /// Takes a value out. Its token finds nothing from now on.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn remove(&mut self, token: Token) -> Option<T> {
        todo!(
            "poller: Take the value, count the generation up, and remember that the place is free. A generation that would begin at 0 again ends the place instead."
        )
    }

    /// Returns how many values there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the tokens of all values.
    pub fn tokens(&self) -> impl Iterator<Item = Token> + '_ {
        (0..)
            .zip(&self.places)
            .filter(|(_, place)| place.value.is_some())
            .map(|(index, place)| Token::new(index, place.generation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_the_kernel() {
        for token in [Token::new(7, 9), Token::WAKE, Token::new(0, u32::MAX)] {
            assert_eq!(Token::from_u64(token.to_u64()), token);
        }
    }
}
