//! Counting: a text, an input, all that the command line names.

// region:count
use std::ffi::OsStr;
// endregion:count
use std::ffi::OsString;
//~stream use std::io::Read;
use std::io::{self, Write};
use std::ops::AddAssign;

use crate::Error;
// region:count
use crate::class::{Class, first, of_ascii};
// endregion:count
use crate::input::Input;
// region:count
use crate::{input, rows};
// endregion:count

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

// region:given/walk
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
// endregion:given/walk

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
    pub fn text(&mut self, text: &[u8]) {
        // region:count Step from character to character (class::first): what does its class say about words?
        self.counts.bytes += text.len() as u64;
        if self.columns.lines {
            self.counts.lines += memchr::memchr_iter(b'\n', text).count() as u64;
        }
        if !self.columns.words && !self.columns.chars {
            return;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let plain = self.plain_blocks(rest);
            rest = &rest[plain..];
            rest = self.characters(rest, BLOCK);
        }
        // endregion:count
    }
    // region:count

    /// Counts whole blocks in which each byte is a graphic character of ASCII or white space, as most of most texts
    /// is. There is no branch that depends on a byte, so the compiler makes vector instructions of it. Says how many
    /// bytes it took.
    fn plain_blocks(&mut self, text: &[u8]) -> usize {
        let (blocks, _) = text.as_chunks::<BLOCK>();
        let mut taken = 0;
        for block in blocks {
            let mut spaces = [0; BLOCK];
            let mut silent = 0;
            for (space, &byte) in spaces.iter_mut().zip(block) {
                *space = u8::from(byte == b' ') | u8::from(byte.wrapping_sub(b'\t') < 5);
                silent |= u8::from(byte.wrapping_sub(b' ') > b'~' - b' ') & !*space;
            }
            if silent != 0 {
                break;
            }
            let first = u8::from(!self.in_word) & (spaces[0] ^ 1);
            let begins: u8 = spaces
                .iter()
                .zip(&spaces[1..])
                .map(|(before, here)| before & (here ^ 1))
                .sum();
            self.counts.words += u64::from(first + begins);
            self.counts.chars += BLOCK as u64;
            self.in_word = spaces[BLOCK - 1] == 0;
            taken += BLOCK;
        }
        taken
    }

    /// Counts character by character until at least `enough` bytes are taken, and says what is left.
    fn characters<'t>(&mut self, text: &'t [u8], enough: usize) -> &'t [u8] {
        let mut at = 0;
        while at < text.len().min(enough) {
            let (class, length) = if text[at] < 0x80 {
                (of_ascii(text[at]), 1)
            } else {
                first(&text[at..])
            };
            at += length;
            match class {
                Class::Space => self.in_word = false,
                Class::Graphic => {
                    self.counts.words += u64::from(!self.in_word);
                    self.in_word = true;
                }
                Class::Silent => {}
                Class::Invalid | Class::Cut => continue,
            }
            self.counts.chars += 1;
        }
        &text[at..]
    }
    // endregion:count
}
// region:count

/// Bytes that are counted at a time; at most 127 words begin in them, which a byte holds.
const BLOCK: usize = 128;
// endregion:count

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
    // region:parallel
    //~ // Stage parallel: from here a regular file of parallel::WORTHWHILE bytes goes to parallel::count.
    if let Some(unread) = input.unread()
        && how.threads > 1
        && unread.end - unread.start >= crate::parallel::WORTHWHILE
    {
        let ended = crate::parallel::count(input, unread, how.threads, &mut walk);
        return (walk.counts, ended);
    }
    // endregion:parallel
    // region:stream
    //~ // Stage stream: call stream::count(input, &mut walk) in the place of these three lines.
    //~ let mut text = Vec::new();
    //~ let ended = input.read_to_end(&mut text).map(drop);
    //~ walk.text(&text);
    let ended = crate::stream::count(input, &mut walk);
    // endregion:stream
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
pub fn count_files(
    operands: &[OsString],
    how: Counting,
    out: &mut impl Write,
    complain: &mut impl FnMut(Error),
) -> Result<(), Error> {
    // region:count Open, count and write a row for one operand after the other (rows::width, count_input, rows::write_row), and add up the total.
    let width = rows::width(how.columns, &input::about_each(operands));
    let mut row = |counts: Counts, name: Option<&OsStr>| {
        rows::write_row(out, counts, how.columns, width, name).map_err(Error::Write)
    };
    let mut count = |opened: Result<Input, Error>| {
        let mut input = opened.map_err(&mut *complain).ok()?;
        let (counts, ended) = count_input(&mut input, how);
        if let Err(source) = ended {
            complain(input.read_error(source));
        }
        Some(counts)
    };
    if operands.is_empty() {
        return count(Input::standard()).map_or(Ok(()), |counts| row(counts, None));
    }
    let mut total = Counts::default();
    for operand in operands {
        if let Some(counts) = count(Input::open(operand)) {
            row(counts, Some(operand))?;
            total += counts;
        }
    }
    if operands.len() > 1 {
        row(total, Some(OsStr::new("total")))?;
    }
    Ok(())
    // endregion:count
}
