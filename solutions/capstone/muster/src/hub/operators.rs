use std::sync::Arc;
use std::time::{Duration, Instant};

use alarm::trace::{self, Input};
use alarm::{Event, What};
use rpc::methods::{Call, Listener, Method, Methods};
use rpc::{Code, Failure};
use serde::Serialize;

use super::Shared;
use super::alarms::Keeper;
use super::fleet::Ordered;
use super::run::{Run, shutting_down};
use crate::hosts;
use crate::identity::{Identity, Role};
use crate::wire::{self, Ack, Ask, Command, Hush, Order, State, Targets, Why};

/// The longest time that a command may have, in ms: a day.
const LONGEST_MS: u64 = 86_400_000;

/// Adds what operators may call.
pub(super) fn register(methods: &mut Methods, shared: &Arc<Shared>) {
    let hub = Arc::clone(shared);
    let list = move |call: Arc<Call>, _: &[u8]| {
        hub.caller(&call, Role::Operator)?;
        call.reply(&wire::write(&hub.fleet.list(Instant::now())));
        Ok(None)
    };
    methods.add(wire::HOSTS, Method::deferred(list));
    let hub = Arc::clone(shared);
    let run = move |call: Arc<Call>, body: &[u8]| {
        let operator = hub.caller(&call, Role::Operator)?;
        let job = run(&hub, &operator, call, wire::read(body)?)?;
        let hub = Arc::clone(&hub);
        Ok(Some(Box::new(Ear { job, hub }) as Box<dyn Listener>))
    };
    methods.add(wire::RUN, Method::deferred(run));
    let hub = Arc::clone(shared);
    let revoke = move |call: Arc<Call>, body: &[u8]| {
        let operator = hub.caller(&call, Role::Operator)?;
        let who: String = wire::read(body)?;
        let who = Identity::from_uri(&who)
            .ok_or_else(|| Failure::bad_params(format!("{who:?} is nobody, as muster://agent/web01 is")))?;
        let said = hub.revoke(&who, &operator).map_err(Failure::failed)?;
        call.reply(&wire::write(&said));
        Ok(None)
    };
    methods.add(wire::REVOKE, Method::deferred(revoke));
    about_alarms(methods, shared);
}

/// Adds what is about alarms. The alarms' own thread answers.
fn about_alarms(methods: &mut Methods, shared: &Arc<Shared>) {
    add(methods, shared, wire::ALARMS, |_, _| {
        Ok(|keeper: &mut Keeper| Ok(keeper.list()))
    });
    add(methods, shared, wire::WHY, |body, _| {
        let Why { host, rule } = wire::read(body)?;
        Ok(move |keeper: &mut Keeper| keeper.why(&host, &rule))
    });
    add(methods, shared, wire::ACK, |body, by| {
        let Ack { rule, host, labels } = wire::read(body)?;
        let host = trace::host(&host).map_err(Failure::bad_params)?;
        let input = Input::Ack {
            rule: rule.into(),
            host,
            labels: labels.map(|pairs| pairs.into_iter().collect()),
            by: by.to_owned(),
        };
        Ok(move |keeper: &mut Keeper| told(&keeper.carry_out(input)))
    });
    add(methods, shared, wire::SILENCE, |body, by| {
        let (hush, by): (Hush, _) = (wire::read(body)?, by.to_owned());
        Ok(move |keeper: &mut Keeper| told(&keeper.silence(hush, by)?))
    });
    add(methods, shared, wire::UNSILENCE, |body, _| {
        let id = wire::read(body)?;
        Ok(move |keeper: &mut Keeper| told(&keeper.carry_out(Input::Unsilence { id })))
    });
    add(methods, shared, wire::RETIRE, |body, _| {
        let name: String = wire::read(body)?;
        let host = trace::host(&name).map_err(Failure::bad_params)?;
        Ok(move |keeper: &mut Keeper| told(&keeper.carry_out(Input::Retire { host })))
    });
}

