//! What happens at which moment, and what must be so afterwards.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use store::Reader;
use transfer::book::Reason;
use transfer::ledger::Ledger;

use super::disks::Disk;
use super::load::{Load, METRIC};
use crate::harness::{Fleet, INTERVAL, until};

/// Hosts with an agent each: the first two report to the hub, the third to the transfer in front of it.
const HOSTS: [&str; 3] = ["web01", "web02", "db01"];
/// The host that is played by [`Load`], and another, behind the transfer.
const LOADS: [&str; 2] = ["load01", "load02"];
/// Which of these have the transfer before them.
const BEHIND: [&str; 2] = ["db01", "load02"];

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Blow {
    /// kill -9 of an agent.
    Agent,
    /// kill -9 of the hub that stands before another.
    Transfer,
    /// kill -9 of the hub that stores.
    Hub,
    /// The disk of the hub is full for a while.
    HubDisk,
    /// The disk of the agents is full for a while.
    AgentDisk,
    /// The disk of the transfer is full for a while.
    TransferDisk,
}

pub(super) struct Drill<'a> {
    fleet: &'a mut Fleet,
    loads: Vec<Load>,
    rng: fastrand::Rng,
    seed: u64,
    disks: BTreeMap<Blow, Disk>,
    /// How long each kind took to come back, and the most memory that was seen of whom, in KiB.
    took: BTreeMap<Blow, Vec<Duration>>,
    memory: BTreeMap<&'static str, u64>,
}

impl<'a> Drill<'a> {
    /// Starts all of them.
    pub(super) fn begin(fleet: &'a mut Fleet, seed: u64) -> Self {
        fleet.start_transfer();
        for host in HOSTS.into_iter().chain(LOADS) {
            match BEHIND.contains(&host) {
                true => fleet.add_behind(host),
                false => fleet.add(host),
            }
        }
        for host in HOSTS {
            start(fleet, host);
        }
        let agents = fleet.files().join("agents");
        let loads = LOADS.map(|host| Load::begin(&agents.join(host)));
        let drill = Self {
            fleet,
            loads: loads.into(),
            rng: fastrand::Rng::with_seed(seed),
            seed,
            disks: BTreeMap::new(),
            took: BTreeMap::new(),
            memory: BTreeMap::new(),
        };
        drill.until_all_report();
        drill
    }

    /// Adds a disk that can be filled.
    pub(super) fn with(mut self, blow: Blow, disk: Disk) -> Self {
        self.disks.insert(blow, disk);
        self
    }

    /// Has each kind happen so often, in an order by chance.
    pub(super) fn go_through(&mut self, kinds: &[Blow], moments: u64) {
        let each = |kind: &Blow| std::iter::repeat_n(*kind, moments as usize);
        let mut blows: Vec<Blow> = kinds.iter().flat_map(each).collect();
        self.rng.shuffle(&mut blows);
        for blow in blows {
            thread::sleep(Duration::from_millis(self.rng.u64(0..300)));
            let began = self.strike(blow);
            // Now and then the next comes before this one is over.
            if self.rng.u32(0..4) > 0 {
                self.until_all_report();
                self.took.entry(blow).or_default().push(began.elapsed());
            }
        }
        self.until_all_report();
    }

    /// Has it happen, and returns since when all is there again that is needed for coming back.
    fn strike(&mut self, blow: Blow) -> Instant {
        let down = Duration::from_millis(self.rng.u64(0..400));
        match blow {
            Blow::Agent => {
                let host = HOSTS[self.rng.usize(0..HOSTS.len())];
                self.note("agent", self.fleet.agents[host].0.id());
                self.fleet.kill_agent(host);
                thread::sleep(down);
                let began = Instant::now();
                start(self.fleet, host);
                began
            }
            Blow::Hub => {
                let id = self.fleet.hub.as_ref().unwrap().0.id();
                self.note("hub", id);
                self.fleet.kill_hub();
                thread::sleep(down);
                let began = Instant::now();
                self.fleet.start_hub();
                began
            }
            Blow::Transfer => {
                let id = self.fleet.transfer.as_ref().unwrap().0.id();
                self.note("transfer", id);
                self.fleet.transfer.take().unwrap().kill();
                thread::sleep(down);
                let began = Instant::now();
                self.fleet.start_transfer();
                began
            }
            Blow::HubDisk | Blow::AgentDisk | Blow::TransferDisk => {
                let disk = &self.disks[&blow];
                disk.fill();
                thread::sleep(down);
                disk.empty();
                Instant::now()
            }
        }
    }

