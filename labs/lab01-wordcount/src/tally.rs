//! How often each word occurs.

use std::ffi::OsString;
use std::io;
use std::io::Read;

use crate::Error;
use crate::input::Input;
use crate::words::Split;

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
    // And a table of words: what does the standard library have for "how often did I see this"?
}

impl Tally {
    /// Begins a tally of no words.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn new(rules: Rules) -> Tally {
        todo!("freq: An empty table beside the rules.")
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn text(&mut self, text: &[u8]) {
        todo!("freq: String::from_utf8_lossy, words, fold when the rules say so, and one more for each word.")
    }

    /// Adds what another tally under the same rules has counted.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn merge(&mut self, other: Tally) {
        todo!("parallel: Every word of the other table adds its count to ours.")
    }

    /// Ranks the words: the most frequent first, words that are equally frequent by their bytes. Only the first `n` when
    /// `n` says so, otherwise all.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn top(&self, n: Option<usize>) -> Vec<(String, u64)> {
        todo!("freq: Sort by the count downwards, then by the word upwards; only then cut after n.")
    }
}

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
    // Stage parallel: from here a regular file of parallel::WORTHWHILE bytes goes to parallel::tally.
    let _ = threads;
    // Stage stream: call stream::tally(input, tally) in the place of these four lines.
    let mut text = Vec::new();
    let ended = input.read_to_end(&mut text).map(drop);
    tally.text(&text);
    ended
}
