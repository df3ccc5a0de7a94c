//! Who a record is from.

use crate::error::{Error, Result};

/// Source, epoch and sequence: no two records have all three, wherever they are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The name of the source.
    pub source: String,
    /// Which life of its numbers.
    pub epoch: u64,
    /// Its number, from 1 on.
    pub sequence: u64,
}

/// Sees whether a source may have this name.
///
/// # Errors
/// [`Error::Name`].
pub fn check_name(name: &str) -> Result<()> {
    let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match (1..=128).contains(&name.len()) && name.bytes().all(fine) {
        true => Ok(()),
        false => Err(Error::Name(name.to_owned())),
    }
}

impl Origin {
    /// Appends it: the length of the name in a byte, the name, epoch and sequence in 8 bytes each, the lowest first.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::try_from(self.source.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(self.source.as_bytes());
        out.extend_from_slice(&self.epoch.to_le_bytes());
        out.extend_from_slice(&self.sequence.to_le_bytes());
    }

    /// Reads one, and returns what is behind it; `None` if there is none.
    pub fn decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (&length, rest) = bytes.split_first()?;
        let (name, rest) = rest.split_at_checked(length.into())?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (sequence, rest) = rest.split_first_chunk()?;
        let source = std::str::from_utf8(name).ok()?;
        check_name(source).ok()?;
        let origin = Self {
            source: source.to_owned(),
            epoch: u64::from_le_bytes(*epoch),
            sequence: u64::from_le_bytes(*sequence),
        };
        (origin.sequence > 0).then_some((origin, rest))
    }
}