    /// Waits until every agent's newest reading is stored, and what the loads report is acknowledged.
    fn until_all_report(&self) {
        let (now_ms, counts) = (store::now_ms(), self.counts());
        until("everybody reports again", || {
            let is_there = |host: &&str| newest(self.fleet, host).is_some_and(|newest| newest > now_ms);
            let is_taken = self.counts().iter().zip(&counts).all(|(now, then)| now > then);
            (is_taken && HOSTS.iter().all(is_there)).then_some(())
        });
    }

    fn counts(&self) -> Vec<usize> {
        self.loads.iter().map(Load::count).collect()
    }

    /// Notes the most memory that a process has had.
    fn note(&mut self, who: &'static str, id: u32) {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        let most = self.memory.entry(who).or_default();
        *most = kib.unwrap_or(0).max(*most);
    }

    /// Ends all in order, and looks whether everything adds up.
    pub(super) fn end(mut self) {
        let acknowledged: Vec<_> = std::mem::take(&mut self.loads)
            .into_iter()
            .map(Load::end)
            .collect();
        for host in HOSTS {
            self.note("agent", self.fleet.agents[host].0.id());
            drain(self.fleet, host);
        }
        let spool = self.fleet.transfer_spool();
        until("the transfer has passed on all", || {
            (waiting(&spool) == 0).then_some(())
        });
        for (who, process) in [
            ("transfer", self.fleet.transfer.take()),
            ("hub", self.fleet.hub.take()),
        ] {
            let mut process = process.unwrap();
            self.note(who, process.0.id());
            process.signal(Signal::SIGTERM);
            let status = until("it ends", || process.0.try_wait().unwrap());
            assert!(status.success(), "{who}: {status}");
        }

        let spools: Vec<PathBuf> = HOSTS
            .iter()
            .map(|host| own_spool(self.fleet, host))
            .chain([spool])
            .collect();
        let ledger = Ledger::read(&spools).unwrap();
        assert!(ledger.is_balanced(), "seed {}:\n{ledger}", self.seed);
        let checked = store::check(self.fleet.database()).unwrap();
        assert_eq!(checked.findings, [""; 0], "seed {}", self.seed);
        for (host, hop) in HOSTS.iter().zip(&ledger.hops) {
            self.check_host(host, hop);
        }
        for (host, acknowledged) in LOADS.iter().zip(&acknowledged) {
            let stored: Vec<u32> = values(self.fleet, host, METRIC.name);
            let mut missing: Vec<&u32> = acknowledged
                .iter()
                .filter(|number| stored.binary_search(number).is_err())
                .collect();
            missing.truncate(20);
            assert!(
                missing.is_empty(),
                "seed {}: {host}: acknowledged and not stored: {missing:?}",
                self.seed
            );
            assert!(
                stored.windows(2).all(|pair| pair[0] < pair[1]),
                "seed {}: {host}: stored twice",
                self.seed
            );
        }
        self.say(
            &ledger,
            acknowledged.iter().map(std::collections::BTreeSet::len).sum(),
            checked.samples,
        );
    }

