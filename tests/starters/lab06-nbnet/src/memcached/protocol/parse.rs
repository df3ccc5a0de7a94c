//! Reads a command line: the commands of stage `memcached`.

use super::{Command, Refusal, Request};

/// Reads a command line, which holds no line feed.
///
/// ```
/// use nbnet::memcached::protocol::{Command, parse};
///
/// let request = parse(b"delete key noreply");
/// assert_eq!(request.command, Ok(Command::Delete { key: b"key" }));
/// assert!(request.noreply);
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn parse(line: &[u8]) -> Request<'_> {
    todo!(
        "memcached: The first word names the command, the others are its arguments; what is not known here, `rest` may know."
    )
}

/// What a line asks for, and whether it wants no answer.
pub(super) type Parsed<'a> = (Result<Command<'a>, Refusal>, bool);
