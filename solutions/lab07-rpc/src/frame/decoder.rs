//! Frames from a stream of bytes, whatever the pieces in which they come.

use std::io::{self, Read};

use super::{Header, Wrong};
// region:frame
use super::{Decode, LENGTH, decode};
// endregion:frame

/// How much room for bytes there is at least, in bytes, when something is to be read.
//~frame #[expect(dead_code, reason = "`room` will use it")]
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
//~frame #[expect(dead_code, reason = "`next` will use what is in it")]
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
        // region:frame Take the place of what was taken already first, and grow only if that is not enough: by ROOM, or to twice the size where a long payload fills up.
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        if self.bytes.len() - self.end < ROOM {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.bytes.len() - self.end < ROOM {
            self.bytes.resize((self.end + ROOM).max(self.end * 2), 0);
        }
        &mut self.bytes[self.end..]
        // endregion:frame
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
        // region:frame `decode` looks at what came and was not taken. A whole frame is taken: the next one begins behind it.
        let Decode::Whole(header) = decode(&self.bytes[self.start..self.end], self.limit)? else {
            return Ok(None);
        };
        let payload = self.start + LENGTH;
        self.start += header.size();
        Ok(Some(Frame {
            header,
            payload: &self.bytes[payload..self.start],
        }))
        // endregion:frame
    }

    /// Returns how many bytes are missing until the next frame, or at least its header, is whole.
    ///
    /// # Errors
    /// Why no frame will ever come.
    pub fn missing(&self) -> Result<usize, Wrong> {
        // region:frame `decode` says it. A frame that is whole misses nothing.
        match decode(&self.bytes[self.start..self.end], self.limit)? {
            Decode::Partial { missing } => Ok(missing),
            Decode::Whole(_) => Ok(0),
        }
        // endregion:frame
    }

    /// Returns how much memory it holds, in bytes.
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

// region:frame
#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Kind, append};

    /// Returns frames of all sizes, and the bytes of all of them.
    fn frames(random: &mut fastrand::Rng) -> (Vec<(u64, Vec<u8>)>, Vec<u8>) {
        let mut bytes = Vec::new();
        let frames = (1..20).map(|id| {
            let payload = match random.u8(..) {
                0..128 => random.usize(..40),
                128..250 => random.usize(..3000),
                _ => random.usize(..100_000),
            };
            let payload: Vec<u8> = (0..payload).map(|_| random.u8(..)).collect();
            append(&mut bytes, Kind::Item, 0, id, |out| {
                out.extend_from_slice(&payload)
            });
            (id, payload)
        });
        (frames.collect(), bytes)
    }

    /// Takes all frames that are whole.
    fn take(decoder: &mut Decoder, into: &mut Vec<(u64, Vec<u8>)>) {
        while let Some(frame) = decoder.next().unwrap() {
            into.push((frame.header.id, frame.payload.to_vec()));
        }
    }

    #[test]
    fn frames_are_the_same_whatever_the_pieces() {
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..50 {
            let (expected, bytes) = frames(&mut random);
            let mut decoder = Decoder::new(100_000);
            let mut came = Vec::new();
            let mut left = &bytes[..];
            while !left.is_empty() {
                let most = [1, 30, 1000, 70_000][random.usize(..4)];
                let (piece, rest) = left.split_at(random.usize(1..=most).min(left.len()));
                decoder.feed(piece);
                take(&mut decoder, &mut came);
                left = rest;
            }
            assert!(came == expected);
            assert_eq!(decoder.missing(), Ok(LENGTH));
        }
    }

    #[test]
    fn every_split_of_two_frames_is_the_same() {
        let mut bytes = Vec::new();
        append(&mut bytes, Kind::Item, 0, 1, |out| out.extend_from_slice(b"one"));
        append(&mut bytes, Kind::Item, 0, 2, |_| {});
        for at in 0..=bytes.len() {
            let mut decoder = Decoder::new(3);
            let mut came = Vec::new();
            for piece in [&bytes[..at], &bytes[at..]] {
                decoder.feed(piece);
                take(&mut decoder, &mut came);
            }
            assert_eq!(came, [(1, b"one".to_vec()), (2, Vec::new())], "{at}");
        }
    }

    #[test]
    fn what_is_announced_takes_no_memory() {
        let header = Header {
            kind: Kind::Item,
            flags: 0,
            id: 1,
            length: 1 << 30,
        };
        let mut decoder = Decoder::new(1 << 30);
        decoder.feed(&header.encode());
        assert_eq!(decoder.next(), Ok(None));
        assert_eq!(decoder.missing(), Ok(1 << 30));
        assert!(decoder.capacity() <= 2 * ROOM);
    }

    #[test]
    fn what_is_wrong_stays_wrong() {
        let mut decoder = Decoder::new(100);
        decoder.feed(b"nbrq");
        for _ in 0..2 {
            assert_eq!(decoder.next(), Err(Wrong::Magic(b"nbrq".to_vec())));
            decoder.feed(b"more");
        }
    }
}
// endregion:frame
