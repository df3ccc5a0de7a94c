//! The client's side: what waits in a spool goes to one store, or to several, until they have said that they have it.
//!
//! Whoever fills the spool never waits for a store. One task for each store reads the spool, so that memory holds at most a window for each.

mod task;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rpc::client::Options;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::error::{Error, Result};
use crate::route::{Failover, Router};
use crate::spool::Spool;
use crate::window::Limits;
use task::Task;

/// How to send.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// How much at a time.
    pub limits: Limits,
    /// What happens to records whose store is down.
    pub failover: Failover,
    /// How long a store may be without a connection before it is down.
    pub patience: Duration,
    /// How to connect: with which certificate, if there must be one.
    pub connect: Options,
}

/// What the tasks share.
struct Shared {
    spool: Arc<Mutex<Spool>>,
    more: Arc<Notify>,
    router: Mutex<Router>,
    stores: Vec<String>,
    settings: Settings,
    start: Instant,
}

/// Sends what waits in a spool, and what comes into it, for ever. Whoever appends says so by `more`, after a sync; that may also be forgotten.
///
/// Must be called on a runtime of tokio with time and I/O enabled. It may be dropped at any moment: what was on its way is sent again by the next one.
///
/// # Errors
/// What the spool's files do not do. That a store is not there is none: it is looked for again.
pub async fn run(
    spool: Arc<Mutex<Spool>>,
    more: Arc<Notify>,
    stores: &[String],
    settings: Settings,
) -> Result<()> {
    let shared = Arc::new(Shared {
        spool,
        more,
        router: Mutex::new(Router::new(stores, settings.failover, settings.patience)),
        stores: stores.to_vec(),
        settings,
        start: Instant::now(),
    });
    let mut tasks = JoinSet::new();
    for store in 0..stores.len() {
        tasks.spawn(Task::new(&shared, store).run());
    }
    match tasks.join_next().await {
        Some(Ok(ended)) => ended,
        Some(Err(why)) => Err(Error::Serve {
            what: "send",
            why: why.to_string(),
        }),
        None => Ok(()),
    }
}
