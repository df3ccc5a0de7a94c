//! The command line.

mod drill;
mod lines;
mod options;
mod put;
mod send;
mod serve;
mod spool;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use transfer::ledger::Ledger;

/// What a command does.
pub(crate) type Run = Box<dyn FnOnce() -> anyhow::Result<ExitCode>>;

const HELP: &str = "\
Records between agents and stores: nothing acknowledged is lost, nothing is stored twice.

usage: transfer spool append DIR [OPTION…]
  Appends lines of standard input, and prints the number of each when it is durable.
usage: transfer spool read DIR          prints what waits: number, blank, record
usage: transfer spool ack DIR NUMBERS   notes that these are stored, written as 1-5,7
usage: transfer spool release DIR STORE
  A store is gone for good: what was sent there and never acknowledged may go to another one. It is counted; should that store come back, it may
  have these records as well.
usage: transfer spool info DIR          prints who it is, and what has become of its numbers
usage: transfer spool check DIR         reads all of it; status 1 if something is damaged or torn

usage: transfer send --spool DIR --to ADDR[,ADDR…] [OPTION…]
  Appends lines of standard input to a spool, and sends them. Ends when all is acknowledged.
  --numbers              prints the number of each line when it is durable
  --wait MS              ends with status 1 if not all is acknowledged so long after the end of input; 0, never, if not given

usage: transfer relay --listen ADDR:PORT --spool DIR --to ADDR[,ADDR…] [OPTION…]
  Takes records into its spool, acknowledges them, and sends them on, until SIGTERM.

usage: transfer sink --listen ADDR:PORT --out FILE
  Appends records to a file, acknowledges them when they are durable, until SIGTERM.

usage: transfer ledger PATH…
  Adds up spools (folders) and sinks' files that no process has open. Status 1 if a record is unaccounted for or stored twice.

usage: transfer put --to ADDR
  Sends one batch of records, NUMBER SOURCE EPOCH SEQUENCE TEXT a line, and prints the answer.

usage: transfer drill spool DIR | window | marks | route STORE…
  Drives one part from a script on standard input; a wrong line says which there are.

options of a spool:
  --source NAME          of a new spool; the host's name if not given
  --most BYTES           the most that its records may have on the disk; 67108864 if not given
  --segment BYTES        the size of its files; 1048576 if not given, and never more than a quarter of the most
  --full drop|refuse     without room the oldest are dropped and counted, or the newest refused; drop if not given, refuse in a relay
options for sending:
  --failover next|wait   records for a store that is down go to the next, or wait; next if not given
  --patience MS          after so long without a connection a store is down; 1000 if not given
  --window BYTES         the most that is sent and not acknowledged, for each store; 1048576 if not given
  --batch RECORDS        the most records at a time; 256 if not given

Exit status: 0 done; 1 something went wrong or is wrong; 2 wrong usage.
";

/// Reads the arguments.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(mut parser: Parser) -> anyhow::Result<Run> {
    let command = match parser.next()? {
        Some(Arg::Value(command)) => command.to_string_lossy().into_owned(),
        Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Box::new(|| print(HELP))),
        Some(Arg::Long("version") | Arg::Short('V')) => {
            return Ok(Box::new(|| {
                print(concat!("transfer ", env!("CARGO_PKG_VERSION"), "\n"))
            }));
        }
        Some(arg) => return Err(arg.unexpected().into()),
        None => bail!("a command is missing"),
    };
    match command.as_str() {
        "spool" => spool::parse(&mut parser),
        "send" => send::parse(&mut parser),
        "relay" => serve::parse_relay(&mut parser),
        "sink" => serve::parse_sink(&mut parser),
        "put" => put::parse(&mut parser),
        "drill" => drill::parse(&mut parser),
        "ledger" => {
            let mut paths = Vec::new();
            while let Some(arg) = parser.next()? {
                match arg {
                    Arg::Value(path) => paths.push(PathBuf::from(path)),
                    _ => return Err(arg.unexpected().into()),
                }
            }
            if paths.is_empty() {
                bail!("ledger: a spool's folder or a sink's file is missing");
            }
            Ok(Box::new(move || ledger(&paths)))
        }
        _ => bail!("{command}: there is no such command"),
    }
}

fn ledger(paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let ledger = Ledger::read(paths)?;
    print(&ledger.to_string())?;
    Ok(match ledger.is_balanced() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn print(text: &str) -> anyhow::Result<ExitCode> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Reads an option's value.
fn value<T>(parser: &mut Parser, name: &str) -> anyhow::Result<T>
where
    T: std::str::FromStr,
    T::Err: Into<anyhow::Error> + Send + Sync + std::error::Error + 'static,
{
    let value = parser.value().with_context(|| format!("--{name}"))?;
    let text = value.to_string_lossy();
    text.parse().with_context(|| format!("--{name}: {text}"))
}
