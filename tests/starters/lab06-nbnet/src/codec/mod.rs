//! Where a request ends: decoders that look at bytes and know nothing else.

mod frame;
mod line;
mod ten;

pub use frame::Frame;
pub use line::Line;
pub use ten::Ten;

/// What stands at the front of the bytes that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decode {
    /// A part of a header.
    Header {
        /// How many bytes of it are missing, at the least.
        missing: usize,
    },
    /// A header and a part of its body.
    Body {
        /// How many bytes of it are missing.
        missing: usize,
    },
    /// A whole request.
    Whole {
        /// How long its header is, in bytes.
        header: usize,
        /// How long the body behind it is.
        body: usize,
    },
}

/// Why the bytes that came can never become a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The announced body is longer than it may be.
    #[error("a frame of {length} bytes is longer than the limit of {limit}")]
    Long {
        /// How long, in bytes.
        length: u64,
        /// How long it may be.
        limit: usize,
    },
    /// The header has something else than digits in it.
    #[error("a header must be ten decimal digits")]
    Digits,
    /// A line has no end within its limit.
    #[error("a line is longer than the limit of {limit}")]
    Line {
        /// How long it may be, in bytes, without its end.
        limit: usize,
    },
}

/// A header of a fixed length that says how long the body is.
pub trait Header: Send + Sync + 'static {
    /// How long the header is, in bytes.
    const LENGTH: usize;

    /// Returns the length of the body in bytes. `header` are the first [`Header::LENGTH`] bytes, or those of them that came.
    ///
    /// # Errors
    /// What is wrong with those that came, even if others are missing.
    fn length(header: &[u8]) -> Result<Option<u64>, Wrong>;

    /// Writes the header of a body.
    fn write(length: usize, into: &mut Vec<u8>);
}

/// Looks for a frame at the front of `bytes`: a header, and a body of at most `longest` bytes.
///
/// # Errors
/// Why there will never be one.
///
/// ```
/// use nbnet::codec::{Decode, Frame, frame};
///
/// assert_eq!(frame::<Frame>(&[0, 0], 10), Ok(Decode::Header { missing: 2 }));
/// assert_eq!(frame::<Frame>(&[0, 0, 0, 1, b'x'], 10), Ok(Decode::Whole { header: 4, body: 1 }));
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn frame<H: Header>(bytes: &[u8], longest: usize) -> Result<Decode, Wrong> {
    todo!(
        "machine: First the header: what is missing of it, or what it says. Then compare the length with the limit, before anything else is done with it; then count what came of the body."
    )
}
