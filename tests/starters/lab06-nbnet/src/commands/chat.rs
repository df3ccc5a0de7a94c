//! The command `chat`.

use lexopt::Parser;
use nbnet::chat::Chat;

use super::Run;
use super::common::{Common, value};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: nbnet chat --listen ADDR:PORT [--max-line BYTES] [OPTION…]
Passes lines between those who are connected. The first line of each is its name.
  --max-line BYTES       the longest line; 1024 if not given

";

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut longest = 1024;
    let common = Common::parse(parser, |name, parser| {
        match name {
            "max-line" => longest = value(parser, name)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(Box::new(move || common.serve(Chat::new(longest))))
}