    /// Looks whether an agent's reports are stored: all that were acknowledged, each once, and none is missing that was not given up and counted.
    fn check_host(&self, host: &str, hop: &transfer::ledger::Hop) {
        let seed = self.seed;
        assert_eq!(hop.waiting, 0, "seed {seed}: {hop}");
        let lost: u64 = hop
            .dropped
            .iter()
            .filter(|(reason, _)| **reason != Reason::Torn)
            .map(|(_, count)| count)
            .sum();
        let stored: Vec<u32> = values(self.fleet, host, "agent.batches");
        let count = stored.len() as u64;
        // What was given up may have been stored before, and its acknowledgement lost.
        assert!(
            (hop.acknowledged..=hop.acknowledged + lost).contains(&count),
            "seed {seed}: {host}: {count} are stored\n{hop}"
        );
        if self.disks.is_empty() {
            assert_eq!(lost, 0, "seed {seed}: {hop}");
        }
        // Each life counts from 1 on, and no number is missing in it: what a full disk does not take is in memory.
        let breaks = stored
            .windows(2)
            .filter(|pair| pair[1] != pair[0] + 1 && pair[1] != 1);
        assert!(
            breaks.count() == 0 && stored.first() == Some(&1),
            "seed {seed}: {host}: {stored:?}"
        );
    }

    fn say(&self, ledger: &Ledger, acknowledged: usize, samples: u64) {
        println!(
            "seed {}: {ledger}{acknowledged} reports of the loads acknowledged, all stored once; {samples} samples in the store",
            self.seed
        );
        for (blow, took) in &self.took {
            let mut took = took.clone();
            took.sort_unstable();
            if let (Some(middle), Some(most)) = (took.get(took.len() / 2), took.last()) {
                println!(
                    "{blow:?}: everybody reports again after {middle:.2?}, at the most {most:.2?} ({} times)",
                    took.len()
                );
            }
        }
        for (who, kib) in &self.memory {
            println!("{who}: at the most {:.1} MiB", *kib as f64 / 1024.0);
        }
    }
}

fn start(fleet: &mut Fleet, host: &str) {
    let hub = match BEHIND.contains(&host) {
        true => fleet.before.clone(),
        false => fleet.address.clone(),
    };
    fleet.start_agent_of(host, &hub);
}

/// Ends an agent when all that it has collected is acknowledged.
fn drain(fleet: &mut Fleet, host: &str) {
    until("an agent has nothing left", || {
        let mut agent = fleet.agents.remove(host).unwrap();
        agent.signal(Signal::SIGTERM);
        let status = until("the agent ends", || agent.0.try_wait().unwrap());
        assert!(status.success(), "{host}: {status}");
        if waiting(&own_spool(fleet, host)) == 0 {
            return Some(());
        }
        // It could not say all of it in its last moment: another life.
        start(fleet, host);
        thread::sleep(2 * INTERVAL);
        None
    });
}

fn own_spool(fleet: &Fleet, host: &str) -> PathBuf {
    fleet.files().join("agents").join(host).join("spool")
}

/// Returns how many records wait in a spool.
pub(crate) fn waiting(spool: &std::path::Path) -> u64 {
    let whole = transfer::spool::check(spool, |_, _| {}).map(|check| check.whole);
    let book = transfer::spool::peek(spool).map(|(_, book)| book);
    let (Ok(mut whole), Ok(book)) = (whole, book) else {
        // Somebody writes it just now.
        return u64::MAX;
    };
    whole.subtract(book.settled());
    whole.count()
}

/// Returns when the newest reading of a host was made that is stored, in ms since 1970.
fn newest(fleet: &Fleet, host: &str) -> Option<i64> {
    let reader = Reader::open(fleet.database()).ok()?;
    let host = reader
        .hosts()
        .ok()?
        .into_iter()
        .find(|known| known.name == host)?;
    let series = reader.group(host.id, "agent").ok()?;
    let series = series.into_iter().find(|series| series.name == "agent.batches")?;
    Some(reader.last(series.id).ok()??.time_ms)
}

/// Returns all values of a metric that are stored of a host, in the order of their times.
fn values(fleet: &Fleet, host: &str, metric: &str) -> Vec<u32> {
    let reader = Reader::open(fleet.database()).unwrap();
    let hosts = reader.hosts().unwrap();
    let host = hosts.into_iter().find(|known| known.name == host).unwrap();
    let series = reader.series(host.id).unwrap();
    let series = series.into_iter().find(|series| series.name == metric).unwrap();
    let samples = reader.samples(series.id, 0, i64::MAX / 2).unwrap();
    samples.iter().map(|sample| sample.value as u32).collect()
}