/// Adds a method of operators: `read` makes of a body and the caller's name what is to be done.
fn add<T, W>(
    methods: &mut Methods,
    shared: &Arc<Shared>,
    method: &'static str,
    read: impl Fn(&[u8], &str) -> Result<W, Failure> + Send + Sync + 'static,
) where
    T: Serialize,
    W: FnOnce(&mut Keeper) -> Result<T, String> + Send + 'static,
{
    let hub = Arc::clone(shared);
    let asked = move |call: Arc<Call>, body: &[u8]| {
        let operator = hub.caller(&call, Role::Operator)?;
        let work = read(body, &operator)?;
        let is_taken = hub.alarms.ask(move |keeper| match work(keeper) {
            Ok(answer) => call.reply(&wire::write(&answer)),
            Err(why) => call.fail(Failure::failed(why)),
        });
        match is_taken {
            true => Ok(None),
            false => Err(Failure::new(Code::OVERLOADED, "too much waits to be judged")),
        }
    };
    methods.add(method, Method::deferred(asked));
}

/// Makes of events a text, or a failure of what was refused.
pub(super) fn told(events: &[Event]) -> Result<String, String> {
    let refused = events.iter().find_map(|event| match &event.what {
        What::Refused { what } => Some(what.clone()),
        _ => None,
    });
    match refused {
        Some(what) => Err(what),
        None => Ok(events.iter().map(|event| format!("{event}\n")).collect()),
    }
}

/// Begins a run for an operator. Returns its number.
fn run(hub: &Shared, operator: &str, call: Arc<Call>, ask: Ask) -> Result<u64, Failure> {
    let Ask { targets, command } = ask;
    check(&command)?;
    let names = match targets {
        Targets::All => hub.fleet.names(),
        Targets::Hosts(text) => {
            let names = hosts::expand(&text).map_err(Failure::bad_params)?;
            names.into_iter().map(Arc::from).collect()
        }
    };
    if names.is_empty() {
        return Err(Failure::bad_params("the hub knows no hosts yet"));
    }
    let job = hub.runs.number();
    // With the escapes of `Debug`, for whoever gives a command must not write lines of this log.
    eprintln!(
        "muster-hub: run {job} of {operator} on {} hosts: {:?}",
        names.len(),
        command.argv
    );
    let timeout = Duration::from_millis(command.timeout_ms);
    let run = Run::new(job, operator, call, names.clone(), timeout, Instant::now());
    hub.runs.insert(job, run);
    let order = wire::write(&Order::Run { job, command }).into();
    for name in names {
        let (state, why) = match hub.fleet.order(&name, job, &order) {
            Ordered::Sent | Ordered::Waits => continue,
            Ordered::Unreachable => (State::Unreachable, "its agent is not connected"),
            Ordered::Nobody => (State::Unreachable, "the hub knows no such host"),
            Ordered::TooMany => (State::NeverSent, "too many orders wait for its agent"),
        };
        hub.runs.end(job, &name, state, why);
    }
    Ok(job)
}

/// Checks what no process can be given.
fn check(command: &Command) -> Result<(), Failure> {
    let refuse = |why: &str| Err(Failure::bad_params(why));
    if command.argv.first().is_none_or(String::is_empty) {
        return refuse("argv: the program is missing");
    }
    if command.argv.iter().any(|word| word.contains('\0')) {
        return refuse("argv: a NUL byte can be in no argument");
    }
    match (1..=LONGEST_MS).contains(&command.timeout_ms) {
        true => Ok(()),
        false => refuse("timeout_ms: 1 ms to a day"),
    }
}

impl Shared {
    /// Ends a run that nobody waits for.
    pub(super) fn cancel(&self, job: u64) {
        let order = wire::write(&Order::Cancel { job }).into();
        for name in self.runs.cancel(job) {
            self.fleet.order(&name, job, &order);
        }
    }
}

/// Passes on what an operator's call hears.
struct Ear {
    job: u64,
    hub: Arc<Shared>,
}

impl Listener for Ear {
    fn credit(&mut self) {
        self.hub.runs.flush(self.job);
    }

    fn over(&mut self) {
        // Nobody waits for it any more: what runs is ended.
        self.hub.cancel(self.job);
    }

    fn drain(&mut self) {
        self.hub.runs.fail(self.job, shutting_down());
    }
}
