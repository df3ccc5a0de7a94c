//! The command `subscribe`.

use std::process::ExitCode;

use anyhow::bail;
use lexopt::Parser;
use rpc::client::Options;
use rpc::client::subscription::{Notice, Subscription};

use super::Run;
use super::common::{self, Common, value};
use super::output::Output;

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: rpc subscribe ADDR TOPIC [--count N] [--ping MS]
Prints the messages of a topic, a line each: its number and what was published. Connects again whenever the connection is lost.
  --count N              ends after so many messages
  --ping MS              after so much silence the server is asked whether it is there; 10000 if not given, 0 is never

";

/// What is to be done.
#[derive(Debug)]
struct Plan {
    address: String,
    topic: String,
    count: Option<u64>,
    options: Options,
}

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut count = None;
    let mut ping = None;
    let (common, words) = Common::parse(parser, |name, parser| {
        match name {
            "count" => count = Some(value(parser, name)?),
            "ping" => ping = Some(common::time(parser, name)?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let Ok([address, topic]) = <[String; 2]>::try_from(words) else {
        bail!("ADDR and TOPIC are needed, and nothing else");
    };
    let mut options = common.options();
    options.ping = ping.unwrap_or(options.ping);
    let plan = Plan {
        address: common::address(&address)?,
        topic,
        count,
        options,
    };
    Ok(Box::new(move || plan.run()))
}

impl Plan {
    fn run(self) -> anyhow::Result<ExitCode> {
        let runtime = common::runtime()?;
        let output = Output::start();
        let status = runtime.block_on(self.listen(&output));
        output.finish()?;
        Ok(status)
    }

    async fn listen(self, output: &Output) -> ExitCode {
        let Self { address, topic, .. } = &self;
        let lines = output.lines();
        let mut subscription = Subscription::new(address, topic, self.options.clone());
        let mut left = self.count;
        while left != Some(0) {
            match subscription.next().await {
                Ok(Notice::Message { seq, body }) => {
                    let sent = lines.send(line(seq, body)).await;
                    left = left.map(|left| left - 1);
                    if sent.is_err() {
                        break;
                    }
                }
                Ok(Notice::Subscribed { seq }) => eprintln!("subscribed to {topic} at {seq}"),
                Ok(Notice::Missed { count }) => eprintln!("rpc: {address}: {topic}: missed {count}"),
                Ok(Notice::Anew { seq }) => eprintln!("rpc: {address}: {topic} begins anew at {seq}"),
                Ok(Notice::Lost { why, wait }) => {
                    eprintln!("rpc: {address}: {why}; again in {} ms", wait.as_millis());
                }
                Err(error) => {
                    common::say(address, "subscribe", &error);
                    return ExitCode::FAILURE;
                }
            }
        }
        ExitCode::SUCCESS
    }
}

/// Returns a message as a line. Between the tokens of JSON a line may end, but in a line that is a space.
fn line(seq: u64, mut body: Vec<u8>) -> Vec<u8> {
    common::on_one_line(&mut body);
    [seq.to_string().as_bytes(), b" ", &body, b"\n"].concat()
}
