//! The command `http`.

use std::path::PathBuf;

use anyhow::Context as _;
use lexopt::Parser;
use nbnet::http::Site;

use super::Run;
use super::common::Common;

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: nbnet http --listen ADDR:PORT --root DIR [OPTION…]
Serves the files of a folder by HTTP/1.1.
  --root DIR             the folder

";

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut root = None;
    let common = Common::parse(parser, |name, parser| {
        match name {
            "root" => root = Some(PathBuf::from(parser.value().context("--root")?)),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let root = root.context("--root is missing")?;
    Ok(Box::new(move || {
        let site = Site::open(&root).with_context(|| format!("cannot open {}", root.display()))?;
        common.serve(site)
    }))
}
