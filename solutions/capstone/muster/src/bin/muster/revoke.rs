//! The command `revoke`.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser, ValueExt as _};
use muster::identity::{Identity, Role};
use muster::operator::Operator;
use tokio::runtime;

use super::{Run, help, operator, output};

const HELP: &str = "\
usage: muster [--dir DIR] revoke [--operator] NAME
Has the hub believe no certificate any more that the agent of the host NAME has so far, and ends its connection. What was lost to somebody is of no
use to them then. A certificate that is made later, by `add-host`, is believed. The host's alarms stay: see `retire`.
  --operator  NAME is an operator; nobody revokes himself
";

/// A certificate says in which second it was made: the next one is not made in this one.
const SECOND: Duration = Duration::from_millis(1100);

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(dir: &Path, parser: &mut Parser) -> anyhow::Result<Run> {
    let (mut role, mut name) = (Role::Agent, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("help") => return Ok(help(HELP)),
            Arg::Long("operator") => role = Role::Operator,
            Arg::Value(word) if name.is_none() => name = Some(word.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(name) = name else {
        bail!("revoke: NAME is missing");
    };
    let who = Identity::new(role, &name).context("revoke")?;
    let dir = dir.to_owned();
    Ok(Box::new(move || {
        let config = operator(&dir)?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let said = runtime.block_on(async {
            let said = Operator::connect(&config).await?.revoke(&who).await?;
            tokio::time::sleep(SECOND).await;
            anyhow::Ok(said)
        })?;
        output::print(&said)?;
        Ok(ExitCode::SUCCESS)
    }))
}
