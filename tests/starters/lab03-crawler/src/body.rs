//! A body as it comes in: unpacked piece by piece, and never longer than allowed.

use std::io::{self, Write};

use crate::error::Fault;

/// How much packed input is unpacked at once, in bytes. Deflate makes at most 1032 bytes of one, so that a piece never becomes much
/// more than a megabyte before somebody looks.
pub const PIECE: usize = 1 << 10;

/// What collects a body: it counts all bytes, keeps them if asked to, and refuses those beyond the limit.
#[expect(dead_code, reason = "`write` will use the rest")]
#[derive(Debug)]
pub struct Bounded {
    kept: Vec<u8>,
    count: u64,
    limit: u64,
    keep: bool,
    exceeded: bool,
}

impl Bounded {
    /// Makes an empty one that takes at most `limit` bytes.
    pub fn new(limit: u64, keep: bool) -> Self {
        Self {
            kept: Vec::new(),
            count: 0,
            limit,
            keep,
            exceeded: false,
        }
    }
}

impl Write for Bounded {
    /// Takes all of `bytes`, or what fits and then fails.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        todo!("fetch: Take what still fits; remember that there was more, and say so by an error.")
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A decoder for one `Content-Encoding`, in front of what collects the body.
#[derive(Debug)]
pub enum Decoder {
    /// As it comes.
    Plain(Bounded),
    // fetch: what flate2's decoders in `flate2::write` wrap around a `Bounded`
}

impl Decoder {
    /// Chooses by the header's value; none is plain.
    ///
    /// # Errors
    /// [`Fault::Coding`] for what is not known.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn new(coding: Option<&str>, body: Bounded) -> Result<Self, Fault> {
        todo!("fetch: Compare the name without regard to case; `x-gzip` is gzip, and `identity` is nothing.")
    }

    /// Takes some more of the packed body: not more than [`PIECE`] at once, unless it is plain.
    ///
    /// # Errors
    /// [`Fault::TooLong`] or [`Fault::Decode`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        todo!(
            "fetch: Write to the decoder; an error is the limit's if the collector says that it was exceeded."
        )
    }

    /// Returns how many decoded bytes there are so far.
    pub fn decoded(&self) -> u64 {
        let Self::Plain(body) = self;
        body.count
    }

    /// Gives up on the rest of the body: returns what was kept of it, and how many bytes that is.
    pub fn cut(mut self) -> (Vec<u8>, u64) {
        let body = self.collected_mut();
        (std::mem::take(&mut body.kept), body.count)
    }

    fn collected_mut(&mut self) -> &mut Bounded {
        let Self::Plain(body) = self;
        body
    }

    /// Ends the body: returns what was kept of it, and how many decoded bytes it had.
    ///
    /// # Errors
    /// [`Fault::Decode`] when something is missing, [`Fault::TooLong`] when the last bytes were too many.
    pub fn finish(self) -> Result<(Vec<u8>, u64), Fault> {
        todo!("fetch: `try_finish` checks what stands at the end of a packed body.")
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut encoder = flate2::read::GzEncoder::new(bytes, flate2::Compression::default());
        encoder.read_to_end(&mut packed).expect("a packed text");
        packed
    }

    fn decode(coding: &str, packed: &[u8], limit: u64) -> Result<Vec<u8>, Fault> {
        let mut decoder = Decoder::new(Some(coding), Bounded::new(limit, true))?;
        for piece in packed.chunks(3) {
            decoder.push(piece)?;
        }
        Ok(decoder.finish()?.0)
    }

    #[test]
    fn gzip_may_have_several_members_and_must_be_whole() {
        let packed = gzip(b"hello, ");
        let two = [packed.clone(), gzip(b"world")].concat();
        assert_eq!(decode("gzip", &two, 12), Ok(b"hello, world".to_vec()));
        assert_eq!(decode("GZip", &two, 11), Err(Fault::TooLong(11)));
        for end in 1..packed.len() {
            assert_eq!(
                decode("gzip", &packed[..end], 99),
                Err(Fault::Decode("gzip")),
                "{end}"
            );
        }
    }

    #[test]
    fn deflate_has_zlibs_header_or_has_not() {
        let mut zlib = Vec::new();
        let mut raw = Vec::new();
        flate2::read::ZlibEncoder::new(&b"hello"[..], flate2::Compression::best())
            .read_to_end(&mut zlib)
            .expect("a packed text");
        flate2::read::DeflateEncoder::new(&b"hello"[..], flate2::Compression::best())
            .read_to_end(&mut raw)
            .expect("a packed text");
        for packed in [zlib, raw] {
            assert_eq!(decode("deflate", &packed, 5), Ok(b"hello".to_vec()));
            assert_eq!(decode("deflate", &packed, 4), Err(Fault::TooLong(4)));
        }
    }

    #[test]
    fn a_bomb_is_dropped_at_the_limit() {
        let bomb = gzip(&vec![0; 10 << 20]);
        let mut decoder = Decoder::new(Some("gzip"), Bounded::new(1 << 20, true)).expect("gzip is known");
        let fault = bomb.chunks(PIECE).find_map(|piece| decoder.push(piece).err());
        assert_eq!(fault, Some(Fault::TooLong(1 << 20)));
        assert_eq!(decoder.decoded(), 1 << 20);
    }
}
