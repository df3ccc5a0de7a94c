use std::fmt;

/// Why bytes are not what they should be. Its text says where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("byte {at}: {what}")]
pub struct Malformed {
    /// How many bytes were understood before.
    pub at: usize,
    /// What is wrong.
    pub what: String,
}

/// Reads from the front of bytes that somebody has sent.
///
/// Nothing is believed of a length before the bytes are there: no memory is taken for what is only announced.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Returns how many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Returns the error of what was read last, or is to be read next.
    pub(super) fn wrong(&self, what: impl fmt::Display) -> Malformed {
        Malformed {
            at: self.at,
            what: what.to_string(),
        }
    }

    /// Takes `count` bytes.
    pub(super) fn take(&mut self, count: usize, what: &str) -> Result<&'a [u8], Malformed> {
        let taken = self
            .bytes
            .get(self.at..)
            .and_then(|rest| rest.get(..count))
            .ok_or_else(|| self.wrong(format_args!("{what} is cut off")))?;
        self.at += count;
        Ok(taken)
    }

    /// Takes all that is left.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        self.at = self.bytes.len();
        rest
    }

    pub(super) fn byte(&mut self, what: &str) -> Result<u8, Malformed> {
        Ok(self.take(1, what)?[0])
    }

    pub(super) fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], Malformed> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N, what)?);
        Ok(array)
    }

    /// Takes a number of 1 to 10 bytes, 7 bits each, the lowest first; the top bit says that more follow.
    ///
    /// Source: Protocol Buffers, Encoding, "Base 128 Varints".
    pub(super) fn number(&mut self, what: &str) -> Result<u64, Malformed> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte(what)?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(self.wrong(format_args!("{what} is larger than 64 bits")))
    }

    /// Takes a number of things of which each has `least` bytes or more: there cannot be more of them than bytes are left.
    pub(super) fn count(&mut self, least: usize, what: &str) -> Result<usize, Malformed> {
        let count = self.number(what)?;
        match usize::try_from(count) {
            Ok(count) if count <= self.left() / least => Ok(count),
            _ => Err(self.wrong(format_args!(
                "{what}: {count} do not fit into {} bytes",
                self.left()
            ))),
        }
    }

    /// Ends. What is left would be something that nobody has understood.
    pub(super) fn end(self) -> Result<(), Malformed> {
        match self.left() {
            0 => Ok(()),
            left => Err(self.wrong(format_args!("{left} bytes are left behind the end"))),
        }
    }
}

/// Appends a number as [`Reader::number`] takes it.
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written() {
        for number in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX - 1, u64::MAX] {
            let mut out = Vec::new();
            put(&mut out, number);
            assert_eq!(Reader::new(&out).number("it"), Ok(number));
            for end in 0..out.len() {
                assert!(Reader::new(&out[..end]).number("it").is_err(), "{number} {end}");
            }
        }
    }

    #[test]
    fn a_number_that_is_too_large_is_none() {
        for bytes in [
            &[0xff; 10][..],
            &[0xff; 20],
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2],
        ] {
            let error = Reader::new(bytes).number("it").unwrap_err();
            assert!(error.what.contains("64 bits"), "{error}");
        }
    }
}
