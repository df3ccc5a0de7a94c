//! Takes one token after the other.

use super::{Parser, What, Wrong};

impl Parser {
    pub(super) fn peek(&self) -> &What {
        &self.tokens[self.next].what
    }

    pub(super) fn at(&self) -> usize {
        self.tokens[self.next].at
    }

    /// Takes a token; the end is never taken.
    pub(super) fn take(&mut self) -> What {
        let what = self.peek().clone();
        if what != What::End {
            self.next += 1;
        }
        what
    }

    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), What::Sign(found) if *found == sign)
    }

    pub(super) fn take_if(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        self.next += usize::from(is);
        is
    }

    pub(super) fn expect(&mut self, sign: &str, place: &str) -> Result<(), Wrong> {
        match self.take_if(sign) {
            true => Ok(()),
            false => self.wrong(format!(
                "unexpected {} in {place}, expected \"{sign}\"",
                self.peek()
            )),
        }
    }

    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), What::Name(name) if name.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let is = self.is_keyword(keyword);
        self.next += usize::from(is);
        is
    }

    pub(super) fn wrong<T>(&self, why: String) -> Result<T, Wrong> {
        Err((self.at(), why))
    }
}
