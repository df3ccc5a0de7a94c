//! Load by threads, one for each connection.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use anyhow::Context as _;
use rpc::Error;
use rpc::client::blocking::Client;

use super::histogram::Histogram;
use super::{Done, Life, METHOD, Plan};

/// Makes all calls.
///
/// # Errors
/// What the system says; within, what went wrong with a call.
pub(super) fn run(plan: &Arc<Plan>) -> anyhow::Result<Result<Done, Error>> {
    let clients = match plan.life {
        Life::Long => (0..plan.connections).map(|_| connect(plan).map(Some)).collect(),
        Life::Short => Ok((0..plan.connections).map(|_| None).collect()),
    };
    let clients: Vec<Option<Client>> = match clients {
        Ok(clients) => clients,
        Err(error) => return Ok(Err(error)),
    };
    let began = Instant::now();
    let mut threads = Vec::new();
    for client in clients {
        let plan = Arc::clone(plan);
        let builder = thread::Builder::new().stack_size(256 << 10);
        let work = move || {
            let worked = match client {
                Some(client) => long(&plan, client),
                None => short(&plan),
            };
            worked.inspect_err(|_| plan.stop())
        };
        threads.push(builder.spawn(work).context("cannot start a thread")?);
    }
    let mut times = Histogram::new();
    let mut failed = None;
    for thread in threads {
        match thread.join().expect("a caller does not panic") {
            Ok(theirs) => times.merge(&theirs),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    let took = began.elapsed();
    Ok(match failed {
        Some(error) => Err(error),
        None => Ok(Done { times, took }),
    })
}

/// Makes calls one after the other, on one connection.
fn long(plan: &Plan, mut client: Client) -> Result<Histogram, Error> {
    let mut times = Histogram::new();
    let mut began = Instant::now();
    while plan.take() {
        plan.check(&client.call(METHOD, &plan.body)?)?;
        let ended = Instant::now();
        times.add(ended - began);
        began = ended;
    }
    Ok(times)
}

/// Makes calls one after the other, each on a connection of its own.
fn short(plan: &Plan) -> Result<Histogram, Error> {
    let mut times = Histogram::new();
    while plan.take() {
        let began = Instant::now();
        plan.check(&connect(plan)?.call(METHOD, &plan.body)?)?;
        times.add(began.elapsed());
    }
    Ok(times)
}

fn connect(plan: &Plan) -> Result<Client, Error> {
    Client::connect(&plan.address, &plan.options)
}
