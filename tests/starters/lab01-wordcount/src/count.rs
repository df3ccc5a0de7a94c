//! Counting: a text, an input, all that the command line names.

use std::ffi::OsString;
use std::io::Read;
use std::io::{self, Write};
use std::ops::AddAssign;

use crate::Error;
use crate::input::Input;

/// What a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Newline bytes.
    pub lines: u64,
    /// Words, as [`Walk::text`] defines them.
    pub words: u64,
    /// Characters of UTF-8; what is none is not counted.
    pub chars: u64,
    /// Bytes.
    pub bytes: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.lines += other.lines;
        self.words += other.words;
        self.chars += other.chars;
        self.bytes += other.bytes;
    }
}

/// Which numbers are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// `-l`
    pub lines: bool,
    /// `-w`
    pub words: bool,
    /// `-m`
    pub chars: bool,
    /// `-c`
    pub bytes: bool,
}

impl Columns {
    /// No column at all.
    pub const NONE: Columns = Columns {
        lines: false,
        words: false,
        chars: false,
        bytes: false,
    };
    /// What is shown when no column is asked for.
    pub const USUAL: Columns = Columns {
        lines: true,
        words: true,
        chars: false,
        bytes: true,
    };

    /// Counts the columns asked for.
    pub fn shown(self) -> usize {
        [self.lines, self.words, self.chars, self.bytes]
            .into_iter()
            .filter(|&shown| shown)
            .count()
    }
}

/// How to count.
#[derive(Clone, Copy, Debug)]
pub struct Counting {
    /// The numbers asked for; the others may be left at 0 to save time.
    pub columns: Columns,
    /// How many threads may count one file (stage `parallel`).
    pub threads: usize,
}

/// A walk over a text that may come in pieces: what was counted so far, and what must be remembered between pieces.
#[derive(Clone, Copy, Debug)]
pub struct Walk {
    /// The numbers asked for; the others may be left at 0 to save time.
    pub columns: Columns,
    /// What was counted so far.
    pub counts: Counts,
    /// Whether the last piece ended inside a word.
    pub in_word: bool,
}

impl Walk {
    /// Begins a walk that has seen nothing yet.
    pub fn new(columns: Columns) -> Walk {
        Walk {
            columns,
            counts: Counts::default(),
            in_word: false,
        }
    }

    /// Walks over `text`, which goes on where the last piece ended.
    ///
    /// Lines are newline bytes. A character is what [`first`](crate::class::first) calls neither `Invalid` nor `Cut`.
    /// White space ends a word, a graphic character belongs to one; all else neither begins a word nor ends it.
    ///
    /// ```
    /// use wordcount::count::{Columns, Walk};
    ///
    /// let mut walk = Walk::new(Columns::USUAL);
    /// walk.text(b"two wo");
    /// walk.text(b"rds\n");
    /// assert_eq!((walk.counts.lines, walk.counts.words, walk.counts.bytes), (1, 2, 10));
    /// ```
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn text(&mut self, text: &[u8]) {
        todo!("count: Step from character to character (class::first): what does its class say about words?")
    }
}

/// Counts what `input` still holds. Whatever was counted before an error counts, as it does in `wc`.
pub fn count_input(input: &mut Input, how: Counting) -> (Counts, io::Result<()>) {
    let mut walk = Walk::new(how.columns);
    if how.columns
        == (Columns {
            bytes: true,
            ..Columns::NONE
        })
    {
        walk.counts.bytes = input.skip_to_last_page();
    }
    // Stage parallel: from here a regular file of parallel::WORTHWHILE bytes goes to parallel::count.
    // Stage stream: call stream::count(input, &mut walk) in the place of these three lines.
    let mut text = Vec::new();
    let ended = input.read_to_end(&mut text).map(drop);
    walk.text(&text);
    (walk.counts, ended)
}

/// Counts every operand in turn and writes a row for each, then one for the total when there was more than one.
///
/// No operand means standard input, whose row has no name. An operand that cannot be opened gets no row; one that opens
/// but cannot be read to its end gets a row of what was read. Both are told to `complain` at once, and the rest is
/// still counted.
///
/// # Errors
/// [`Error::Write`] when a row could not be written.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn count_files(
    operands: &[OsString],
    how: Counting,
    out: &mut impl Write,
    complain: &mut impl FnMut(Error),
) -> Result<(), Error> {
    todo!(
        "count: Open, count and write a row for one operand after the other (rows::width, count_input, rows::write_row), and add up the total."
    )
}
