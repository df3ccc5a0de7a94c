//! What is written: requests that are made before anything is measured.

use std::fmt;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use collect::prometheus::name_of;
use forward::{Answer, Client, ClientSettings, Labels, Request, Sample, block};

use crate::recorded::Recorded;
use crate::servers::Server;
use crate::{BEGIN_MS, INTERVAL_MS, Result};

/// How many connections write at once. A host's samples go over one of them, so that they come in order.
const CONNECTIONS: usize = 4;

/// How many reports a request has, more or less.
const REPORTS: usize = 50;

/// How far a connection may be ahead of the others, in the time of the samples: Prometheus refuses what is an hour behind.
const AHEAD_MS: i64 = 1_800_000;

/// All requests, by connection; those of one number are about the same time.
pub(crate) struct Load {
    bodies: Vec<Vec<Vec<u8>>>,
    samples: usize,
    /// After how many requests the connections wait for each other.
    together: usize,
}

impl Load {
    pub(crate) fn new(recorded: &Recorded, hosts: usize, rounds: i64) -> Self {
        let rounds_each = (REPORTS * CONNECTIONS).div_ceil(hosts);
        let mut bodies = Vec::new();
        let mut samples = 0;
        for connection in 0..CONNECTIONS.min(hosts) {
            let own: Vec<(usize, Vec<Labels>)> = (connection..hosts)
                .step_by(CONNECTIONS)
                .map(|host| {
                    (
                        host,
                        recorded
                            .series
                            .iter()
                            .map(|series| labels(series, host))
                            .collect(),
                    )
                })
                .collect();
            let all: Vec<i64> = (0..rounds).collect();
            let mut request = Request::default();
            let own = all.chunks(rounds_each).map(|rounds| {
                request.clear();
                // As a Prometheus sends what it scrapes: one sample of each series, and then the next ones.
                for round in rounds {
                    for (host, labels) in &own {
                        let time_ms = BEGIN_MS + round * INTERVAL_MS + recorded.late_ms(*host, *round);
                        for (series, labels) in recorded.series.iter().zip(labels) {
                            let value = series.value(*host, *round);
                            request.push(labels, &[Sample { time_ms, value }]);
                        }
                    }
                }
                samples += request.samples();
                block::compress(request.bytes()).expect("a request is small")
            });
            bodies.push(own.collect());
        }
        let together = usize::try_from(AHEAD_MS / INTERVAL_MS).unwrap_or(1) / rounds_each;
        Self {
            bodies,
            samples,
            together: together.max(1),
        }
    }

    /// Sends all to a server.
    pub(crate) fn send(&self, server: &Server) -> Result<()> {
        let barrier = Barrier::new(self.bodies.len());
        thread::scope(|scope| {
            let post = |bodies| post(bodies, server, self.together, &barrier);
            let threads: Vec<_> = self
                .bodies
                .iter()
                .map(|bodies| scope.spawn(move || post(bodies)))
                .collect();
            for thread in threads {
                thread.join().map_err(|_| "a sender has panicked")??;
            }
            Ok(())
        })
    }
}

fn labels(series: &crate::recorded::Series, host: usize) -> Labels {
    let name = name_of(&series.name, series.kind, series.unit);
    let host = format!("host{host:04}");
    let own = series.labels.iter();
    let all = own.chain([("__name__", name.as_str()), ("host", host.as_str())]);
    Labels::new(all)
}

/// Sends what one connection sends. An error is told at the end: until then the others wait for this one.
fn post(
    bodies: &[Vec<u8>],
    server: &Server,
    together: usize,
    barrier: &Barrier,
) -> std::result::Result<(), String> {
    let settings = ClientSettings {
        url: format!("http://{}/api/v1/write", server.address),
        token: server.token.clone(),
        ca: None,
        timeout: Duration::from_secs(60),
    };
    let client = Client::new(settings).map_err(|why| why.to_string())?;
    let mut done = Ok(());
    for (n, body) in bodies.iter().enumerate() {
        while done.is_ok() {
            match client.send(body) {
                Answer::Taken => break,
                // It is busy, and says so.
                Answer::Later { .. } => thread::sleep(Duration::from_millis(5)),
                Answer::Refused { why, .. } => done = Err(why),
            }
        }
        if n % together == 0 {
            barrier.wait();
        }
    }
    done
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests: usize = self.bodies.iter().map(Vec::len).sum();
        let (each, connections) = (self.samples / requests.max(1), self.bodies.len());
        write!(
            f,
            "{requests} requests of {each} samples over {connections} connections"
        )
    }
}
