//! The commands `echo` and `echo10`, which differ in how a frame says its length.

use std::time::Duration;

use lexopt::Parser;
use nbnet::codec::Header;
use nbnet::echo::Echo;

use super::Run;
use super::common::{Common, value};

/// Their part of `--help`.
pub(crate) const HELP: &str = "\
usage: nbnet echo|echo10 --listen ADDR:PORT [--max-frame BYTES] [--work MS [--workers N]] [OPTION…]
Sends each frame back. A frame is its length, as four bytes big-endian (echo) or ten decimal digits (echo10), and that many bytes.
  --max-frame BYTES      the longest body; 1048576 if not given
  --work MS              every answer takes a worker's thread so long; 0, none, if not given
  --workers N            how many there are; 2 if not given

";

/// Reads their options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse<H: Header>(parser: &mut Parser) -> anyhow::Result<Run> {
    let (mut longest, mut work, mut workers) = (1 << 20, 0, 2);
    let mut common = Common::parse(parser, |name, parser| {
        match name {
            "max-frame" => longest = value(parser, name)?,
            "work" => work = value(parser, name)?,
            "workers" => workers = value(parser, name)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    anyhow::ensure!((1..=64).contains(&workers), "--workers: 1 to 64");
    let work = Some(Duration::from_millis(work)).filter(|work| !work.is_zero());
    common.workers(if work.is_some() { workers } else { 0 });
    Ok(Box::new(move || common.serve(Echo::<H>::new(longest, work))))
}
