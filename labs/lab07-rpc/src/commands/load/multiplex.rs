//! Load by tasks on one thread.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rpc::Error;
use rpc::client::Multiplex;
use tokio::task::JoinSet;

use super::histogram::Histogram;
use super::{Done, Life, METHOD, Plan};
use crate::commands::common;

/// Makes all calls.
///
/// # Errors
/// What the system says; within, what went wrong with a call.
pub(super) fn run(plan: &Arc<Plan>) -> anyhow::Result<Result<Done, Error>> {
    Ok(common::runtime()?.block_on(all(plan)))
}

async fn all(plan: &Arc<Plan>) -> Result<Done, Error> {
    let times = Arc::new(Mutex::new(Histogram::new()));
    let mut clients = Vec::new();
    if plan.life == Life::Long {
        for _ in 0..plan.connections {
            let client = Multiplex::connect(&plan.address, &plan.options).await?;
            client.ready().await?;
            clients.push(client);
        }
    }
    let began = Instant::now();
    let mut callers = JoinSet::new();
    for caller in 0..plan.connections * plan.in_flight {
        let (plan, times) = (Arc::clone(plan), Arc::clone(&times));
        match clients.get(caller % plan.connections).cloned() {
            Some(client) => callers.spawn(async move { long(&plan, &client, &times).await }),
            None => callers.spawn(async move { short(&plan, &times).await }),
        };
    }
    while let Some(called) = callers.join_next().await {
        if let Ok(Err(error)) = called {
            plan.stop();
            return Err(error);
        }
    }
    let took = began.elapsed();
    let times = times.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Done { times, took })
}

/// Makes calls one after the other, on a connection that others use, too.
async fn long(plan: &Plan, client: &Multiplex, times: &Mutex<Histogram>) -> Result<(), Error> {
    let mut began = Instant::now();
    while plan.take() {
        plan.check(&client.call(METHOD, &plan.body).await?)?;
        // The end of one call is the beginning of the next: a look at the clock costs as much as a part of a call.
        let ended = Instant::now();
        add(times, ended - began);
        began = ended;
    }
    Ok(())
}

/// Makes calls one after the other, each on a connection of its own.
async fn short(plan: &Plan, times: &Mutex<Histogram>) -> Result<(), Error> {
    while plan.take() {
        let began = Instant::now();
        let client = Multiplex::connect(&plan.address, &plan.options).await?;
        plan.check(&client.call(METHOD, &plan.body).await?)?;
        add(times, began.elapsed());
    }
    Ok(())
}

fn add(times: &Mutex<Histogram>, time: std::time::Duration) {
    times.lock().unwrap_or_else(PoisonError::into_inner).add(time);
}
