//! No host is called down that reports, and one that is dead is, within three intervals.
//!
//! The short one runs with the other tests. On demand, an hour at an interval of 10 s is compressed: its 360 intervals have passed in 72 s with one of 200 ms.
//! With a shorter one the machine must do nothing else, or hosts are late by themselves: three intervals of 50 ms are less than a thread waits for a busy processor.
//!
//! ```text
//! SOAK_SECONDS=72 SOAK_INTERVAL_MS=200 SOAK_HOSTS=6 cargo test --release -p muster --test fleet soak -- --ignored --nocapture
//! ```

use std::env;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use store::Reader;

use crate::harness::{Fleet, until};
use crate::hook::Hook;

fn number(variable: &str, otherwise: u64) -> u64 {
    env::var(variable)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

#[test]
fn no_host_that_reports_is_ever_down() {
    soak(Duration::from_millis(500), Duration::from_secs(5), 3);
}

#[test]
#[ignore = "takes a minute"]
fn no_host_that_reports_is_ever_down_in_an_hour_compressed() {
    soak(
        Duration::from_millis(number("SOAK_INTERVAL_MS", 200)),
        Duration::from_secs(number("SOAK_SECONDS", 72)),
        number("SOAK_HOSTS", 6),
    );
}

/// Has agents report for so long; then kills them, one after the other.
fn soak(interval: Duration, lasts: Duration, count: u64) {
    let hook = Hook::start();
    let mut fleet = Fleet::new();
    let hub = fleet.files().join("hub");
    let text = fs::read_to_string(hub.join("hub.toml")).unwrap();
    let text = text.replace(
        "interval = \"200ms\"",
        &format!("interval = \"{}ms\"", interval.as_millis()),
    );
    fs::write(hub.join("hub.toml"), text).unwrap();
    fs::write(hub.join("rules.toml"), "").unwrap();
    fs::write(
        hub.join("receivers.toml"),
        format!("[[receiver]]\nname = \"hook\"\nwebhook = \"{}\"\n", hook.url),
    )
    .unwrap();
    fleet.kill_hub();
    fleet.start_hub();
    let hosts: Vec<String> = (1..=count).map(|number| format!("n{number:02}")).collect();
    for host in &hosts {
        fleet.add(host);
        fleet.start_agent(host);
    }
    fleet.until_all_up(hosts.len());
    let stalls = Stalls::watch();
    let (began, from_ms) = (Instant::now(), store::now_ms());
    let mut seen = hook.count("firing", "host-down");
    let mut excused = 0;
    while began.elapsed() < lasts {
        thread::sleep(interval / 2);
        let down = hook.count("firing", "host-down");
        if down > seen {
            // Was it that the host, or all of this machine, did nothing for so long?
            let (gap, stall) = (longest_gap(&fleet, &hosts, from_ms), stalls.longest());
            assert!(
                gap > 2 * interval || stall > interval,
                "a host was called down that has reported: at the most {gap:?} between two readings, and {stall:?} in which the machine did nothing here"
            );
            excused += down - seen;
            seen = down;
        }
    }
    let rounds = began.elapsed().as_millis() / interval.as_millis();
    println!(
        "{rounds} intervals of {interval:?}, {count} hosts: {excused} called down, all of them late themselves; the machine stood still for {:.0?} at the most",
        stalls.longest()
    );
    let late = hook.count("firing", "host-down");
    for host in &hosts {
        let before = hook.count("firing", "host-down");
        fleet.kill_agent(host);
        let began = Instant::now();
        until("the dead host is told", || {
            (hook.count("firing", "host-down") > before).then_some(())
        });
        let took = began.elapsed();
        println!("{host}: told {took:.0?} after its agent was killed");
        // Three intervals without a report, a look at it (a quarter, at least 20 ms), and what this machine takes for it.
        let most = 3 * interval + (interval / 4).max(Duration::from_millis(20)) + Duration::from_millis(250);
        assert!(took < most + 4 * stalls.longest(), "{host}: only after {took:?}");
    }
    let again = hook.count("recovered", "host-down");
    assert!(again <= late, "{again} hosts came back, and {late} were late");
}

/// The longest time between two readings of a host, by its own stamps.
fn longest_gap(fleet: &Fleet, hosts: &[String], from_ms: i64) -> Duration {
    let reader = Reader::open(fleet.database()).unwrap();
    let known = reader.hosts().unwrap();
    let mut longest = 0;
    for host in known.iter().filter(|host| hosts.contains(&host.name)) {
        let series = reader.group(host.id, "agent").unwrap();
        let Some(series) = series.iter().find(|series| series.name == "agent.batches") else {
            continue;
        };
        let samples = reader.samples(series.id, from_ms, i64::MAX / 2).unwrap();
        let mut times: Vec<i64> = samples.iter().map(|sample| sample.time_ms).collect();
        // One that is late just now has no second stamp yet.
        times.push(store::now_ms());
        let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
        longest = gaps.max().unwrap_or(0).max(longest);
    }
    Duration::from_millis(u64::try_from(longest).unwrap_or(0))
}

/// Notes how long this machine lets a thread wait that wants to go on.
struct Stalls {
    longest: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    thread: Mutex<Option<thread::JoinHandle<()>>>,
}

impl Stalls {
    fn watch() -> Self {
        const NAP: Duration = Duration::from_millis(5);
        let (longest, over) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let (noted, ended) = (Arc::clone(&longest), Arc::clone(&over));
        let watch = move || {
            while !ended.load(Ordering::Relaxed) {
                let began = Instant::now();
                thread::sleep(NAP);
                let stall = began.elapsed().saturating_sub(NAP);
                noted.fetch_max(
                    u64::try_from(stall.as_micros()).unwrap_or(u64::MAX),
                    Ordering::Relaxed,
                );
            }
        };
        Self {
            longest,
            over,
            thread: Mutex::new(Some(thread::spawn(watch))),
        }
    }

    fn longest(&self) -> Duration {
        Duration::from_micros(self.longest.load(Ordering::Relaxed))
    }
}

impl Drop for Stalls {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.lock().unwrap().take() {
            let _ = thread.join();
        }
    }
}
