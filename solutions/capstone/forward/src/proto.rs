//! Parts of protobuf: numbers of variable length, fields, and what the messages of remote write are made of.
//!
//! Source: <https://protobuf.dev/programming-guides/encoding/>

use crate::Malformed;

/// What a field's value is on the wire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// A number, type 0.
    Number(u64),
    /// Eight bytes, type 1.
    Fixed64(u64),
    /// Bytes with their length, type 2: a text or a message.
    Bytes(&'a [u8]),
    /// Four bytes, type 5.
    Fixed32(u32),
}

/// Walks over the fields of a message.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    rest: &'a [u8],
    /// Where in the whole message the end of `rest` is, to say where something is.
    end: usize,
}

impl<'a> Fields<'a> {
    /// Begins at the begin of a message.
    pub fn new(message: &'a [u8]) -> Self {
        Self {
            rest: message,
            end: message.len(),
        }
    }

    /// Walks over a message that is a field's value, which was read last.
    pub(crate) fn inner(&self, bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            end: self.at(),
        }
    }

    /// Returns where it is.
    pub fn at(&self) -> usize {
        self.end - self.rest.len()
    }

    /// Returns the next field's number and value; `None` at the end.
    ///
    /// # Errors
    /// [`Malformed::Cut`], [`Malformed::Number`]; [`Malformed::Field`] for the number 0 and for types that there are not any more.
    #[expect(
        clippy::should_implement_trait,
        reason = "what ends with an error is no iterator"
    )]
    pub fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let at = self.at();
        let key = self.number()?;
        let (field, kind) = (key >> 3, (key & 7) as u8);
        let value = match kind {
            _ if field == 0 => return Err(Malformed::Field { field, kind, at }),
            0 => Value::Number(self.number()?),
            1 => Value::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => {
                let length = self.number()?;
                let length = usize::try_from(length)
                    .ok()
                    .filter(|length| *length <= self.rest.len());
                let (bytes, rest) = self.rest.split_at(length.ok_or(Malformed::Cut { at: self.end })?);
                self.rest = rest;
                Value::Bytes(bytes)
            }
            5 => Value::Fixed32(u32::from_le_bytes(self.array()?)),
            _ => return Err(Malformed::Field { field, kind, at }),
        };
        Ok(Some((field, value)))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (bytes, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(Malformed::Cut { at: self.end })?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn number(&mut self) -> Result<u64, Malformed> {
        let at = self.at();
        let mut number = 0;
        for (n, byte) in self.rest.iter().enumerate() {
            // The tenth byte has one bit.
            if n == 9 && *byte > 1 {
                return Err(Malformed::Number { at });
            }
            number |= u64::from(byte & 0x7f) << (7 * n);
            if *byte < 0x80 {
                self.rest = &self.rest[n + 1..];
                return Ok(number);
            }
        }
        Err(Malformed::Cut { at: self.end })
    }
}

/// Writes a number.
pub fn put_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Writes a field that has bytes.
pub fn put_bytes(field: u64, bytes: &[u8], out: &mut Vec<u8>) {
    put_number(field << 3 | 2, out);
    put_number(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Returns how many bytes a number needs.
pub fn length_of(number: u64) -> usize {
    (64 - (number | 1).leading_zeros() as usize).div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_need_as_many_bytes_as_is_said() {
        for number in [0, 1, 127, 128, 300, 1 << 35, u64::MAX] {
            let mut bytes = vec![0x08];
            put_number(number, &mut bytes);
            assert_eq!(bytes.len(), 1 + length_of(number), "{number}");
            let mut fields = Fields::new(&bytes);
            assert_eq!(fields.next(), Ok(Some((1, Value::Number(number)))));
            assert_eq!(fields.next(), Ok(None));
            for end in 1..bytes.len() {
                let cut = Fields::new(&bytes[..end]).next();
                assert_eq!(cut, Err(Malformed::Cut { at: end }), "{number}");
            }
        }
        let endless = [0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2];
        assert_eq!(Fields::new(&endless).next(), Err(Malformed::Number { at: 1 }));
    }

    #[test]
    fn what_there_is_not_is_refused_with_its_place() {
        for (bytes, expected) in [
            (
                &[0x00, 0x01][..],
                Malformed::Field {
                    field: 0,
                    kind: 0,
                    at: 0,
                },
            ),
            (
                &[0x0b],
                Malformed::Field {
                    field: 1,
                    kind: 3,
                    at: 0,
                },
            ),
            (&[0x0a, 0x05, b'a'], Malformed::Cut { at: 3 }),
            (&[0x09, 1, 2], Malformed::Cut { at: 3 }),
            // A length of 2^64 - 1.
            (
                &[0x0a, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
                Malformed::Cut { at: 11 },
            ),
        ] {
            assert_eq!(Fields::new(bytes).next(), Err(expected), "{bytes:?}");
        }
    }
}
