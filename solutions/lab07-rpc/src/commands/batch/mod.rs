//! The command `batch`.

mod answer;
mod caller;
mod input;

use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::bail;
use lexopt::Parser;
use rpc::client::Options;
use rpc::client::pool::{Retry, Route};
use rpc::frame::LEAST_LIMIT;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use self::answer::Answer;
use self::caller::Caller;
use self::input::{Line, Lines, Order};
use super::Run;
use super::common::{self, Common, value};
use super::output::{self, Output};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: rpc batch ADDR[,ADDR…] [OPTION…]
Reads calls from standard input, a JSON object a line, and prints the answers as they come, a JSON object a line.
In: {\"method\":M, \"params\":any, \"key\":text, \"timeout_ms\":N}, of which only the method must be there.
Out: {\"line\":N, \"result\":any, \"items\":[…]} or {\"line\":N, \"error\":{…}}, with several addresses also \"peer\".
  --in-flight N          so many calls at a time; 64 if not given
  --route KIND           which of several servers gets a call: least (with the fewest under way) or key; least if not given
  --retry                calls again what may have been run, as long as there is time
  --max-payload BYTES    the largest payload that is taken, 65536 or more; 1048576 if not given
  --ping MS              after so much silence a server is asked whether it is there; 10000 if not given, 0 is never

";

/// The most calls at a time.
const MOST_IN_FLIGHT: usize = 100_000;

/// What is to be done.
#[derive(Debug)]
struct Plan {
    addresses: Vec<String>,
    in_flight: usize,
    route: Route,
    retry: Retry,
    options: Options,
}

/// A route, as people write it.
struct Named(Route);

impl FromStr for Named {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "least" => Ok(Self(Route::Least)),
            "key" => Ok(Self(Route::Key)),
            _ => Err("least or key"),
        }
    }
}

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut in_flight = 64;
    let (mut route, mut retry) = (Route::Least, Retry::Never);
    let (mut max_payload, mut ping) = (1 << 20, None);
    let (common, words) = Common::parse(parser, |name, parser| {
        match name {
            "in-flight" => in_flight = value(parser, name)?,
            "route" => Named(route) = value(parser, name)?,
            "retry" => retry = Retry::MayRunTwice,
            "max-payload" => max_payload = value(parser, name)?,
            "ping" => ping = Some(common::time(parser, name)?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let Ok([addresses]) = <[String; 1]>::try_from(words) else {
        bail!("ADDR[,ADDR…] is needed, and nothing else");
    };
    if !(1..=MOST_IN_FLIGHT).contains(&in_flight) {
        bail!("--in-flight: 1 to {MOST_IN_FLIGHT}");
    }
    if max_payload < LEAST_LIMIT {
        bail!("--max-payload: {LEAST_LIMIT} or more");
    }
    let mut options = common.options();
    options.max_payload = max_payload;
    options.ping = ping.unwrap_or(options.ping);
    let plan = Plan {
        addresses: several(&addresses)?,
        in_flight,
        route,
        retry,
        options,
    };
    Ok(Box::new(move || plan.run()))
}

/// Reads addresses with commas between them, of which no two are the same.
fn several(text: &str) -> anyhow::Result<Vec<String>> {
    let addresses: Vec<String> = text.split(',').map(common::address).collect::<Result<_, _>>()?;
    for (at, address) in addresses.iter().enumerate() {
        if addresses[..at].contains(address) {
            bail!("{address} is there twice");
        }
    }
    Ok(addresses)
}

/// What those who call share.
struct Work {
    caller: Caller,
    lines: Mutex<Lines>,
    out: output::Lines,
    has_failed: AtomicBool,
}

impl Plan {
    fn run(self) -> anyhow::Result<ExitCode> {
        let runtime = common::runtime()?;
        let output = Output::start();
        let out = output.lines();
        let has_failed = runtime.block_on(self.call(out));
        output.finish()?;
        Ok(match has_failed {
            true => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        })
    }

    /// Does all calls. Returns whether one has failed.
    async fn call(&self, out: output::Lines) -> bool {
        let work = Arc::new(Work {
            caller: Caller::new(self).await,
            lines: Mutex::new(Lines::start()),
            out,
            has_failed: AtomicBool::new(false),
        });
        let mut callers = JoinSet::new();
        for _ in 0..self.in_flight {
            let work = Arc::clone(&work);
            callers.spawn(async move { work.go().await });
        }
        callers.join_all().await;
        work.has_failed.load(Ordering::Relaxed)
    }
}

impl Work {
    /// Makes calls one after the other, until there is no further line, or nobody wants answers.
    async fn go(&self) {
        loop {
            let line = self.lines.lock().await.next().await;
            let Some(Line { number, text }) = line else {
                return;
            };
            let answer = match text.as_deref().map(Order::parse) {
                Ok(Ok(order)) => self.caller.call(number, &order).await,
                Ok(Err(why)) => Answer::malformed(number, why.to_string()),
                Err(why) => Answer::malformed(number, why.to_string()),
            };
            if answer.has_failed() {
                self.has_failed.store(true, Ordering::Relaxed);
            }
            if self.out.send(answer.line()).await.is_err() {
                return;
            }
        }
    }
}
