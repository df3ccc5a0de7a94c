//! Reports a host, and runs commands on it.
//!
//! | file | what |
//! |---|---|
//! | `collector` | a thread that reads the host each interval |
//! | `metrics` | what it says of itself |
//! | `plugins` | what its plug-ins say, which run in a process of their own |
//! | `backlog` | batches that the hub has not acknowledged yet, on the disk |
//! | `session` | one connection to the hub: hello, reports, orders |
//! | `uplink` | what jobs say to the hub, over whichever connection there is |
//! | `jobs` | the commands that run |
//! | `process`, `command` | one of them: its process, and what becomes of it |
//! | `guard` | a process of its own that ends commands whose agent was killed |
//!
//! Collecting goes on while there is no connection, and so do commands. What the hub has acknowledged is stored there; all else is kept here and sent
//! again, the oldest first, also by the agent's next life, and the oldest is given up first if it becomes too much.

mod backlog;
mod collector;
mod command;
pub mod guard;
mod jobs;
mod metrics;
pub mod plugins;
mod process;
mod session;
mod sys;
mod uplink;

use std::future::Future;
use std::time::Duration;

use collect::{Collectors, Mysql};
use daemon::backoff::Backoff;

use crate::config;
use crate::error::{Error, Result};
use backlog::Backlog;
use collector::Collector;
use guard::Guard;
use jobs::Jobs;
use session::Session;
use uplink::Uplink;

pub use backlog::Place;
pub use metrics::{explain, metrics};

/// The shortest first wait before the hub is looked for again, and the longest.
const FIRST_WAIT: std::ops::RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(5);

/// How long the last report may take when the agent ends.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Makes what reads a host: its files, and the servers that its configuration names.
///
/// # Errors
/// [`Error::Service`].
pub fn collectors(config: &config::Agent) -> Result<Collectors> {
    let mut collectors = Collectors::new(&config.root);
    if let Some(nginx) = &config.nginx {
        collectors = collectors.with_nginx(nginx.clone());
    }
    if let Some(options) = &config.mysql {
        collectors = collectors.with_mysql(Mysql::from_file(options)?);
    }
    Ok(collectors)
}

/// Reports a host to its hub until `until` is there. Then commands that still run are killed, and what waits is sent if the hub takes it at once.
///
/// Must be called on a runtime of tokio with time and I/O enabled. Any number of agents may be in one process.
///
/// # Errors
/// [`Error::System`] if there cannot be a thread; [`Error::Service`]. That the hub is not there is none: it is looked for again, and said on standard error.
pub async fn run(config: config::Agent, until: impl Future<Output = ()>) -> Result<()> {
    let instance = getrandom::u64().map_err(|why| Error::System {
        what: "draw a random number",
        source: why.into(),
    })?;
    let backlog = Backlog::open(&config.spool);
    let collector = Collector::start(&config, collectors(&config)?, instance, &backlog)?;
    let uplink = Uplink::default();
    let jobs = Jobs::new(
        config.commands,
        config.at_once,
        uplink.clone(),
        Guard::of(instance),
    );
    let session = Session {
        config: &config,
        instance,
        backlog: &backlog,
        collector: &collector,
        uplink: &uplink,
        jobs: &jobs,
    };
    tokio::select! {
        never = connect_again_and_again(&session) => never,
        () = until => {}
    }
    jobs.kill_all();
    let _ = tokio::time::timeout(LAST_WORDS, session.report_the_rest()).await;
    Ok(())
}

/// Connects whenever there is no connection.
///
/// All agents lose their hub in the same moment, and must not come back in the same moment: the first wait is drawn from a part of the interval, so that
/// a thousand agents are spread over it; after that waits double.
async fn connect_again_and_again(session: &Session<'_>) {
    let mut said = String::new();
    let mut backoff = None;
    loop {
        match session.run().await {
            Ok(lost) => {
                backoff = None;
                said.clear();
                eprintln!("muster-agent: {}: {lost}", session.config.hub);
            }
            Err(why) => {
                let why = why.to_string();
                // Once, and not each time: a hub may be away for days.
                if said != why {
                    eprintln!("muster-agent: {}: {why}", session.config.hub);
                    said = why;
                }
            }
        }
        let first = (session.collector.interval() / 4).clamp(*FIRST_WAIT.start(), *FIRST_WAIT.end());
        let wait = backoff.get_or_insert_with(|| Backoff::new(first)).next_wait();
        tokio::time::sleep(wait.mul_f64(0.1 + 0.9 * fastrand::f64())).await;
    }
}
