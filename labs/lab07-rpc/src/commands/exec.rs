//! The command `exec`.

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use daemon::duration;
use lexopt::Parser;
use rpc::client::{Multiplex, Options};
use rpc::exec::client::{PIECE, Piece, run};
use rpc::exec::item::Stream;
use rpc::exec::outcome::BY_SIGNAL;
use rpc::exec::{NOT_EXECUTABLE, NOT_FOUND, Outcome, Params};
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

use super::Run;
use super::common::{Common, address, say, value};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: rpc exec ADDR [OPTION…] -- CMD…
Runs a command on the server, with this program's input and output.
  --timeout S            ends the command after so many seconds (1.5), or 500ms, 10s, 5m, 1h
  --cwd DIR              in this folder
  --env NAME=VALUE       adds a variable to its environment; can be given often
  --clear-env            gives it no other variables than PATH
  --user NAME            as this user, if the server is root
  --limit BYTES          ends the command when it writes more than that
  --shell                CMD is one word, a line for the shell
  --no-stdin             with an empty input
Status: that of the command; 128 and its number if a signal killed it; 124 timed out; 125 the call failed; 126 the command cannot be run;
127 there is none.

";

/// The call failed.
const FAILED: u8 = 125;

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut params = Params {
        stdin: true,
        ..Params::default()
    };
    let (common, mut words) = Common::parse(parser, |name, parser| {
        match name {
            "timeout" => params.timeout_ms = Some(timeout(&value::<String>(parser, name)?)?),
            "cwd" => params.cwd = Some(value(parser, name)?),
            "env" => {
                let variable: String = value(parser, name)?;
                let (name, value) = variable.split_once('=').context("--env: NAME=VALUE")?;
                params.env.insert(name.to_owned(), value.to_owned());
            }
            "clear-env" => params.clear_env = true,
            "user" => params.user = Some(value(parser, name)?),
            "limit" => params.limit = Some(value(parser, name)?),
            "shell" => params.shell = true,
            "no-stdin" => params.stdin = false,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    if words.is_empty() {
        bail!("exec: ADDR is missing");
    }
    let to = address(&words.remove(0))?;
    params.argv = words;
    // What the server would refuse is wrong usage here.
    Params::parse(&params.body()).map_err(|failure| anyhow::anyhow!("exec: {}", failure.message))?;
    let options = common.options();
    Ok(Box::new(move || execute(&to, &options, params)))
}

/// Reads a number of seconds, or a length of time with its unit. Returns ms.
fn timeout(text: &str) -> anyhow::Result<u64> {
    let time = match text.parse() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => duration::parse(text).ok(),
    };
    let time =
        time.with_context(|| format!("--timeout: {text}: seconds, or ms, s, m or h behind a whole number"))?;
    // A moment is not for ever.
    let ms = time.as_millis().max(u128::from(!time.is_zero()));
    u64::try_from(ms).context("--timeout: too long")
}

/// How it came to an end.
enum End {
    /// By itself.
    Done(rpc::Result<Option<Outcome>>),
    /// By a signal for this process, of this number.
    Signal(u8),
}

fn execute(to: &str, options: &Options, params: Params) -> anyhow::Result<ExitCode> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let end = runtime.block_on(until_signal(to, options, &params));
    // What waits for standard input would wait for ever.
    runtime.shutdown_background();
    Ok(ExitCode::from(match end {
        Err(why) => {
            eprintln!("rpc: exec: {why:#}");
            FAILED
        }
        Ok(end) => status(to, &params, end)?,
    }))
}

/// Says what there is to say, and returns the status of this program.
///
/// # Errors
/// That nobody reads its output.
fn status(to: &str, params: &Params, end: End) -> io::Result<u8> {
    Ok(match end {
        End::Signal(number) => BY_SIGNAL + number,
        End::Done(Ok(None)) => return Err(io::ErrorKind::BrokenPipe.into()),
        End::Done(Ok(Some(outcome))) => {
            if outcome.timed_out {
                eprintln!("rpc: {to}: exec: timed out");
            }
            if let Some(limit) = params.limit.filter(|_| outcome.cut) {
                eprintln!("rpc: {to}: exec: cut after {limit} bytes");
            }
            outcome.status()
        }
        End::Done(Err(error)) => {
            say(to, "exec", &error);
            match error.code() {
                Some(NOT_FOUND) => 127,
                Some(NOT_EXECUTABLE) => 126,
                _ => FAILED,
            }
        }
    })
}

/// Runs the command until it ends or this process is told to. Then the command is cancelled, which kills it.
async fn until_signal(to: &str, options: &Options, params: &Params) -> anyhow::Result<End> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let client = tokio::select! {
        client = Multiplex::connect(to, options) => match client {
            Ok(client) => client,
            Err(error) => return Ok(End::Done(Err(error))),
        },
        _ = interrupt.recv() => return Ok(End::Signal(2)),
        _ = terminate.recv() => return Ok(End::Signal(15)),
    };
    let end = tokio::select! {
        done = whole(&client, params) => End::Done(done?),
        _ = interrupt.recv() => End::Signal(2),
        _ = terminate.recv() => End::Signal(15),
    };
    // CANCEL is written by the client's task, which runs on this thread.
    drop(client);
    tokio::task::yield_now().await;
    Ok(end)
}

/// Runs the command, and writes its output to the last byte.
async fn whole(client: &Multiplex, params: &Params) -> io::Result<rpc::Result<Option<Outcome>>> {
    let input = params.stdin.then(read_input);
    let (output, pieces) = mpsc::channel(1);
    let (tell, written) = oneshot::channel();
    // Standard output may block, and nothing else may wait for it: neither the answers to PINGs nor a signal.
    thread::spawn(move || {
        // Nobody waits for it any more if this process ends.
        let _ = tell.send(write_output(pieces));
    });
    let outcome = run(client, params, input, output).await;
    let written = written.await.unwrap_or(Ok(()));
    match (outcome, written) {
        (Ok(Some(_)) | Ok(None), Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        (Ok(Some(_)), Err(_)) => Ok(Ok(None)),
        (outcome, _) => Ok(outcome),
    }
}

/// Reads standard input on a thread of its own, as far as it is sent: a read that waits cannot be ended.
fn read_input() -> mpsc::Receiver<Vec<u8>> {
    let (to, input) = mpsc::channel(1);
    thread::spawn(move || {
        let mut buffer = vec![0; PIECE];
        loop {
            match io::stdin().read(&mut buffer) {
                Ok(0) => break,
                Ok(count) if to.blocking_send(buffer[..count].to_vec()).is_err() => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    eprintln!("rpc: cannot read standard input: {error}");
                    break;
                }
            }
        }
    });
    input
}

fn write_output(mut pieces: mpsc::Receiver<Piece>) -> io::Result<()> {
    while let Some(Piece { stream, bytes }) = pieces.blocking_recv() {
        match stream {
            Stream::Out => {
                let mut out = io::stdout();
                out.write_all(&bytes).and_then(|()| out.flush())?;
            }
            Stream::Err => io::stderr().write_all(&bytes)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_limit_is_in_seconds_or_has_a_unit() {
        for (text, ms) in [
            ("1", Some(1000)),
            ("1.5", Some(1500)),
            ("0", Some(0)),
            ("0.0001", Some(1)),
            ("500ms", Some(500)),
            ("2m", Some(120_000)),
            ("-1", None),
            ("inf", None),
            ("1x", None),
            ("", None),
        ] {
            assert_eq!(timeout(text).ok(), ms, "{text}");
        }
    }
}
