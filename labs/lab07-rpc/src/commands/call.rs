//! The command `call`.

use std::io::{self, Read as _, Write as _};
use std::ops::ControlFlow;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use lexopt::Parser;
use rpc::client::Options;
use rpc::client::blocking::Client;

use super::Run;
use super::common::{self, Common};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: rpc call ADDR METHOD [JSON|-] [OPTION…]
Calls a method. Prints its items as they come, and its reply, a line each.
  JSON                   its parameters, as they are; {} if not given. - reads them from standard input

";

/// What is called, and with what.
struct Call {
    address: String,
    method: String,
    body: Vec<u8>,
    options: Options,
}

/// Reads its arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let (common, words) = Common::parse(parser, |_, _| Ok(false))?;
    let (address, method, json) = match &words[..] {
        [address, method] => (address, method, "{}"),
        [address, method, json] => (address, method, json.as_str()),
        _ => bail!("call: ADDR METHOD [JSON|-]"),
    };
    let call = Call {
        address: common::address(address)?,
        method: method.clone(),
        body: json.into(),
        options: common.options(),
    };
    Ok(Box::new(move || call.run()))
}

impl Call {
    fn run(mut self) -> anyhow::Result<ExitCode> {
        if self.body == b"-" {
            self.body.clear();
            let read = io::stdin().read_to_end(&mut self.body);
            read.context("cannot read standard input")?;
        }
        let mut printed = Ok(());
        let print = |item: &[u8]| {
            printed = line(item);
            match printed {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        };
        let answer = Client::connect(&self.address, &self.options)
            .and_then(|mut client| client.call_within(self.options.timeout, &self.method, &self.body, print));
        printed?;
        match answer {
            Ok(reply) => line(&reply)?,
            Err(error) => {
                common::say(&self.address, &self.method, &error);
                return Ok(ExitCode::FAILURE);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Prints a line, at once.
fn line(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.write_all(b"\n")?;
    stdout.flush()
}
