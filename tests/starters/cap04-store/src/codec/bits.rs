//! Bits one behind the other, the highest of each byte first.

/// Writes numbers of any width.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    whole: Vec<u8>,
    /// The bits that fill no eight bytes yet, from the highest one down; the others are 0.
    open: u64,
    /// How many there are, at most 63.
    filled: u32,
}

impl BitWriter {
    /// Appends the lowest `width` bits of a number, the highest of them first. `width` is at most 64; no higher bit may be set.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn push(&mut self, value: u64, width: u32) {
        todo!(
            "codec: Into what is open as far as it fits; when 64 bits are together they become eight bytes, and the rest opens the next."
        )
    }

    /// Appends the bits to `out`, with zeros up to a whole byte.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn finish(self, out: &mut Vec<u8>) {
        todo!("codec: The whole bytes, then as many of the open ones as hold a bit.")
    }
}

/// Reads what a [`BitWriter`] has written.
#[derive(Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// How many bits are read.
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Returns the next `width` bits (at most 64) as a number, or `None` if there are fewer.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn take(&mut self, width: u32) -> Option<u64> {
        todo!("codec: Nothing may be read behind the end, and 0 bits are the number 0.")
    }

    /// Returns what stands behind the byte that was read last; `None` if a bit of that byte is set that nobody wrote.
    pub(super) fn finish(self) -> Option<&'a [u8]> {
        todo!("codec: The rest of the last byte must be zeros.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_all_widths_come_back() {
        let mut rng = fastrand::Rng::with_seed(1);
        for _ in 0..200 {
            let numbers: Vec<(u64, u32)> = (0..rng.usize(0..50))
                .map(|_| {
                    let width = rng.u32(0..=64);
                    (rng.u64(..).checked_shr(64 - width).unwrap_or(0), width)
                })
                .collect();
            let mut writer = BitWriter::default();
            for (value, width) in &numbers {
                writer.push(*value, *width);
            }
            let mut bytes = vec![];
            writer.finish(&mut bytes);
            let bits: u32 = numbers.iter().map(|(_, width)| width).sum();
            assert_eq!(bytes.len(), bits.div_ceil(8) as usize);
            bytes.extend(b"rest");
            let mut reader = BitReader::new(&bytes);
            for (value, width) in numbers {
                assert_eq!(reader.take(width), Some(value));
            }
            assert_eq!(reader.finish(), Some(&b"rest"[..]));
        }
    }

    #[test]
    fn nothing_is_read_behind_the_end_and_padding_is_zeros() {
        let mut reader = BitReader::new(&[0b1010_0000]);
        assert_eq!(reader.take(3), Some(0b101));
        assert_eq!(reader.take(6), None);
        assert_eq!(reader.finish(), Some(&[][..]));
        let mut reader = BitReader::new(&[0b1010_0001]);
        reader.take(3);
        assert_eq!(reader.finish(), None);
        assert_eq!(BitReader::new(&[]).take(0), Some(0));
    }
}
