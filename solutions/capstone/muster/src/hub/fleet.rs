use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rpc::methods::Call;
use rpc::{Code, Failure};

use super::SILENT_INTERVALS;
use crate::wire::{self, HostState};

/// The most orders that wait for an agent that does not take them.
const MOST_WAITING: usize = 1000;

/// The hosts: who is connected, who has reported.
pub(super) struct Fleet {
    interval: Duration,
    hosts: Mutex<HashMap<Arc<str>, Host>>,
}

#[derive(Default)]
struct Host {
    agent: Option<Agent>,
    /// Which life of its agent was here last.
    instance: Option<u64>,
    version: Option<String>,
    /// When it reported last.
    reported: Option<Instant>,
}

/// An agent that is connected and takes orders.
struct Agent {
    orders: Arc<Call>,
    /// Which of the host's connections it is: an older one may end after this has begun.
    connection: u64,
    /// Orders that it has no credit for.
    waiting: VecDeque<(u64, Arc<[u8]>)>,
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ordered {
    /// It was sent, or is about to be.
    Sent,
    /// It waits until the agent takes it, or is lost: [`Fleet::detach`] tells then.
    Waits,
    /// The host is not connected.
    Unreachable,
    /// There is no such host.
    Nobody,
    /// Too many wait already.
    TooMany,
}

impl Fleet {
    /// Makes one that nobody belongs to yet.
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            interval,
            hosts: Mutex::default(),
        }
    }

    /// Adds a host that is known from before, and has been silent for so long.
    pub(super) fn remember(&self, name: &str, silent: Duration) {
        let reported = Instant::now().checked_sub(silent);
        self.lock().entry(name.into()).or_default().reported = reported;
    }

    /// Takes note of an agent that says hello. Returns whether it is another life than the one before: what ran in that is dead.
    pub(super) fn hello(&self, name: &str, hello: wire::Hello) -> bool {
        let mut hosts = self.lock();
        let host = hosts.entry(name.into()).or_default();
        host.version = Some(hello.version);
        let before = host.instance.replace(hello.instance);
        before.is_some_and(|before| before != hello.instance)
    }

    /// Takes note that a host has reported.
    pub(super) fn reported(&self, name: &str) {
        self.lock().entry(name.into()).or_default().reported = Some(Instant::now());
    }

    /// Takes note of where an agent waits for orders; `connection` must be a number that no other has. An older connection is told to end.
    pub(super) fn attach(&self, name: &str, connection: u64, orders: Arc<Call>) {
        let agent = Agent {
            orders,
            connection,
            waiting: VecDeque::new(),
        };
        let older = self.lock().entry(name.into()).or_default().agent.replace(agent);
        if let Some(older) = older {
            let why = "another connection has the same certificate";
            older.orders.fail(Failure::new(Code::CANCELLED, why));
        }
    }

    /// Takes note that a connection has ended. Returns the jobs that were not sent, or nothing if there is a newer connection already.
    pub(super) fn detach(&self, name: &str, connection: u64) -> Option<Vec<u64>> {
        let mut hosts = self.lock();
        let agent = hosts
            .get_mut(name)?
            .agent
            .take_if(|agent| agent.connection == connection)?;
        Some(agent.waiting.into_iter().map(|(job, _)| job).collect())
    }

    /// Returns the call on which an agent waits for orders.
    pub(super) fn orders_of(&self, name: &str) -> Option<Arc<Call>> {
        let hosts = self.lock();
        Some(Arc::clone(&hosts.get(name)?.agent.as_ref()?.orders))
    }

    /// Sends an order about a job, as the wire has it.
    pub(super) fn order(&self, name: &str, job: u64, order: &Arc<[u8]>) -> Ordered {
        let mut hosts = self.lock();
        let Some(host) = hosts.get_mut(name) else {
            return Ordered::Nobody;
        };
        let Some(agent) = &mut host.agent else {
            return Ordered::Unreachable;
        };
        if agent.waiting.len() >= MOST_WAITING {
            return Ordered::TooMany;
        }
        agent.waiting.push_back((job, Arc::clone(order)));
        match agent.flush() {
            Ok(true) => Ordered::Sent,
            Ok(false) => Ordered::Waits,
            Err(()) => {
                agent.waiting.pop_back();
                Ordered::Unreachable
            }
        }
    }

    /// Sends what an agent may be sent now.
    pub(super) fn flush(&self, name: &str, connection: u64) {
        let mut hosts = self.lock();
        let agent = hosts.get_mut(name).and_then(|host| host.agent.as_mut());
        if let Some(agent) = agent.filter(|agent| agent.connection == connection) {
            // If it is over, `detach` comes next.
            let _ = agent.flush();
        }
    }

    /// Returns the names of all hosts, sorted.
    pub(super) fn names(&self) -> Vec<Arc<str>> {
        let mut names: Vec<Arc<str>> = self.lock().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    /// Returns what there is to say of all hosts, sorted by name.
    pub(super) fn list(&self, now: Instant) -> Vec<wire::Host> {
        let hosts = self.lock();
        let mut list: Vec<wire::Host> = hosts
            .iter()
            .map(|(name, host)| host.told(name, now, self.interval))
            .collect();
        drop(hosts);
        list.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        list
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    fn told(&self, name: &str, now: Instant, interval: Duration) -> wire::Host {
        let silent = self.reported.map(|at| now.saturating_duration_since(at));
        let up = silent.is_some_and(|silent| silent <= interval * SILENT_INTERVALS);
        wire::Host {
            name: name.to_owned(),
            state: if up { HostState::Up } else { HostState::Down },
            connected: self.agent.is_some(),
            silent_ms: silent.map(|silent| silent.as_millis().try_into().unwrap_or(u64::MAX)),
            version: self.version.clone(),
        }
    }
}

impl Agent {
    /// Sends orders as long as it takes them. Returns whether all are sent.
    fn flush(&mut self) -> Result<bool, ()> {
        while let Some((_, order)) = self.waiting.front() {
            match self.orders.try_send(order) {
                Ok(true) => self.waiting.pop_front(),
                Ok(false) => return Ok(false),
                Err(_) => return Err(()),
            };
        }
        Ok(true)
    }
}
