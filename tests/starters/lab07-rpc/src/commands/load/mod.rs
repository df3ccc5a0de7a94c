//! The command `load`.

mod blocking;
mod histogram;
mod idle;
mod multiplex;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use lexopt::Parser;
use rpc::client::Options;
use rpc::{Code, Error, Failure};

use self::histogram::Histogram;
use self::idle::Idle;
use super::Run;
use super::common::{self, Common, value};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: rpc load ADDR --calls N [OPTION…]
Calls `echo` so many times and tells how long that took.
  --connections N        on so many connections; 1 if not given
  --in-flight N          so many calls at a time on each; 1 if not given
  --bytes N              with so long a body; 128 if not given
  --client KIND          blocking (a thread for each connection) or multiplex; multiplex if not given
  --short                makes a connection for each call
  --idle N               so many more connections stay open meanwhile, on which nothing happens
  --ping MS              after so much silence the server is asked whether it is there; 10000 if not given, 0 is never

";

/// What is called.
const METHOD: &str = "echo";

/// Which client calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Client {
    Blocking,
    Multiplex,
}

/// How long a connection lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Long,
    Short,
}

/// What is to be done.
#[derive(Debug)]
struct Plan {
    address: String,
    calls: u64,
    /// How many calls were begun, or would have been.
    begun: AtomicU64,
    connections: usize,
    in_flight: usize,
    body: Vec<u8>,
    client: Client,
    life: Life,
    idle: usize,
    options: Options,
}

/// What was done.
struct Done {
    times: Histogram,
    took: Duration,
}

impl FromStr for Client {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "blocking" => Ok(Self::Blocking),
            "multiplex" => Ok(Self::Multiplex),
            _ => Err("blocking or multiplex"),
        }
    }
}

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let (mut connections, mut in_flight, mut bytes, mut idle) = (1, 1, 128, 0);
    let (mut calls, mut ping) = (None, None);
    let (mut client, mut life) = (Client::Multiplex, Life::Long);
    let (common, words) = Common::parse(parser, |name, parser| {
        match name {
            "calls" => calls = Some(value(parser, name)?),
            "connections" => connections = value(parser, name)?,
            "in-flight" => in_flight = value(parser, name)?,
            "bytes" => bytes = value(parser, name)?,
            "client" => client = value(parser, name)?,
            "short" => life = Life::Short,
            "idle" => idle = value(parser, name)?,
            "ping" => ping = Some(common::time(parser, name)?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let Ok([address]) = <[String; 1]>::try_from(words) else {
        bail!("ADDR is needed, and nothing else");
    };
    if connections == 0 || in_flight == 0 {
        bail!("--connections and --in-flight: at least 1");
    }
    if client == Client::Blocking && in_flight != 1 {
        bail!("--in-flight: the blocking client has one call at a time on a connection");
    }
    let mut options = common.options();
    // Every call counts, however long it takes.
    options.timeout = common.timeout.unwrap_or_default();
    options.ping = ping.unwrap_or(options.ping);
    let plan = Plan {
        address: common::address(&address)?,
        calls: calls.context("--calls is missing")?,
        begun: AtomicU64::new(0),
        connections,
        in_flight,
        body: body(bytes),
        client,
        life,
        idle,
        options,
    };
    Ok(Box::new(move || plan.run()))
}

/// Returns so many bytes that are not all the same.
fn body(bytes: usize) -> Vec<u8> {
    (b'a'..=b'z').cycle().take(bytes).collect()
}

impl Plan {
    fn run(self) -> anyhow::Result<ExitCode> {
        let idle = Idle::open(&self.address, self.idle)?;
        let plan = Arc::new(self);
        let done = match plan.client {
            Client::Blocking => blocking::run(&plan),
            Client::Multiplex => multiplex::run(&plan),
        };
        match done? {
            Ok(done) => {
                idle.close();
                writeln!(io::stdout(), "{}", done.line())?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                common::say(&plan.address, METHOD, &error);
                Ok(ExitCode::FAILURE)
            }
        }
    }

    /// Returns whether there is another call to make.
    fn take(&self) -> bool {
        self.begun.fetch_add(1, Ordering::Relaxed) < self.calls
    }

    /// Sees to it that no further call is begun.
    fn stop(&self) {
        self.begun.store(self.calls, Ordering::Relaxed);
    }

    /// Looks at a reply.
    fn check(&self, reply: &[u8]) -> Result<(), Error> {
        match reply == self.body {
            true => Ok(()),
            false => Err(Failure::new(Code::INTERNAL, "the reply is not what was sent").into()),
        }
    }
}

impl Done {
    /// Says what was measured.
    fn line(&self) -> String {
        let Self { times, took } = self;
        let seconds = took.as_secs_f64();
        let rate = times.count() as f64 / seconds.max(f64::EPSILON);
        let us = |time: Duration| format!("{:.1} µs", time.as_secs_f64() * 1e6);
        format!(
            "{} calls in {seconds:.3} s: {rate:.0} calls a second, p50 {}, p99 {}, p99.9 {}, slowest {}",
            times.count(),
            us(times.within(500)),
            us(times.within(990)),
            us(times.within(999)),
            us(times.slowest()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_rate_and_times_in_microseconds() {
        let mut times = Histogram::new();
        for us in [100, 100, 100, 2500] {
            times.add(Duration::from_micros(us));
        }
        let took = Duration::from_millis(1234);
        assert_eq!(
            Done { times, took }.line(),
            "4 calls in 1.234 s: 3 calls a second, p50 100.4 µs, p99 2500.0 µs, p99.9 2500.0 µs, slowest 2500.0 µs"
        );
    }
}
