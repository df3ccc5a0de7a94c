//! The command `send`.

use std::io;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use tokio::runtime;
use tokio::sync::{Notify, oneshot};
use transfer::Spool;
use transfer::spool::Full;

use super::Run;
use super::lines::Lines;
use super::options::Options;
use super::spool::append_group;

/// How often it is looked whether all is acknowledged.
const LOOK: Duration = Duration::from_millis(5);

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut options = Options::new();
    let (mut numbers, mut wait) = (false, None);
    while let Some(arg) = parser.next()? {
        let Arg::Long(name) = arg else {
            return Err(arg.unexpected().into());
        };
        let name = name.to_owned();
        match name.as_str() {
            "numbers" => numbers = true,
            "wait" => wait = Some(super::value::<u32>(parser, &name)?).filter(|&wait| wait > 0),
            _ if options.read(&name, parser)? => {}
            _ => bail!("--{name}: there is no such option"),
        }
    }
    if options.dir.is_none() {
        bail!("--spool is missing");
    }
    if options.to.is_empty() {
        bail!("--to is missing");
    }
    let wait = wait.map(|wait| Duration::from_millis(wait.into()));
    Ok(Box::new(move || send(&options, numbers, wait)))
}

fn send(options: &Options, numbers: bool, wait: Option<Duration>) -> anyhow::Result<ExitCode> {
    let dir = options.dir.clone().unwrap_or_default();
    let spool = Spool::open(&dir, &options.name(), options.settings(Full::DropOldest))?;
    let spool = Arc::new(Mutex::new(spool));
    let more = Arc::new(Notify::new());
    let (end, ended) = oneshot::channel();
    let (filled, notify) = (Arc::clone(&spool), Arc::clone(&more));
    // Standard input cannot be waited for by anything but a thread; it is left behind if the rest fails.
    std::thread::spawn(move || end.send(fill(&filled, &notify, numbers)));
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let sent = runtime.block_on(async {
        let sending = transfer::send::run(Arc::clone(&spool), more, &options.to, options.send.clone());
        tokio::pin!(sending);
        tokio::select! {
            never = &mut sending => never?,
            ended = ended => ended.context("the thread that reads has ended")??,
        }
        let all_sent = async {
            while !spool
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .waiting()
                .is_empty()
            {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            never = &mut sending => never?,
            () = all_sent => return Ok(true),
            () = tokio::time::sleep(wait.unwrap_or(Duration::MAX)) => {}
        }
        anyhow::Ok(false)
    })?;
    let mut spool = spool.lock().unwrap_or_else(PoisonError::into_inner);
    spool.save()?;
    if !sent {
        bail!(
            "{}: {} records wait: no store has acknowledged them",
            dir.display(),
            spool.waiting().count()
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Appends what comes.
fn fill(spool: &Mutex<Spool>, more: &Notify, numbers: bool) -> anyhow::Result<()> {
    let mut lines = Lines::new(io::stdin());
    loop {
        let group = lines.next().context("cannot read standard input")?;
        if group.is_empty() {
            return Ok(());
        }
        let mut stdout = io::stdout();
        let out = numbers.then_some(&mut stdout as &mut dyn io::Write);
        append_group(
            &mut spool.lock().unwrap_or_else(PoisonError::into_inner),
            &group,
            out,
        )?;
        more.notify_waiters();
    }
}
