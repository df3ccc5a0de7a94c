//! The command `put`: one batch, made by hand.

use std::io::{self, BufRead as _};

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use rpc::client::{Multiplex, Options};
use tokio::runtime;
use transfer::{Origin, wire};

use super::Run;

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut to: Option<String> = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("to") => to = Some(super::value(parser, "to")?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    let to = to.context("--to is missing")?;
    Ok(Box::new(move || {
        let mut body = wire::begin();
        for line in io::stdin().lock().lines() {
            let line = line.context("cannot read standard input")?;
            let words: Vec<&str> = line.splitn(5, ' ').collect();
            let [number, source, epoch, sequence, text] = words[..] else {
                bail!("{line}: NUMBER SOURCE EPOCH SEQUENCE TEXT");
            };
            let origin = Origin {
                source: source.to_owned(),
                epoch: epoch.parse().context("EPOCH")?,
                sequence: sequence.parse().context("SEQUENCE")?,
            };
            wire::push(
                &mut body,
                number.parse().context("NUMBER")?,
                &origin,
                text.as_bytes(),
            );
        }
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let reply = runtime.block_on(async {
            let client = Multiplex::connect(&to, &Options::default()).await?;
            client.call(wire::PUT, &body).await
        });
        let reply = reply.with_context(|| to.clone())?;
        super::print(&format!("{}\n", String::from_utf8_lossy(&reply)))
    }))
}
