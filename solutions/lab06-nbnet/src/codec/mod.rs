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
pub fn frame<H: Header>(bytes: &[u8], longest: usize) -> Result<Decode, Wrong> {
    // region:machine First the header: what is missing of it, or what it says. Then compare the length with the limit, before anything else is done with it; then count what came of the body.
    let header = &bytes[..bytes.len().min(H::LENGTH)];
    let Some(length) = H::length(header)? else {
        return Ok(Decode::Header {
            missing: H::LENGTH - header.len(),
        });
    };
    let body = usize::try_from(length)
        .ok()
        .filter(|&length| length <= longest)
        .ok_or(Wrong::Long {
            length,
            limit: longest,
        })?;
    let came = bytes.len() - H::LENGTH;
    Ok(match body.checked_sub(came) {
        None | Some(0) => Decode::Whole {
            header: H::LENGTH,
            body,
        },
        Some(missing) => Decode::Body { missing },
    })
    // endregion:machine
}

// region:machine
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_found_whatever_the_split() {
        let bytes = b"0000000003abc0000000000";
        let expected = |came: usize| match came {
            0..10 => Decode::Header { missing: 10 - came },
            10..13 => Decode::Body { missing: 13 - came },
            _ => Decode::Whole { header: 10, body: 3 },
        };
        for came in 0..=bytes.len() {
            assert_eq!(frame::<Ten>(&bytes[..came], 3), Ok(expected(came)), "{came}");
        }
    }

    #[test]
    fn the_limit_is_what_a_body_may_be() {
        let long = Wrong::Long { length: 4, limit: 3 };
        assert_eq!(frame::<Frame>(&[0, 0, 0, 4], 3), Err(long));
        assert_eq!(frame::<Frame>(&[0, 0, 0, 3], 3), Ok(Decode::Body { missing: 3 }));
    }
}
// endregion:machine
