//! The client: makes so many calls, and says how long they took.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tonic::transport::{Channel, Endpoint};

use crate::Result;
use crate::message::{EchoClient, Said};

/// Workers unless told otherwise.
pub(crate) const THREADS: usize = 0;

/// How long idle connections are held, so that somebody who looks at the server's memory sees them.
const HELD: Duration = Duration::from_millis(300);

/// How many connections are made at the same time: more than a server's queue holds would be refused.
const AT_ONCE: usize = 64;

/// What is asked for.
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) calls: usize,
    /// Calls at the same time on each connection.
    pub(crate) in_flight: usize,
    pub(crate) connections: usize,
    pub(crate) bytes: usize,
    pub(crate) idle: usize,
    /// Each call has a connection of its own.
    pub(crate) short: bool,
}

impl Load {
    pub(crate) async fn run(self) -> Result<()> {
        let body = Bytes::from(vec![b'x'; self.bytes]);
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address))?.tcp_nodelay(true);
        let idle = connect(&endpoint, self.idle, &body).await?;
        let channels = match self.short {
            true => Vec::new(),
            false => connect(&endpoint, self.connections, &body).await?,
        };
        let left = Arc::new(AtomicUsize::new(self.calls));
        let begun = Instant::now();
        let mut tasks = Vec::new();
        for lane in 0..self.connections * self.in_flight {
            let (left, body, endpoint) = (Arc::clone(&left), body.clone(), endpoint.clone());
            let channel = channels.get(lane % self.connections).cloned();
            tasks.push(tokio::spawn(async move {
                call_all(&left, &body, &endpoint, channel).await
            }));
        }
        let mut times = Vec::with_capacity(self.calls);
        for task in tasks {
            times.extend(task.await?.map_err(|error| format!("a call failed: {error}"))?);
        }
        let took = begun.elapsed();
        if !idle.is_empty() {
            tokio::time::sleep(HELD).await;
        }
        report(times, took);
        Ok(())
    }
}

/// Opens so many connections, each of which makes one call.
async fn connect(endpoint: &Endpoint, count: usize, body: &Bytes) -> Result<Vec<Channel>> {
    let mut channels = Vec::with_capacity(count);
    while channels.len() < count {
        let some = (count - channels.len()).min(AT_ONCE);
        let tasks: Vec<_> = (0..some)
            .map(|_| {
                let (endpoint, body) = (endpoint.clone(), body.clone());
                tokio::spawn(async move {
                    let channel = endpoint.connect().await?;
                    call(&mut EchoClient::new(channel.clone()), &body).await?;
                    Result::<_>::Ok(channel)
                })
            })
            .map(|task| async { task.await? })
            .collect();
        for task in tasks {
            channels.push(task.await?);
        }
    }
    Ok(channels)
}

/// Makes calls while some are left, one after the other, on `channel` or each on a connection of its own. Returns how long each took.
async fn call_all(
    left: &AtomicUsize,
    body: &Bytes,
    endpoint: &Endpoint,
    channel: Option<Channel>,
) -> Result<Vec<Duration>> {
    let mut client = channel.map(EchoClient::new);
    let mut times = Vec::new();
    let take = |left: usize| left.checked_sub(1);
    while left
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
        .is_ok()
    {
        let begun = Instant::now();
        match &mut client {
            Some(client) => call(client, body).await?,
            None => call(&mut EchoClient::new(endpoint.connect().await?), body).await?,
        }
        times.push(begun.elapsed());
    }
    Ok(times)
}

/// Makes one call, whose answer must be what was said.
async fn call(client: &mut EchoClient<Channel>, body: &Bytes) -> Result<()> {
    let answer = client.say(Said { body: body.clone() }).await?.into_inner();
    match answer.body == body {
        true => Ok(()),
        false => Err("the answer is another".into()),
    }
}

/// Prints the line of `rpc load`.
fn report(mut times: Vec<Duration>, took: Duration) {
    times.sort_unstable();
    let at = |share: f64| {
        let index = (times.len() as f64 * share) as usize;
        micros(
            times
                .get(index.min(times.len().saturating_sub(1)))
                .copied()
                .unwrap_or_default(),
        )
    };
    let seconds = took.as_secs_f64();
    println!(
        "{} calls in {seconds:.3} s: {:.0} calls a second, p50 {}, p99 {}, p99.9 {}, slowest {}",
        times.len(),
        times.len() as f64 / seconds,
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0),
    );
}

/// A time as `5.1 µs`, or `1.2 ms` where it is long.
fn micros(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        ..1000.0 => format!("{micros:.1} µs"),
        ..1_000_000.0 => format!("{:.1} ms", micros / 1e3),
        _ => format!("{:.2} s", micros / 1e6),
    }
}
