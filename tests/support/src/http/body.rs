//! What a response carries.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use fastrand::Rng;

use crate::http::gzip;

/// The bytes of a response: some that are there, or some that are made from their offset as they are sent.
#[derive(Clone)]
pub struct Body {
    len: Option<u64>,
    source: Source,
}

/// Fills a buffer with the bytes that stand at an offset.
type Fill = dyn Fn(u64, &mut [u8]) + Send + Sync;

#[derive(Clone)]
enum Source {
    Held(Arc<[u8]>),
    Made(Arc<Fill>),
}

impl Body {
    /// Makes a body of `len` bytes; `fill` writes those that stand at an offset, in bytes from the start.
    pub fn made(len: u64, fill: impl Fn(u64, &mut [u8]) + Send + Sync + 'static) -> Self {
        Self {
            len: Some(len),
            source: Source::Made(Arc::new(fill)),
        }
    }

    /// Makes a body that never ends: `first`, then `unit` over and over.
    ///
    /// # Panics
    /// When `unit` is empty.
    pub fn endless(first: &str, unit: &str) -> Self {
        assert!(!unit.is_empty(), "nothing cannot be repeated");
        let (first, unit) = (first.as_bytes().to_vec(), unit.as_bytes().to_vec());
        let fill = move |offset: u64, into: &mut [u8]| {
            for (at, byte) in (offset..).zip(into) {
                *byte = match at.checked_sub(first.len() as u64) {
                    None => first[at as usize],
                    Some(at) => unit[(at % unit.len() as u64) as usize],
                };
            }
        };
        Self {
            len: None,
            source: Source::Made(Arc::new(fill)),
        }
    }

    /// Makes `len` bytes that look random. Another `version` gives other bytes.
    ///
    /// They repeat after 65,521 bytes, a prime: a part that was written to the wrong place does not go unnoticed.
    pub fn pattern(len: u64, version: u64) -> Self {
        const PERIOD: u64 = 65_521;
        static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let mut rng = Rng::with_seed(PERIOD);
            std::iter::repeat_with(|| rng.u8(..))
                .take(PERIOD as usize)
                .collect()
        });
        let shift = version % PERIOD * 7919;
        Self::made(len, move |offset, into| {
            let mut at = ((offset % PERIOD + shift) % PERIOD) as usize;
            let mut done = 0;
            while done < into.len() {
                let run = (TABLE.len() - at).min(into.len() - done);
                into[done..done + run].copy_from_slice(&TABLE[at..at + run]);
                (done, at) = (done + run, 0);
            }
        })
    }

    /// Packs `bytes` as gzip, for a response with `Content-Encoding: gzip`. They are stored, not made smaller.
    pub fn gzip(bytes: impl AsRef<[u8]>) -> Self {
        gzip::stored(bytes.as_ref()).into()
    }

    /// Makes a gzip bomb: a body of about a thousandth of `zeros` that unpacks to `zeros` bytes of zero.
    pub fn gzip_bomb(zeros: u64) -> Self {
        let bomb = gzip::Bomb::new(zeros);
        Self::made(bomb.len(), move |offset, into| bomb.fill(offset, into))
    }

    /// The length in bytes, or `None` when it never ends.
    pub fn len(&self) -> Option<u64> {
        self.len
    }

    /// Whether there is not a single byte.
    pub fn is_empty(&self) -> bool {
        self.len == Some(0)
    }

    /// Returns the bytes that stand at `range`, as far as there are any: what a client must have got.
    pub fn bytes(&self, range: Range<u64>) -> Vec<u8> {
        let end = range.end.min(self.len.unwrap_or(u64::MAX));
        let start = range.start.min(end);
        let mut bytes = vec![0; (end - start) as usize];
        self.fill(start, &mut bytes);
        bytes
    }

    /// Writes the bytes that stand at `offset`; there must be as many as `into` takes.
    pub(super) fn fill(&self, offset: u64, into: &mut [u8]) {
        match &self.source {
            Source::Held(bytes) => into.copy_from_slice(&bytes[offset as usize..][..into.len()]),
            Source::Made(fill) => fill(offset, into),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len {
            Some(len) => write!(f, "Body({len} bytes)"),
            None => write!(f, "Body(endless)"),
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            len: Some(bytes.len() as u64),
            source: Source::Held(bytes.into()),
        }
    }
}

impl From<&[u8]> for Body {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_at_an_offset_are_the_same_however_they_are_asked_for() {
        for body in [
            Body::pattern(200_000, 3),
            Body::endless("first ", "again "),
            Body::from("abc".repeat(70_000)),
        ] {
            let whole = body.bytes(0..200_000);
            for start in [0, 1, 5, 65_520, 65_521, 131_041, 199_999] {
                let part = body.bytes(start..200_000);
                assert!(part == whole[start as usize..], "{body:?} from {start}");
            }
        }
        assert_eq!(Body::endless("x", "ab").bytes(0..6), b"xababa");
    }

    #[test]
    fn another_version_is_another_content() {
        let bytes = |version| Body::pattern(1 << 20, version).bytes(0..1 << 20);
        let different = bytes(1).iter().zip(bytes(2)).filter(|(a, b)| **a != *b).count();
        assert!(different > 1 << 19, "{different} bytes differ");
    }

    #[test]
    fn a_body_ends_where_it_ends() {
        assert_eq!(Body::from("abc").bytes(1..100), b"bc");
        assert_eq!(Body::from("abc").bytes(7..9), b"");
        assert_eq!(Body::pattern(u64::MAX, 0).bytes(u64::MAX - 2..u64::MAX).len(), 2);
    }
}
