use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rpc::methods::{Call, Listener, Method, Methods};
use rpc::{Code, Failure};
use store::{Batch, Sample};

use super::Shared;
use super::run::{no_such_job, shutting_down};
use crate::identity::Role;
use crate::wire::{self, Done, Hello, Piece, State, Welcome, batch};

/// How far the clock of a host may be ahead, in ms: an hour. What is later would be the newest for ever.
const AHEAD_MS: u64 = 3_600_000;

/// Adds what agents may call.
pub(super) fn register(methods: &mut Methods, shared: &Arc<Shared>) {
    let connections = AtomicU64::new(0);
    let hub = Arc::clone(shared);
    methods.add(
        wire::HELLO,
        Method::deferred(move |call, body| hub.hello(&call, body).map(|()| None)),
    );
    let hub = Arc::clone(shared);
    methods.add(
        wire::REPORT,
        Method::deferred(move |call, body| hub.report(call, body).map(|()| None)),
    );
    let hub = Arc::clone(shared);
    methods.add(
        transfer::wire::PUT,
        Method::deferred(move |call, body| hub.passed_on(call, body).map(|()| None)),
    );
    let hub = Arc::clone(shared);
    methods.add(
        wire::OUTPUT,
        Method::deferred(move |call, body| hub.output(call, body).map(|()| None)),
    );
    let hub = Arc::clone(shared);
    methods.add(
        wire::DONE,
        Method::deferred(move |call, body| hub.done(&call, body).map(|()| None)),
    );
    let hub = Arc::clone(shared);
    let orders = move |call: Arc<Call>, _: &[u8]| {
        let orders = Orders {
            name: hub.caller(&call, Role::Agent)?,
            connection: connections.fetch_add(1, Ordering::Relaxed),
            call: Arc::clone(&call),
            hub: Arc::clone(&hub),
        };
        eprintln!(
            "muster-hub: {}: connected from {}",
            orders.name,
            orders.call.peer()
        );
        hub.runs.lost(&orders.name, None);
        hub.fleet.attach(&orders.name, orders.connection, call);
        Ok(Some(Box::new(orders) as Box<dyn Listener>))
    };
    methods.add(wire::ORDERS, Method::deferred(orders));
}

impl Shared {
    fn hello(&self, call: &Call, body: &[u8]) -> Result<(), Failure> {
        let name = self.caller(call, Role::Agent)?;
        let hello: Hello = wire::read(body)?;
        if self.fleet.hello(&name, hello) {
            self.runs.died(&name);
        }
        call.reply(&wire::write(&Welcome {
            name,
            interval_ms: self.interval.as_millis().try_into().unwrap_or(u64::MAX),
        }));
        Ok(())
    }

    /// Stores a batch, or keeps it for the hub behind this one. It is answered when it is stored, here or in the spool.
    fn report(&self, call: Arc<Call>, body: &[u8]) -> Result<(), Failure> {
        let name = self.caller(&call, Role::Agent)?;
        if body.len() > wire::LARGEST as usize {
            let why = format!(
                "a report of {} bytes, where {} are the most",
                body.len(),
                wire::LARGEST
            );
            return Err(Failure::new(Code::TOO_LARGE, why));
        }
        if let Some(relay) = &self.relay {
            self.fleet.reported(&name);
            return relay.pass_on(&name, body, call);
        }
        self.accept(&name, body, move |stored| match stored {
            Ok(()) => call.reply(&[]),
            Err(why) => call.fail(why),
        })
    }

    /// Queues a host's batch for the store, and has it judged when it is there. `done` is called after the commit, or with why there was none.
    ///
    /// # Errors
    /// [`Code::BAD_PARAMS`] if it never can be stored, [`Code::OVERLOADED`] if that cannot be now; `done` is not called then.
    pub(super) fn accept(
        &self,
        name: &str,
        body: &[u8],
        done: impl FnOnce(Result<(), Failure>) + Send + 'static,
    ) -> Result<(), Failure> {
        let (stamp, rows) = batch::decode(body).map_err(Failure::bad_params)?;
        let now = u64::try_from(store::now_ms()).unwrap_or_default();
        if stamp.time_ms > now + AHEAD_MS {
            let ahead = (stamp.time_ms - now) / 1000;
            return Err(Failure::bad_params(format!(
                "the clock of {name} is {ahead} s ahead of the hub's"
            )));
        }
        let time_ms = i64::try_from(stamp.time_ms).map_err(Failure::bad_params)?;
        let samples: Vec<_> = rows
            .into_iter()
            .map(|row| Sample {
                name: row.name.into(),
                labels: row.labels,
                kind: row.kind,
                unit: row.unit,
                time_ms,
                value: row.value,
            })
            .collect();
        self.fleet.reported(name);
        let judged = self.alarms.pick(&samples, time_ms);
        let alarms = Arc::clone(&self.alarms);
        let batch = Batch::now(name.to_owned(), samples);
        let host: Arc<str> = name.into();
        let (counts, queued) = (Arc::clone(&self.counts), Instant::now());
        let (forwards, late) = (Arc::clone(&self.forwards), self.forwards.arrives(name, time_ms));
        self.counts.queued();
        let append = self.writer.append(batch, move |stored| {
            counts.ended(queued, stored.is_ok());
            match stored {
                Ok(appended) => {
                    done(Ok(()));
                    forwards.stored(&host, time_ms, appended.stored, late);
                    // What was sent twice was judged when it came first.
                    let is_new = appended.stored > 0 || appended.repeated == 0;
                    alarms.report(&host, if is_new { judged } else { Vec::new() });
                }
                Err(why) => {
                    eprintln!("muster-hub: {why}");
                    // It is not the host that is down.
                    alarms.report(&host, Vec::new());
                    done(Err(Failure::failed(why)));
                }
            }
        });
        append.map_err(|why| {
            self.counts.refused();
            self.alarms.report(name, Vec::new());
            Failure::new(Code::OVERLOADED, why.to_string())
        })
    }

    fn output(&self, call: Arc<Call>, body: &[u8]) -> Result<(), Failure> {
        let name = self.caller(&call, Role::Agent)?;
        let piece = Piece::decode(body).map_err(Failure::bad_params)?;
        self.runs.output(&name, piece, call);
        Ok(())
    }

    fn done(&self, call: &Call, body: &[u8]) -> Result<(), Failure> {
        let name = self.caller(call, Role::Agent)?;
        let done: Done = wire::read(body)?;
        match self.runs.done(&name, done) {
            true => {
                call.reply(&[]);
                Ok(())
            }
            false => Err(no_such_job()),
        }
    }
}

/// An agent that waits for orders, until this is dropped.
struct Orders {
    name: String,
    connection: u64,
    call: Arc<Call>,
    hub: Arc<Shared>,
}

impl Listener for Orders {
    fn credit(&mut self) {
        self.hub.fleet.flush(&self.name, self.connection);
    }

    fn drain(&mut self) {
        // It would never end by itself.
        self.call.fail(shutting_down());
    }
}

impl Drop for Orders {
    fn drop(&mut self) {
        let Some(unsent) = self.hub.fleet.detach(&self.name, self.connection) else {
            return;
        };
        eprintln!("muster-hub: {}: connection lost", self.name);
        for job in unsent {
            let why = "its connection ended before the order was sent";
            self.hub.runs.end(job, &self.name, State::NeverSent, why);
        }
        self.hub.runs.lost(&self.name, Some(Instant::now()));
    }
}
