//! Frames from a stream of bytes, whatever the pieces in which they come.

use std::io::{self, Read};

use super::{Header, Wrong};

/// How much room for bytes there is at least, in bytes, when something is to be read.
#[expect(dead_code, reason = "`room` will use it")]
const ROOM: usize = 16 << 10;

/// A frame, as long as nothing else is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Its header.
    pub header: Header,
    /// Its payload.
    pub payload: &'a [u8],
}

/// Takes frames out of bytes as they come. It holds what came and was not taken, and room for one read: never what is only announced.
///
/// ```
/// use rpc::frame::{self, Decoder, Kind};
///
/// let mut bytes = Vec::new();
/// frame::append(&mut bytes, Kind::Reply, 0, 7, |out| out.extend_from_slice(b"42"));
///
/// let mut decoder = Decoder::new(65_536);
/// for half in bytes.chunks(13) {
///     assert_eq!(decoder.next(), Ok(None));
///     decoder.feed(half);
/// }
/// assert_eq!(decoder.next().unwrap().unwrap().payload, b"42");
/// ```
#[derive(Debug)]
#[expect(dead_code, reason = "`next` will use what is in it")]
pub struct Decoder {
    limit: u32,
    bytes: Vec<u8>,
    /// Where those begin that came and were not taken, and where they end.
    start: usize,
    end: usize,
}

impl Decoder {
    /// Makes one for payloads of at most `limit` bytes.
    pub fn new(limit: u32) -> Self {
        Self {
            limit,
            bytes: Vec::new(),
            start: 0,
            end: 0,
        }
    }

    /// Adds bytes that came.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut left = bytes;
        while !left.is_empty() {
            let room = self.room();
            let count = left.len().min(room.len());
            room[..count].copy_from_slice(&left[..count]);
            self.came(count);
            left = &left[count..];
        }
    }

    /// Adds what one `read` of `source` returns. Returns how many bytes that were; 0 is the end.
    ///
    /// # Errors
    /// What the source says.
    pub fn read_from(&mut self, source: &mut impl Read) -> io::Result<usize> {
        let count = source.read(self.room())?;
        self.came(count);
        Ok(count)
    }

    /// Returns where bytes can be put that come next: never nothing. [`Decoder::came`] says how many they were.
    pub fn room(&mut self) -> &mut [u8] {
        todo!(
            "frame: Take the place of what was taken already first, and grow only if that is not enough: by ROOM, or to twice the size where a long payload fills up."
        )
    }

    /// Says that so many bytes were put into [`Decoder::room`].
    ///
    /// # Panics
    /// If there was no room for so many.
    pub fn came(&mut self, count: usize) {
        assert!(
            count <= self.bytes.len() - self.end,
            "more came than there was room"
        );
        self.end += count;
    }

    /// Takes the next frame, if one is whole.
    ///
    /// # Errors
    /// Why no frame will ever come. Asked again, it says the same.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator's item cannot borrow from it"
    )]
    pub fn next(&mut self) -> Result<Option<Frame<'_>>, Wrong> {
        todo!(
            "frame: `decode` looks at what came and was not taken. A whole frame is taken: the next one begins behind it."
        )
    }

    /// Returns how many bytes are missing until the next frame, or at least its header, is whole.
    ///
    /// # Errors
    /// Why no frame will ever come.
    pub fn missing(&self) -> Result<usize, Wrong> {
        todo!("frame: `decode` says it. A frame that is whole misses nothing.")
    }

    /// Returns how much memory it holds, in bytes.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}
