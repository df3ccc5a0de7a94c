//! What is written: requests that are made before anything is measured.

use std::fmt;
use std::thread;
use std::time::Duration;

use collect::prometheus::name_of;
use forward::{Answer, Client, ClientSettings, Labels, Request, Sample, block};

use crate::recorded::Recorded;
use crate::servers::Server;
use crate::{BEGIN_MS, INTERVAL_MS, Result};

/// How many connections write at once. A host's samples go over one of them, so that they come in order.
const CONNECTIONS: usize = 4;

/// How many reports a request has.
const REPORTS: usize = 50;

/// All requests, by connection.
pub(crate) struct Load {
    bodies: Vec<Vec<Vec<u8>>>,
}

impl Load {
    pub(crate) fn new(recorded: &Recorded, hosts: usize, rounds: i64) -> Self {
        let mut all = Vec::new();
        for connection in 0..CONNECTIONS {
            let mut writing = Writing::default();
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
            for round in 0..rounds {
                for (host, labels) in &own {
                    let time_ms = BEGIN_MS + round * INTERVAL_MS + recorded.late_ms(*host, round);
                    for (series, labels) in recorded.series.iter().zip(labels) {
                        let value = series.value(*host, round);
                        writing.request.push(labels, &[Sample { time_ms, value }]);
                    }
                    writing.end_report();
                }
            }
            writing.end_request();
            all.push(writing.bodies);
        }
        Self { bodies: all }
    }

    /// Sends all to a server.
    pub(crate) fn send(&self, server: &Server) -> Result<()> {
        thread::scope(|scope| {
            let threads: Vec<_> = self
                .bodies
                .iter()
                .map(|bodies| scope.spawn(|| post(bodies, server)))
                .collect();
            for thread in threads {
                thread.join().map_err(|_| "a sender has panicked")??;
            }
            Ok(())
        })
    }
}

#[derive(Default)]
struct Writing {
    request: Request,
    reports: usize,
    bodies: Vec<Vec<u8>>,
}

impl Writing {
    fn end_report(&mut self) {
        self.reports += 1;
        if self.reports == REPORTS {
            self.end_request();
        }
    }

    fn end_request(&mut self) {
        if self.request.samples() > 0 {
            let body = block::compress(self.request.bytes()).expect("a request is small");
            self.bodies.push(body);
        }
        self.request.clear();
        self.reports = 0;
    }
}

fn labels(series: &crate::recorded::Series, host: usize) -> Labels {
    let name = name_of(&series.name, series.kind, series.unit);
    let host = format!("host{host:04}");
    let own = series.labels.iter();
    let all = own.chain([("__name__", name.as_str()), ("host", host.as_str())]);
    Labels::new(all)
}

fn post(bodies: &[Vec<u8>], server: &Server) -> std::result::Result<(), String> {
    let settings = ClientSettings {
        url: format!("http://{}/api/v1/write", server.address),
        token: server.token.clone(),
        ca: None,
        timeout: Duration::from_secs(60),
    };
    let client = Client::new(settings).map_err(|why| why.to_string())?;
    for body in bodies {
        loop {
            match client.send(body) {
                Answer::Taken => break,
                // It is busy, and says so.
                Answer::Later { .. } => thread::sleep(Duration::from_millis(5)),
                Answer::Refused { why, .. } => return Err(why),
            }
        }
    }
    Ok(())
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests: usize = self.bodies.iter().map(Vec::len).sum();
        write!(
            f,
            "{requests} requests of {REPORTS} reports over {CONNECTIONS} connections"
        )
    }
}
