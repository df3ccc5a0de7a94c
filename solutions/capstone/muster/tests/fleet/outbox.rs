//! What is to be told outlives the hub.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use collect::{Kind, Labels, Metric, Reading, Unit};
use muster::config;
use muster::wire::batch::{self, Stamp};
use muster::wire::{self, Hello};
use rpc::client::{Multiplex, Options};
use tokio::runtime;

use crate::harness::{Fleet, LIMIT, until};
use crate::hook::Hook;

/// How many alarms begin to fire, and how many recover, while the hub is killed all the time.
const ALARMS: u32 = 60;

/// So many reports lie between one and the next.
const STEP: u32 = 5;

static METRIC: Metric = Metric {
    name: "test.number",
    kind: Kind::Gauge,
    unit: Unit::Count,
    about: "",
    source: "",
};

/// Reports as a host does: a number, which is one more whenever the hub has taken it.
fn report(config: config::Agent, number: Arc<AtomicU32>, is_over: Arc<AtomicBool>) {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let sequence = AtomicU32::new(1);
    runtime.block_on(async {
        while !is_over.load(Ordering::Relaxed) {
            let options = Options {
                tls: Some(config.tls.clone()),
                timeout: Some(LIMIT),
                ..Options::default()
            };
            // As long as there is a hub.
            if let Ok(client) = Multiplex::connect(&config.hub, &options).await {
                let hello = wire::write(&Hello {
                    instance: 1,
                    version: "test".to_owned(),
                });
                let mut is_there = client.call(wire::HELLO, &hello).await.is_ok();
                while is_there && !is_over.load(Ordering::Relaxed) {
                    let stamp = Stamp {
                        instance: 1,
                        sequence: sequence.fetch_add(1, Ordering::Relaxed).into(),
                        time_ms: u64::try_from(store::now_ms()).unwrap(),
                    };
                    let reading = Reading {
                        metric: &METRIC,
                        labels: Labels::none(),
                        value: number.load(Ordering::Relaxed).into(),
                    };
                    let body = batch::encode(stamp, [batch::Entry::from(&reading)]);
                    is_there = client.call(wire::REPORT, &body).await.is_ok();
                    if is_there && number.load(Ordering::Relaxed) <= ALARMS * STEP {
                        number.fetch_add(1, Ordering::Relaxed);
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
}

/// Each alarm lasts: whatever a hub forgets, the next report shows it again. So each must be told; and whatever is told again has the key that it had.
/// `MUSTER_KILLS=500` kills it so often instead of 50 times.
#[test]
fn a_hub_that_is_killed_at_random_moments_tells_each_firing_and_each_recovery_with_one_key() {
    let kills = std::env::var("MUSTER_KILLS").map_or(50, |text| text.parse().unwrap());
    let hook = Hook::that_takes(Duration::from_millis(5));
    let mut fleet = Fleet::new();
    let hub = fleet.files().join("hub");
    let mut rules = String::new();
    for n in 1..=ALARMS {
        let at = n * STEP;
        let _ = write!(
            rules,
            "[[rule]]\nname = \"begins-{n}\"\nwhen = 'last(test.number) >= {at}'\n\
             [[rule]]\nname = \"ends-{n}\"\nwhen = 'last(test.number) < {at}'\n"
        );
    }
    fs::write(hub.join("rules.toml"), rules).unwrap();
    let receivers = format!("[[receiver]]\nname = \"hook\"\nwebhook = \"{}\"\n", hook.url);
    fs::write(hub.join("receivers.toml"), receivers).unwrap();
    fleet.kill_hub();
    fleet.start_hub();
    fleet.add("load01");
    let config = config::Agent::read(&fleet.files().join("agents/load01/agent.toml")).unwrap();
    let (number, is_over) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
    let (counted, over) = (Arc::clone(&number), Arc::clone(&is_over));
    let reporting = thread::spawn(move || report(config, counted, over));

    let mut rng = fastrand::Rng::with_seed(5);
    let mut killed = 0;
    while killed < kills {
        // The numbers go on as far as the kills do, so that something begins and ends around each of them.
        let most = ALARMS * STEP * (killed + 1) / kills;
        until("something is reported", || {
            (number.load(Ordering::Relaxed) >= most.saturating_sub(3 * STEP)).then_some(())
        });
        thread::sleep(Duration::from_millis(rng.u64(0..250)));
        fleet.kill_hub();
        killed += 1;
        fleet.start_hub();
    }
    let names = |begin: &str| -> BTreeSet<String> { (1..=ALARMS).map(|n| format!("{begin}-{n}")).collect() };
    let keys = |kind: &str| {
        let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (key, message) in hook.told() {
            let rule = message["rule"].as_str().unwrap().to_owned();
            if message["kind"] == kind && rule != "host-down" {
                assert_eq!(message["key"], *key);
                keys.entry(rule).or_default().insert(key);
            }
        }
        keys
    };
    let all: BTreeSet<String> = names("begins").into_iter().chain(names("ends")).collect();
    until("all is told", || {
        let (firing, recovered) = (keys("firing"), keys("recovered"));
        (firing.keys().eq(&all) && recovered.keys().eq(&names("ends"))).then_some(())
    });
    is_over.store(true, Ordering::Relaxed);
    reporting.join().unwrap();
    for kind in ["firing", "recovered"] {
        for (rule, keys) in keys(kind) {
            assert_eq!(keys.len(), 1, "{kind} {rule}: {keys:?}");
        }
    }
    until("nothing is owed any more", || {
        let kept = fs::read_to_string(hub.join("alarms.json")).unwrap();
        kept.starts_with("{\"owed\":{\"hook\":[]}").then_some(())
    });
}

/// A receiver that is away when the hub ends is told by the next one, once it is back.
#[test]
fn what_a_receiver_has_not_taken_when_the_hub_ends_is_told_by_the_next_one() {
    let mut fleet = Fleet::new();
    let hub = fleet.files().join("hub");
    fs::write(
        hub.join("rules.toml"),
        "[[rule]]\nname = \"memory\"\nwhen = 'last(memory.total) > 0'\n",
    )
    .unwrap();
    // Nobody is there.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let receivers = |url: &str| {
        format!("[[receiver]]\nname = \"hook\"\nwebhook = \"{url}\"\nattempts = 100\nbackoff = \"10s\"\n")
    };
    fs::write(
        hub.join("receivers.toml"),
        receivers(&format!("http://{address}/")),
    )
    .unwrap();
    fleet.kill_hub();
    fleet.start_hub();
    fleet.add("web01");
    fleet.start_agent("web01");
    until("it was tried", || {
        let log = fs::read_to_string(fleet.folder.0.join("hub.log")).unwrap();
        log.contains("muster-hub: hook: ").then_some(())
    });
    let ended = fleet.hub.take().unwrap();
    ended.signal(nix::sys::signal::Signal::SIGTERM);
    let mut ended = ended;
    let status = until("the hub ends", || ended.0.try_wait().unwrap());
    assert!(status.success(), "{status}");
    let hook = Hook::start();
    fs::write(hub.join("receivers.toml"), receivers(&hook.url)).unwrap();
    fleet.start_hub();
    hook.until("firing", "memory", "web01");
    assert_eq!(hook.count("firing", "memory"), 1);
}
