//! A length as ten digits.

use super::{Header, Wrong};

/// The length of the body as ten decimal digits, with zeros in front.
#[derive(Debug, Clone, Copy)]
pub struct Ten;

impl Header for Ten {
    const LENGTH: usize = 10;

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn length(header: &[u8]) -> Result<Option<u64>, Wrong> {
        todo!(
            "machine: Look at every byte that came: `parse` would take a sign, and `trim` would take what is no digit. Ten digits fit into a u64."
        )
    }

    fn write(length: usize, into: &mut Vec<u8>) {
        into.extend_from_slice(format!("{length:010}").as_bytes());
    }
}
