//! Reads a command line: the commands of stage `cache`.

use super::parse::Parsed;
use super::{Refusal, Words};

/// Reads the arguments of the command `name`.
#[expect(dead_code, reason = "stage memcached needs it")]
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn parse<'a>(name: &[u8], words: Words<'a>) -> Parsed<'a> {
    // cache: The other commands of protocol.txt. Those of `get` and `set` serve for their relatives.
    (Err(Refusal::Unknown), false)
}
