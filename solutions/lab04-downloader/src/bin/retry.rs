//! The program `retry`: lets one connection fail again and again, and shows how long it would wait each time. Nobody waits.
//!
//! It is complete: with it you see, and the suite grades, what a download shows only to who waits for an hour.

use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail};
use downloader::retry::Retry;
use downloader::{Fault, Status};

const HELP: &str = "\
usage: retry RETRIES BACKOFF_MS NOW

Reads from standard input what happens to a connection. NOW is the time, in seconds since 1970. A line is one of
  came BYTES             so many bytes have come
  refused                a fault: connection refused
  STATUS [RETRY-AFTER]   a fault: an answer with this status, and with the header Retry-After
Printed is for each fault how long the connection waits, and which attempt follows.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|word| word.to_string_lossy().into())
        .collect();
    let played = match words.first().map(String::as_str) {
        Some("--help") => Ok(HELP.to_owned()),
        Some("--version") => Ok(concat!("retry ", env!("CARGO_PKG_VERSION"), "\n").to_owned()),
        _ => play(&words),
    };
    match played {
        Ok(text) => {
            // Whoever closed standard output has read enough.
            let _ = io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "retry: {error:#}\nTry `retry --help`.");
            ExitCode::from(2)
        }
    }
}

/// Returns what is printed.
fn play(words: &[String]) -> anyhow::Result<String> {
    let [retries, backoff, now] = words else {
        bail!("RETRIES, BACKOFF_MS and NOW are missing");
    };
    let mut retry = Retry::new(number(retries)?, Duration::from_millis(number(backoff)?));
    let now = SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_secs(number(now)?))
        .context("NOW is too late")?;
    let mut script = String::new();
    io::stdin().read_to_string(&mut script).context("stdin")?;
    let mut text = String::new();
    for (at, line) in script.lines().enumerate() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "came" {
            retry.came(number(rest)?);
            continue;
        }
        let fault = fault(word, rest).with_context(|| format!("line {}", at + 1))?;
        let said = match retry.after(&fault, now) {
            Some(again) => format!("{} ms ({} of {})", again.wait.as_millis(), again.number, again.of),
            None => "gives up".to_owned(),
        };
        text.push_str(&format!("{line}: {said}\n"));
    }
    Ok(text)
}

fn fault(word: &str, rest: &str) -> anyhow::Result<Fault> {
    if word == "refused" {
        return Ok(Fault::Refused);
    }
    Ok(Fault::Status {
        status: Status(number(word)?),
        retry_after: Some(rest.to_owned()).filter(|value| !value.is_empty()),
    })
}

fn number<N: FromStr>(text: &str) -> anyhow::Result<N>
where
    N::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().with_context(|| format!("`{text}` is no number"))
}
