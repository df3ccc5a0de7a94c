//! The command `memcached`.

use std::str::FromStr;

use anyhow::bail;
use lexopt::Parser;
use nbnet::memcached::{Memcached, Settings};

use super::Run;
use super::common::{Common, value};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: nbnet memcached --listen ADDR:PORT [--memory BYTES] [--max-item BYTES] [OPTION…]
Keeps values by memcached's text protocol.
  --memory BYTES         what all items may cost: key, value and 64 bytes each; 64m if not given. Suffixes k, m and g
  --max-item BYTES       the longest value; 1m if not given

";

/// A number of bytes, as people write it: `64m`.
struct Bytes(u64);

impl FromStr for Bytes {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (digits, shift) = match text.char_indices().last() {
            Some((at, 'k' | 'K')) => (&text[..at], 10),
            Some((at, 'm' | 'M')) => (&text[..at], 20),
            Some((at, 'g' | 'G')) => (&text[..at], 30),
            _ => (text, 0),
        };
        let number: u64 = digits.parse().map_err(|_| "no number of bytes")?;
        match number.checked_mul(1 << shift) {
            Some(bytes) => Ok(Self(bytes)),
            None => Err("too many bytes"),
        }
    }
}

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let (mut memory, mut longest) = (Bytes(64 << 20), Bytes(1 << 20));
    let common = Common::parse(parser, |name, parser| {
        match name {
            "memory" => memory = value(parser, name)?,
            "max-item" => longest = value(parser, name)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    // Lengths of values are numbers of 31 bits in the protocol.
    let max_item = match i32::try_from(longest.0) {
        Ok(bytes @ 1..) => bytes as usize,
        _ => bail!("--max-item: 1 to 2147483647"),
    };
    let settings = Settings {
        threads: common.threads(),
        memory: memory.0,
        max_item,
    };
    Ok(Box::new(move || common.serve(Memcached::new(settings))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_suffixes() {
        for (text, expected) in [
            ("0", Some(0)),
            ("10k", Some(10 << 10)),
            ("64m", Some(64 << 20)),
            ("2G", Some(2 << 30)),
            ("k", None),
            ("", None),
            ("5x", None),
            ("99999999999g", None),
        ] {
            assert_eq!(
                text.parse::<Bytes>().ok().map(|bytes| bytes.0),
                expected,
                "{text}"
            );
        }
    }
}
