//! Whole numbers as bytes, short ones in few.

/// Folds a signed number, so that small ones stay small whatever their sign: 0, -1, 1, -2 … become 0, 1, 2, 3 …
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn zigzag(number: i64) -> u64 {
    todo!("codec: Twice the number; if it is negative, all bits of that turned over.")
}

/// Takes back what [`zigzag`] has done.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn unzigzag(folded: u64) -> i64 {
    todo!("codec: Half of it, and all bits turned over if it was odd.")
}

/// Appends a number as LEB128: seven bits a byte, the lowest first, and the highest bit of a byte says that another one follows.
pub(crate) fn put(mut number: u64, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number off the front of `bytes`; `None` if there is no whole one, or one that is longer than it had to be.
pub(crate) fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for (n, byte) in bytes.iter().enumerate().take(10) {
        let part = u64::from(byte & 0x7f);
        number |= part << (7 * n);
        if byte & 0x80 == 0 {
            *bytes = &bytes[n + 1..];
            return (number >> (7 * n) == part && (n == 0 || part != 0)).then_some(number);
        }
    }
    None
}

/// Takes a byte off the front.
pub(crate) fn take_byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_small_ones_are_short() {
        for (number, expected) in [
            (0, vec![0]),
            (-1, vec![1]),
            (1, vec![2]),
            (-64, vec![127]),
            (64, vec![0x80, 1]),
            (i64::MAX, vec![0xfe, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
            (i64::MIN, vec![0xff, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
        ] {
            let mut bytes = vec![];
            put(zigzag(number), &mut bytes);
            assert_eq!(bytes, expected, "{number}");
            let mut rest = &bytes[..];
            assert_eq!(take(&mut rest).map(unzigzag), Some(number));
            assert!(rest.is_empty());
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        let too_large = [[0xff; 9].as_slice(), &[2]].concat();
        for bytes in [&[][..], &[0x80], &[0x80, 0], &[0xff; 10], &too_large] {
            assert_eq!(take(&mut { bytes }), None, "{bytes:?}");
        }
    }
}
