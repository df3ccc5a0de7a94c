//! Where a word begins and ends, and which words are the same.

use std::borrow::Cow;

/// What separates words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// The word boundaries of Unicode; what lies between two of them is a word when it holds a letter or a digit.
    Unicode,
    /// White space; all else belongs to words, punctuation too.
    Whitespace,
}

/// Yields the words of `text` in their order.
///
/// Source: UAX #29, Unicode Text Segmentation, 4 Word Boundaries; for [`Split::Whitespace`] the property White_Space.
///
/// ```
/// use wordcount::words::{Split, words};
///
/// let unicode: Vec<&str> = words("Don't panic, Mr. 42!", Split::Unicode).collect();
/// assert_eq!(unicode, ["Don't", "panic", "Mr", "42"]);
/// let whitespace: Vec<&str> = words("Don't panic, Mr. 42!", Split::Whitespace).collect();
/// assert_eq!(whitespace, ["Don't", "panic,", "Mr.", "42!"]);
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn words(text: &str, split: Split) -> Box<dyn Iterator<Item = &str> + '_> {
    todo!(
        "freq: Box the iterator that the standard library has for white space, or the crate unicode-segmentation for Unicode."
    )
}

/// Folds the case of `word`: two words that differ in nothing but case become the same.
///
/// That is not the same as lower case: `STRASSE` and `Straße` are one word, and so are `ΣΊΣΥΦΟΣ` and `σίσυφος`, whose
/// last letter has a lower case of its own.
///
/// Source: The Unicode Standard, 3.13, toCasefold(X): full case folding, without normalisation.
///
/// ```
/// assert_eq!(wordcount::words::fold("Straße"), wordcount::words::fold("STRASSE"));
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn fold(word: &str) -> Cow<'_, str> {
    todo!(
        "freq: The crate unicase knows Unicode's table of full case folding; lower case alone is not enough."
    )
}
