//! What an answer means to a download.

use crate::error::{Error, Fault};
use crate::http::Head;
use crate::spans::Span;
use crate::validator::{Change, Validator};

/// What an answer brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The whole file, of a length that may be known.
    Whole(Option<u64>),
    /// A part of a file.
    Part {
        /// What the answer brings, as far as it was asked for.
        part: Span,
        /// The length of the file.
        length: u64,
    },
    /// A part of a file whose length the server does not say.
    Endless,
    /// The file has no bytes.
    Empty,
}

/// Why something did not work.
#[derive(Debug)]
pub enum Trouble {
    /// One request failed. Another may not.
    Fault(Fault),
    /// What was fetched is a part of something that is no more.
    Changed(Change),
    /// Nothing can go on.
    Fatal(Error),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Fatal(error)
    }
}

impl Answer {
    /// Judges an answer by its head: `asked` is the range that was asked for, `known` what earlier answers said.
    ///
    /// # Errors
    /// A fault, or the change when the file is not the same any more.
    pub fn judge(head: &Head, asked: Option<Span>, known: Option<&Validator>) -> Result<Self, Trouble> {
        let (answer, length) = match (head.status, asked) {
            (200, _) => (Self::Whole(head.length), head.length),
            (206, Some(asked)) => match ContentRange::of(head, asked)? {
                ContentRange { length: None, .. } => (Self::Endless, None),
                ContentRange {
                    span,
                    length: Some(length),
                } => {
                    let part = Span::new(span.start, span.end.min(asked.end));
                    (Self::Part { part, length }, Some(length))
                }
            },
            (206, None) => return Err(wrong(head).into()),
            (416, Some(_)) => match unsatisfied(head) {
                Some(0) => (Self::Empty, Some(0)),
                length => {
                    if let Some(change) = known.and_then(|known| known.changed(&Head::default(), length)) {
                        return Err(Trouble::Changed(change));
                    }
                    return Err(head.fault().into());
                }
            },
            _ => return Err(head.fault().into()),
        };
        match known.and_then(|known| known.changed(head, length)) {
            Some(change) => Err(Trouble::Changed(change)),
            None => Ok(answer),
        }
    }
}

/// The header `Content-Range` of a 206.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ContentRange {
    span: Span,
    length: Option<u64>,
}

impl ContentRange {
    /// Reads `bytes FIRST-LAST/LENGTH` or `bytes FIRST-LAST/*`, which must begin where `asked` does.
    ///
    /// Source: RFC 9110, section 14.4.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn of(head: &Head, asked: Span) -> Result<Self, Fault> {
        todo!(
            "ranges: Take the value apart; what is not of this form, or begins elsewhere, is `wrong(head)`."
        )
    }
}

/// Returns the length of the file that a 416 tells: `bytes */LENGTH`.
fn unsatisfied(head: &Head) -> Option<u64> {
    let ("*", length) = bytes(head)? else {
        return None;
    };
    number(length)
}

/// Splits `bytes RANGE/LENGTH`.
fn bytes(head: &Head) -> Option<(&str, &str)> {
    let (unit, value) = head.content_range.as_deref()?.split_once(' ')?;
    let (range, length) = value.trim().split_once('/')?;
    unit.eq_ignore_ascii_case("bytes").then_some((range, length))
}

/// Reads digits alone: `parse` would take a sign, too.
fn number(digits: &str) -> Option<u64> {
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

fn wrong(head: &Head) -> Fault {
    Fault::ContentRange(head.content_range.clone().unwrap_or_else(|| "none".to_owned()))
}
