//! What each command does.

mod crawl;
mod dynamic;
mod fetch;
mod links;
mod save;

use std::io::{self, BufWriter, StdoutLock, Write};
use std::process::ExitCode;

use crawler::{Error, Fault};
use url::Url;

use crate::cli::{Command, HELP};

type Out = BufWriter<StdoutLock<'static>>;

/// Does what was asked for.
///
/// # Errors
/// What ends the command; what only spoils a part of it is said on standard error and in the exit status.
pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    let mut out = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let ended = match command {
        Command::Help => out
            .write_all(HELP.as_bytes())
            .map(|()| ExitCode::SUCCESS)
            .map_err(|error| Error::Output(error).into()),
        Command::Version => writeln!(out, "crawler {}", env!("CARGO_PKG_VERSION"))
            .map(|()| ExitCode::SUCCESS)
            .map_err(|error| Error::Output(error).into()),
        Command::Fetch {
            url,
            limits,
            max_redirects,
            json,
        } => fetch::run(&url, limits, max_redirects, json, &mut out),
        Command::Links {
            url,
            limits,
            engine,
            json,
        } => links::run(&url, limits, engine, json, &mut out),
        Command::Crawl {
            url,
            limits,
            options,
            json,
        } => crawl::run(&url, limits, &options, json, &mut out),
        Command::Save { url, limits, dir } => save::run(&url, limits, &dir, &mut out),
        Command::Dynamic { url, limits, render } => dynamic::run(&url, limits, render, &mut out),
    };
    // What was printed before an error stays printed.
    out.flush().map_err(Error::Output)?;
    ended
}

/// Runs one future to its end, on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    Ok(runtime.block_on(future))
}

/// Runs one future and what it spawns to its end, on all cores.
fn block_on_all_cores<T>(future: impl Future<Output = T>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Error::Runtime)?;
    Ok(runtime.block_on(future))
}

/// Says what became of a URL, and that the command failed.
fn failed(url: &Url, fault: &Fault) -> ExitCode {
    say(&format!("{url}: {fault}"));
    ExitCode::FAILURE
}

/// Says something on standard error. Where that is closed or full, nobody is there to be told.
pub(crate) fn say(message: &str) {
    let _ = writeln!(io::stderr(), "crawler: {message}");
}
