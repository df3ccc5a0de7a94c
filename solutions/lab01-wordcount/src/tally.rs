//! How often each word occurs.

// region:freq
use std::collections::HashMap;
// endregion:freq
use std::ffi::OsString;
use std::io;
//~stream use std::io::Read;

// region:freq
use rustc_hash::FxBuildHasher;
// endregion:freq

use crate::Error;
use crate::input::Input;
use crate::words::Split;
// region:freq
use crate::words::{fold, words};
// endregion:freq

/// What counts as a word, and which words are the same.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// What separates words.
    pub split: Split,
    /// Whether words that differ in nothing but case are the same.
    pub fold_case: bool,
}

/// How often each word occurred so far.
#[derive(Debug)]
pub struct Tally {
    rules: Rules,
    // region:freq
    //~ // And a table of words: what does the standard library have for "how often did I see this"?
    /// Words of at most 15 bytes, which most words are, packed into numbers: no pointer to follow, nothing to free.
    short: HashMap<u128, u64, FxBuildHasher>,
    /// All other words. The hash is quick and foreseeable: whoever made words collide would slow down nobody but the
    /// user who counts them.
    long: HashMap<Box<str>, u64, FxBuildHasher>,
    // endregion:freq
}

impl Tally {
    /// Begins a tally of no words.
    pub fn new(rules: Rules) -> Tally {
        // region:freq An empty table beside the rules.
        Tally {
            rules,
            short: HashMap::default(),
            long: HashMap::default(),
        }
        // endregion:freq
    }

    /// Tells what counts as a word here.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// Adds the words of `text`, which begins and ends where no word is cut.
    ///
    /// Bytes that are no UTF-8 are read as U+FFFD, the replacement character.
    ///
    /// ```
    /// use wordcount::{tally::{Rules, Tally}, words::Split};
    ///
    /// let mut tally = Tally::new(Rules { split: Split::Unicode, fold_case: true });
    /// tally.text("The cat, the hat.".as_bytes());
    /// assert_eq!(tally.top(Some(2)), [("the".to_owned(), 2), ("cat".to_owned(), 1)]);
    /// ```
    pub fn text(&mut self, text: &[u8]) {
        // region:freq String::from_utf8_lossy, words, fold when the rules say so, and one more for each word.
        match self.rules.split {
            Split::Unicode => self.any_words(text),
            Split::Whitespace => self.plain_words(text),
        }
        // endregion:freq
    }

    /// Adds what another tally under the same rules has counted.
    pub fn merge(&mut self, other: Tally) {
        // region:parallel Every word of the other table adds its count to ours.
        if self.short.is_empty() && self.long.is_empty() {
            *self = other;
            return;
        }
        for (word, count) in other.short {
            *self.short.entry(word).or_default() += count;
        }
        for (word, count) in other.long {
            *self.long.entry(word).or_default() += count;
        }
        // endregion:parallel
    }

    /// Ranks the words: the most frequent first, words that are equally frequent by their bytes. Only the first `n` when
    /// `n` says so, otherwise all.
    pub fn top(&self, n: Option<usize>) -> Vec<(String, u64)> {
        // region:freq Sort by the count downwards, then by the word upwards; only then cut after n.
        let counts = || self.short.values().chain(self.long.values()).copied();
        let enough = match n {
            Some(0) => return Vec::new(),
            Some(n) => least_of_the_largest(counts().collect(), n),
            None => 0,
        };
        let short = self.short.iter().filter(|(_, count)| **count >= enough);
        let long = self.long.iter().filter(|(_, count)| **count >= enough);
        let mut ranking: Vec<(String, u64)> = short
            .map(|(&word, &count)| (unpack(word), count))
            .chain(long.map(|(word, &count)| (word.to_string(), count)))
            .collect();
        ranking.sort_unstable_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
        ranking.truncate(n.unwrap_or(usize::MAX));
        ranking
        // endregion:freq
    }
    // region:freq

