//! Somebody who reports as quickly as the hub takes it, and remembers what the hub has acknowledged.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use collect::{Kind, Labels, Metric, Reading, Unit};
use muster::config;
use muster::wire::batch::{self, Stamp};
use muster::wire::{self, Hello};
use rpc::client::{Multiplex, Options};
use tokio::runtime;
use tokio::task::JoinSet;

/// What it reports: each report has another number, and a millisecond of its own.
pub(super) static METRIC: Metric = Metric {
    name: "test.number",
    kind: Kind::Counter,
    unit: Unit::Count,
    about: "",
    source: "",
};

/// The most reports that wait for an answer.
const AT_ONCE: usize = 32;

/// A pause between two reports: a disk of a few MiB must hold all of them.
const PAUSE: Duration = Duration::from_millis(1);

pub(super) struct Load {
    acknowledged: Arc<Mutex<BTreeSet<u32>>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Load {
    /// Begins to report as the host whose files these are.
    pub(super) fn begin(agent: &Path) -> Self {
        let config = config::Agent::read(&agent.join("agent.toml")).unwrap();
        let acknowledged: Arc<Mutex<BTreeSet<u32>>> = Arc::default();
        let over: Arc<AtomicBool> = Arc::default();
        let (noted, ended) = (Arc::clone(&acknowledged), Arc::clone(&over));
        let thread = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            // An hour ago, so that no number is later than now.
            let since_ms = u64::try_from(store::now_ms()).unwrap() - 3_600_000;
            let mut next = 1;
            while !ended.load(Ordering::Relaxed) {
                runtime.block_on(talk(&config, since_ms, &mut next, &noted, &ended));
                thread::sleep(Duration::from_millis(5));
            }
        });
        Self {
            acknowledged,
            over,
            thread: Some(thread),
        }
    }

    /// Returns how many reports are acknowledged.
    pub(super) fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Ends it, and returns all that are acknowledged.
    pub(super) fn end(mut self) -> BTreeSet<u32> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
        std::mem::take(&mut *self.acknowledged.lock().unwrap())
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

/// Reports over one connection until it is lost.
async fn talk(
    config: &config::Agent,
    since_ms: u64,
    next: &mut u32,
    noted: &Arc<Mutex<BTreeSet<u32>>>,
    ended: &AtomicBool,
) {
    let options = Options {
        tls: Some(config.tls.clone()),
        ..Options::default()
    };
    let Ok(client) = Multiplex::connect(&config.hub, &options).await else {
        return;
    };
    let hello = wire::write(&Hello {
        instance: 1,
        version: "test".to_owned(),
    });
    if client.call(wire::HELLO, &hello).await.is_err() {
        return;
    }
    let mut under_way = JoinSet::<bool>::new();
    while !ended.load(Ordering::Relaxed) {
        tokio::time::sleep(PAUSE).await;
        let mut is_lost = false;
        while let Some(answered) = under_way.try_join_next() {
            is_lost |= !answered.unwrap();
        }
        if is_lost {
            return;
        }
        if under_way.len() >= AT_ONCE {
            continue;
        }
        let number = *next;
        *next += 1;
        let stamp = Stamp {
            instance: 1,
            sequence: number.into(),
            time_ms: since_ms + u64::from(number),
        };
        let reading = Reading {
            metric: &METRIC,
            labels: Labels::none(),
            value: number.into(),
        };
        let body = batch::encode(stamp, [batch::Entry::from(&reading)]);
        let (client, noted) = (client.clone(), Arc::clone(noted));
        under_way.spawn(async move {
            match client.call(wire::REPORT, &body).await {
                Ok(_) => noted.lock().unwrap().insert(number),
                // It is busy, or its disk is full: that is no acknowledgement, and no end.
                Err(rpc::Error::Failed(_)) => true,
                Err(_) => false,
            }
        });
    }
    // Whoever was acknowledged is to know it.
    while under_way.join_next().await.is_some() {}
}
