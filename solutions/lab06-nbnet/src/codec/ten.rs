//! A length as ten digits.

use super::{Header, Wrong};

/// The length of the body as ten decimal digits, with zeros in front.
#[derive(Debug, Clone, Copy)]
pub struct Ten;

impl Header for Ten {
    const LENGTH: usize = 10;

    fn length(header: &[u8]) -> Result<Option<u64>, Wrong> {
        // region:machine Look at every byte that came: `parse` would take a sign, and `trim` would take what is no digit. Ten digits fit into a u64.
        let mut length = 0;
        for byte in header {
            if !byte.is_ascii_digit() {
                return Err(Wrong::Digits);
            }
            length = length * 10 + u64::from(byte - b'0');
        }
        Ok((header.len() == Self::LENGTH).then_some(length))
        // endregion:machine
    }

    fn write(length: usize, into: &mut Vec<u8>) {
        into.extend_from_slice(format!("{length:010}").as_bytes());
    }
}

// region:machine
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_digits_are_digits() {
        for wrong in [
            "+000000005",
            " 000000005",
            "000000005 ",
            "-",
            "0x00000005",
            "00000000\u{663}",
        ] {
            assert_eq!(Ten::length(wrong.as_bytes()), Err(Wrong::Digits), "{wrong}");
        }
        assert_eq!(Ten::length(b"9999999999"), Ok(Some(9_999_999_999)));
        assert_eq!(Ten::length(b"000000000"), Ok(None));
    }
}
// endregion:machine