    /// Adds words between white space without decoding those that are short and ASCII.
    fn plain_words(&mut self, text: &[u8]) {
        let mut rest = text;
        while let Some((&byte, after)) = rest.split_first() {
            if is_space(byte) {
                rest = after;
            } else if let Some((word, length)) = packed_word(rest) {
                let word = if self.rules.fold_case { lower(word) } else { word };
                *self.short.entry(word).or_default() += 1;
                rest = &rest[length..];
            } else {
                let end = rest.iter().position(|&byte| is_space(byte)).unwrap_or(rest.len());
                self.any_words(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }

    /// Adds words of any kind.
    fn any_words(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        for word in words(&text, self.rules.split) {
            if self.rules.fold_case {
                self.add(&fold(word));
            } else {
                self.add(word);
            }
        }
    }

    fn add(&mut self, word: &str) {
        if word.len() < PACKED {
            *self.short.entry(pack(word.as_bytes())).or_default() += 1;
        } else if let Some(count) = self.long.get_mut(word) {
            *count += 1;
        } else {
            self.long.insert(word.into(), 1);
        }
    }
    // endregion:freq
}
// region:freq

/// Bytes in a number: a word's own and, in the last one, its length.
const PACKED: usize = size_of::<u128>();

/// A byte of 1 in each place of a number.
const ONES: u128 = u128::MAX / 0xFF;

/// Packs a word of at most 15 bytes.
fn pack(word: &[u8]) -> u128 {
    let mut bytes = [0; PACKED];
    bytes[..word.len()].copy_from_slice(word);
    bytes[PACKED - 1] = word.len() as u8;
    u128::from_le_bytes(bytes)
}

fn unpack(packed: u128) -> String {
    let bytes = packed.to_le_bytes();
    let word = &bytes[..usize::from(bytes[PACKED - 1])];
    str::from_utf8(word).expect("only text is packed").to_owned()
}

/// Packs the word that `text` begins with, if it is short, ASCII and ends in white space within `text`.
fn packed_word(text: &[u8]) -> Option<(u128, usize)> {
    let window = u128::from_le_bytes(*text.first_chunk()?);
    // Sets the highest bit of each byte below '!' or above 0x7F: the subtraction borrows in the former, the latter have
    // it already. A borrow disturbs only the bytes after the first one found, which is the one that matters.
    let stops = (window.wrapping_sub(ONES * u128::from(b'!')) | window) & (ONES << 7);
    let length = stops.trailing_zeros() as usize / 8;
    if length < PACKED && is_space(text[length]) {
        let word = window & ((1 << (8 * length)) - 1);
        Some((word + ((length as u128) << 120), length))
    } else {
        None
    }
}

/// Makes lower case of every A to Z in a packed word of ASCII; its length, at most 15, is no letter.
fn lower(word: u128) -> u128 {
    let from_a = word + ONES * u128::from(0x80 - b'A');
    let past_z = word + ONES * u128::from(0x7F - b'Z');
    let upper = from_a & !past_z & (ONES << 7);
    word + (upper >> 2)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Finds the `n`th largest count: no word with a smaller one is among the first `n`.
fn least_of_the_largest(mut counts: Vec<u64>, n: usize) -> u64 {
    if n >= counts.len() {
        return 0;
    }
    *counts.select_nth_unstable_by(n - 1, |a, b| b.cmp(a)).1
}
// endregion:freq

/// Tallies every operand in turn; no operand means standard input. What cannot be opened or read is told to `complain`,
/// and the rest is still tallied.
pub fn tally_files(
    operands: &[OsString],
    rules: Rules,
    threads: usize,
    complain: &mut impl FnMut(Error),
) -> Tally {
    let mut tally = Tally::new(rules);
    let mut add = |opened: Result<Input, Error>| match opened {
        Ok(mut input) => {
            if let Err(source) = tally_input(&mut input, threads, &mut tally) {
                complain(input.read_error(source));
            }
        }
        Err(error) => complain(error),
    };
    if operands.is_empty() {
        add(Input::standard());
    }
    for operand in operands {
        add(Input::open(operand));
    }
    tally
}

/// Tallies what `input` still holds.
///
/// # Errors
/// The first error of reading; what was read before it has been tallied.
pub fn tally_input(input: &mut Input, threads: usize, tally: &mut Tally) -> io::Result<()> {
    // region:parallel
    //~ // Stage parallel: from here a regular file of parallel::WORTHWHILE bytes goes to parallel::tally.
    //~ let _ = threads;
    if let Some(unread) = input.unread()
        && threads > 1
        && unread.end - unread.start >= crate::parallel::WORTHWHILE
    {
        return crate::parallel::tally(input, unread, threads, tally);
    }
    // endregion:parallel
    // region:stream
    //~ // Stage stream: call stream::tally(input, tally) in the place of these four lines.
    //~ let mut text = Vec::new();
    //~ let ended = input.read_to_end(&mut text).map(drop);
    //~ tally.text(&text);
    //~ ended
    crate::stream::tally(input, tally)
    // endregion:stream
}
