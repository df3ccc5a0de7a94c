//! Where a frame begins and ends: a header of 24 bytes, and the payload that it announces.

mod decoder;
mod header;
mod kind;
mod wrong;

pub use decoder::{Decoder, Frame};
pub use header::{Header, LAST, LENGTH, MAY_SKIP, VERSION};
pub use kind::Kind;
pub use wrong::Wrong;

/// What every frame begins with.
pub const MAGIC: [u8; 4] = *b"nbrp";

/// So large a payload, in bytes, must be taken by everybody, and may be sent before the other side has said what it takes.
pub const LEAST_LIMIT: u32 = 65_536;

/// What stands at the front of the bytes that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decode {
    /// A part of a frame, or nothing.
    Partial {
        /// How many bytes of it are missing: of the header, as long as that is not whole.
        missing: usize,
    },
    /// A whole frame: a header, and behind its [`LENGTH`] bytes the payload.
    Whole(Header),
}

/// Looks for a frame at the front of `input`, with a payload of at most `limit` bytes.
///
/// # Errors
/// Why there will never be one. The magic is judged by the first bytes, the rest by a whole header, the payload not at all.
///
/// ```
/// use rpc::frame::{Decode, Wrong, decode};
///
/// assert_eq!(decode(b"nb", 100), Ok(Decode::Partial { missing: 22 }));
/// assert_eq!(decode(b"GET / HTTP/1.1", 100), Err(Wrong::Magic(b"GET ".to_vec())));
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn decode(input: &[u8], limit: u32) -> Result<Decode, Wrong> {
    todo!(
        "frame: Without a whole header: whoever begins otherwise than with the magic, as far as it came, is told so at once, and the rest of the header is missing. With one, it is judged before anything is said of the payload."
    )
}

/// Appends a frame to `out`, whose payload `write` appends.
///
/// What is longer than a length can say, 4 GiB, is the caller's to refuse before.
///
/// ```
/// use rpc::frame::{self, Decode, Kind};
///
/// let mut out = Vec::new();
/// frame::append(&mut out, Kind::Reply, 0, 7, |out| out.extend_from_slice(b"42"));
/// assert_eq!(&out[frame::LENGTH..], b"42");
/// ```
#[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn append(out: &mut Vec<u8>, kind: Kind, flags: u16, id: u64, write: impl FnOnce(&mut Vec<u8>)) {
    todo!(
        "frame: The header says how long the payload is, which nobody knows before it is written: leave room for it, and put it there afterwards."
    )
}
