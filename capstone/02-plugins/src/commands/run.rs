//! Runs the plug-ins of a folder at their times.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use daemon::events::Event;
use nix::sys::signal::Signal;
use plugins::contain::Runs;
use plugins::schedule::{Scheduler, Shared};
use plugins::{manifest, page};

use super::{check, output, serve};

/// What is to be run, and how.
#[derive(Debug)]
pub(crate) struct Options {
    pub(super) folder: PathBuf,
    pub(super) time: Option<Duration>,
    pub(super) at_once: usize,
    pub(super) listen: Option<SocketAddr>,
}

/// Runs them until the time is over or a signal comes.
///
/// # Errors
/// When the folder cannot be read, the address cannot be had, or the output cannot be written.
pub(super) fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let (manifests, errors) = manifest::read_folder(&options.folder)?;
    check::conclude(&errors);
    let runs = Runs::new(&[Signal::SIGTERM, Signal::SIGINT])?;
    let mut scheduler = Scheduler::new(manifests, errors.len(), options.at_once, runs);
    if let Some(address) = options.listen {
        let ledger = scheduler.ledger();
        serve::start(address, move || text(&ledger))?;
    }
    let until = options.time.and_then(|time| Instant::now().checked_add(time));
    while until.is_none_or(|until| Instant::now() < until) {
        let others = scheduler.step(until)?;
        scheduler.take_news().iter().for_each(output::complain);
        if others.iter().any(|event| matches!(event, Event::Signal { .. })) {
            break;
        }
    }
    let ledger = scheduler.ledger();
    // Whatever still runs is killed before anybody is waited for.
    drop(scheduler);
    if options.listen.is_none() {
        io::stdout().lock().write_all(&text(&ledger))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes the page of this moment.
fn text(ledger: &Shared) -> Vec<u8> {
    let now = Instant::now();
    let ledger = ledger.lock();
    let mut samples = ledger.own(now);
    samples.extend(ledger.said(now));
    drop(ledger);
    let mut text = Vec::new();
    // A vector takes all.
    let _ = page::write(&samples, &mut text);
    text
}
