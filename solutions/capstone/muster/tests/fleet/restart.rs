//! What was acknowledged is there, whatever becomes of the hub.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use collect::{Kind, Labels, Metric, Reading, Unit};
use muster::config;
use muster::wire::batch::{self, Stamp};
use muster::wire::{self, Hello};
use rpc::client::{Multiplex, Options};
use tokio::runtime;

use crate::harness::{Fleet, LIMIT, until};

/// Returns whether these are 1, 2, 3 and so on.
fn are_all(batches: &[f64]) -> bool {
    batches
        .iter()
        .zip(1..)
        .all(|(batch, expected)| *batch == f64::from(expected))
}

#[test]
fn a_hub_that_is_killed_and_started_again_has_every_batch_of_every_agent() {
    let hosts = ["db01", "web01", "web02"];
    let mut fleet = Fleet::with(&hosts);
    for round in 1..=2 {
        fleet.kill_hub();
        let stored = hosts.map(|host| fleet.batches(host).len());
        // The agents go on: each has something to send again when the hub is back.
        until("agents collect without the hub", || {
            let clients = hosts
                .map(|host| std::fs::read_to_string(fleet.folder.0.join(format!("{host}.log"))).unwrap());
            clients
                .iter()
                .all(|log| {
                    log.matches("connected, as").count() == round
                        && log.trim_end().lines().count() > 2 * round - 1
                })
                .then_some(())
        });
        fleet.start_hub();
        fleet.until_all_up(hosts.len());
        for (host, stored) in hosts.iter().zip(stored) {
            until("batches from before and after are there", || {
                (fleet.batches(host).len() > stored + 10).then_some(())
            });
        }
    }
    let checked = store::check(fleet.database()).unwrap();
    assert!(checked.samples > 1000, "{checked:?}");
    assert_eq!(checked.findings, [""; 0]);
    for host in hosts {
        let batches = fleet.batches(host);
        assert!(are_all(&batches), "{host}: {batches:?}");
        assert_eq!(
            fleet.values(host, "agent.dropped_batches").iter().sum::<f64>(),
            0.0
        );
    }
}

#[test]
fn an_agent_that_is_told_to_end_sends_its_last_batch() {
    let mut fleet = Fleet::with(&["web01"]);
    let agent = fleet.agents.remove("web01").unwrap();
    agent.signal(nix::sys::signal::Signal::SIGTERM);
    let mut agent = agent;
    let status = until("it ends", || agent.0.try_wait().unwrap());
    assert!(status.success(), "{status}");
    let batches = fleet.batches("web01");
    assert!(!batches.is_empty() && are_all(&batches), "{batches:?}");
}

#[test]
fn a_hub_that_is_told_to_end_does_so_with_agents_and_a_run_under_way() {
    let mut fleet = Fleet::with(&["web01"]);
    let mut run = fleet.command(&["run", "--all", "--", "sleep", "1000"]);
    let run = run
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    until("the command runs", || {
        (!children(&fleet, "web01").is_empty()).then_some(())
    });
    let mut hub = fleet.hub.take().unwrap();
    hub.signal(nix::sys::signal::Signal::SIGTERM);
    let status = until("the hub ends", || hub.0.try_wait().unwrap());
    assert!(status.success(), "{status}");
    let run = run.wait_with_output().unwrap();
    let out = String::from_utf8_lossy(&run.stdout);
    assert!(out.starts_with("-- web01: unknown, "), "{out}");
    assert_eq!(run.status.code(), Some(1));
}

/// Returns the processes that an agent has started.
fn children(fleet: &Fleet, host: &str) -> Vec<String> {
    let pid = fleet.agents[host].0.id();
    let path = format!("/proc/{pid}/task/{pid}/children");
    let children = std::fs::read_to_string(path).unwrap_or_default();
    children.split_whitespace().map(str::to_owned).collect()
}

static METRIC: Metric = Metric {
    name: "test.number",
    kind: Kind::Counter,
    unit: Unit::Count,
    about: "",
    source: "",
};

#[test]
fn what_is_acknowledged_is_stored_when_the_hub_is_killed_in_the_middle_of_it() {
    let mut fleet = Fleet::new();
    fleet.add("load01");
    let config = config::Agent::read(&fleet.files().join("agents/load01/agent.toml")).unwrap();
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let noted = Arc::clone(&acknowledged);
    let sending = runtime.spawn(async move {
        let options = Options {
            tls: Some(config.tls),
            timeout: Some(LIMIT),
            ..Options::default()
        };
        let client = Multiplex::connect(&config.hub, &options).await.unwrap();
        let hello = wire::write(&Hello {
            instance: 1,
            version: "test".to_owned(),
        });
        client.call(wire::HELLO, &hello).await.unwrap();
        let mut under_way = tokio::task::JoinSet::<bool>::new();
        for number in 1_u32.. {
            while under_way.len() >= 100 {
                if !under_way.join_next().await.unwrap().unwrap() {
                    return;
                }
            }
            let stamp = Stamp {
                instance: 1,
                sequence: number.into(),
                time_ms: 1_700_000_000_000 + u64::from(number),
            };
            let reading = Reading {
                metric: &METRIC,
                labels: Labels::none(),
                value: number.into(),
            };
            let body = batch::encode(stamp, [batch::Entry::from(&reading)]);
            let (client, noted) = (client.clone(), Arc::clone(&noted));
            under_way.spawn(async move {
                match client.call(wire::REPORT, &body).await {
                    Ok(_) => noted.lock().unwrap().insert(number),
                    // It is busy: that is no acknowledgement, and no end.
                    Err(rpc::Error::Failed(_)) => true,
                    Err(_) => false,
                }
            });
        }
    });
    until("many are acknowledged", || {
        (acknowledged.lock().unwrap().len() > 2000).then_some(())
    });
    fleet.kill_hub();
    runtime
        .block_on(async { tokio::time::timeout(LIMIT, sending).await })
        .unwrap()
        .unwrap();
    runtime.shutdown_timeout(Duration::from_secs(1));
    fleet.start_hub();
    let stored: BTreeSet<u32> = fleet
        .values("load01", "test.number")
        .iter()
        .map(|&value| value as u32)
        .collect();
    let acknowledged = acknowledged.lock().unwrap();
    let missing: Vec<&u32> = acknowledged.difference(&stored).collect();
    assert!(
        missing.is_empty(),
        "{} of {}: {missing:?}",
        missing.len(),
        acknowledged.len()
    );
}
