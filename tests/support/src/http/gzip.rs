//! Just enough gzip: bytes stored as they are, and a bomb.
//!
//! Source: RFC 1952 (gzip), RFC 1951 (deflate).

/// Magic, method deflate, no flags, no time, no hint, an unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// Packs `bytes` in stored blocks.
pub(super) fn stored(bytes: &[u8]) -> Vec<u8> {
    const LONGEST_BLOCK: usize = 65_535;
    let mut out = HEADER.to_vec();
    let mut rest = bytes;
    loop {
        let (block, behind) = rest.split_at(rest.len().min(LONGEST_BLOCK));
        let len = block.len() as u16;
        out.push(u8::from(behind.is_empty()));
        out.extend(len.to_le_bytes());
        out.extend((!len).to_le_bytes());
        out.extend(block);
        rest = behind;
        if rest.is_empty() {
            break;
        }
    }
    out.extend(crc(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

/// A gzip file that is made from three parts: a head, bytes of zero, a tail.
///
/// Its one deflate block gives the match "258 bytes at distance 1" the two bits `00`. A byte of zero is four of these, 1,032 bytes
/// of output, and however long the run is, it takes no memory.
pub(super) struct Bomb {
    head: Vec<u8>,
    run: u64,
    tail: Vec<u8>,
}

impl Bomb {
    /// Makes a bomb that unpacks to `zeros` bytes.
    pub(super) fn new(zeros: u64) -> Self {
        const LONGEST_MATCH: u64 = 258;
        let Some(behind_first) = zeros.checked_sub(1) else {
            return Self {
                head: stored(&[]),
                run: 0,
                tail: Vec::new(),
            };
        };
        let mut bits = Bits::default();
        code_tables(&mut bits);
        bits.push("10");
        // What is left of the head's last byte is zero, and so are matches.
        let in_head = bits.used + 2 * (behind_first / LONGEST_MATCH);
        let run = (in_head / 8).saturating_sub(bits.bytes.len() as u64);
        let mut head = HEADER.to_vec();
        let mut tail = Bits::default();
        if run > 0 {
            head.extend(&bits.bytes);
            tail.used = in_head % 8;
            tail.bytes.resize(usize::from(tail.used > 0), 0);
        } else {
            // Too short for a run: all of it is tail.
            tail = bits;
            tail.used = in_head;
            tail.bytes.resize(in_head.div_ceil(8) as usize, 0);
        }
        for _ in 0..behind_first % LONGEST_MATCH {
            tail.push("10");
        }
        tail.push("11");
        let mut tail = tail.bytes;
        tail.extend(crc_of_zeros(zeros).to_le_bytes());
        tail.extend((zeros as u32).to_le_bytes());
        Self { head, run, tail }
    }

    /// Its length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.head.len() as u64 + self.run + self.tail.len() as u64
    }

    /// Writes the bytes that stand at `offset`.
    pub(super) fn fill(&self, offset: u64, into: &mut [u8]) {
        let tail_at = self.head.len() as u64 + self.run;
        for (at, byte) in (offset..).zip(into) {
            *byte = match at.checked_sub(tail_at) {
                Some(at) => self.tail[at as usize],
                None => self.head.get(at as usize).copied().unwrap_or(0),
            };
        }
    }
}

/// Writes the head of a last, dynamic block with the codes `10` for a zero, `11` for the end, `0` for a match of 258 bytes, and `0`
/// for its distance, 1.
fn code_tables(bits: &mut Bits) {
    bits.push("1");
    bits.number(2, 2);
    // 286 literals and lengths, of which 257 go without saying; one distance, which does, too.
    bits.number(286 - 257, 5);
    bits.number(0, 5);
    // The lengths of codes are written in a code of their own: `0` for "n zeros", `10` for one, `11` for two. Their order is the standard's.
    const ORDER: [u8; 18] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1];
    bits.number(ORDER.len() as u64 - 4, 4);
    for symbol in ORDER {
        let length = match symbol {
            18 => 1,
            1 | 2 => 2,
            _ => 0,
        };
        bits.number(length, 3);
    }
    let zeros = |bits: &mut Bits, count: u64| {
        bits.push("0");
        bits.number(count - 11, 7);
    };
    bits.push("11");
    zeros(bits, 138);
    zeros(bits, 117);
    bits.push("11");
    zeros(bits, 28);
    bits.push("10");
    bits.push("10");
}

/// Bits as deflate packs them: the first one is the lowest of its byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u64,
}

impl Bits {
    /// Adds a code, whose first bit comes first.
    fn push(&mut self, code: &str) {
        for bit in code.bytes() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= (bit - b'0') << (self.used % 8);
            }
            self.used += 1;
        }
    }

    /// Adds a number of `width` bits, whose lowest bit comes first.
    fn number(&mut self, number: u64, width: u32) {
        for bit in 0..width {
            self.push(if number >> bit & 1 == 1 { "1" } else { "0" });
        }
    }
}

/// The polynomial of CRC-32, its highest power in the lowest bit.
const POLYNOMIAL: u32 = 0xedb8_8320;

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| times_x(crc));
    !bytes.iter().fold(!0, step)
}

/// Computes the CRC of `count` bytes of zero: each multiplies what is there by x to the power of 8.
fn crc_of_zeros(count: u64) -> u32 {
    let mut power = 1 << 31;
    let mut square = 1 << 23;
    let mut left = count;
    while left > 0 {
        if left & 1 == 1 {
            power = product(power, square);
        }
        square = product(square, square);
        left >>= 1;
    }
    !product(!0, power)
}

/// Multiplies two polynomials modulo CRC-32's.
fn product(a: u32, b: u32) -> u32 {
    let mut sum = 0;
    let mut term = b;
    for power in (0..32).rev() {
        if a >> power & 1 == 1 {
            sum ^= term;
        }
        term = times_x(term);
    }
    sum
}

fn times_x(polynomial: u32) -> u32 {
    let carry = if polynomial & 1 == 1 { POLYNOMIAL } else { 0 };
    polynomial >> 1 ^ carry
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn unpacked(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut reader = flate2::bufread::GzDecoder::new(bytes);
        reader.read_to_end(&mut out).expect("gzip");
        assert!(reader.into_inner().is_empty(), "something stands behind it");
        out
    }

    #[test]
    fn stored_bytes_come_back() {
        for len in [0, 1, 65_535, 65_536, 200_000] {
            let bytes: Vec<u8> = (0..len).map(|at: u32| (at % 251) as u8).collect();
            assert!(unpacked(&stored(&bytes)) == bytes, "{len} bytes");
        }
    }

    #[test]
    fn a_bomb_unpacks_to_as_many_zeros_as_was_said() {
        for zeros in (0..1300).chain([2063, 2064, 2065, 1 << 20, (1 << 20) + 77]) {
            let bomb = Bomb::new(zeros);
            let mut bytes = vec![0; bomb.len() as usize];
            bomb.fill(0, &mut bytes);
            let out = unpacked(&bytes);
            assert!(
                out.len() as u64 == zeros && out.iter().all(|&byte| byte == 0),
                "{zeros}"
            );
        }
    }

    #[test]
    fn ten_gibibytes_of_zeros_are_ten_mebibytes_of_bomb() {
        let bomb = Bomb::new(10 << 30);
        assert!((9 << 20..10 << 20).contains(&bomb.len()), "{}", bomb.len());
    }
}
