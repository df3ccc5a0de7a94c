//! Takes what a Prometheus writes: `POST /api/v1/write`, version 0.1.0 of remote write, for whoever is logged in.
//!
//! | answer | when |
//! |---|---|
//! | 204 | all of it is stored, or was before |
//! | 400 | it is no request; or some of it cannot be kept, which is said, and the rest is stored |
//! | 413 | it has more than 4 MiB, 16 MiB when opened, 100,000 samples, or 64 labels of a series |
//! | 415 | it is something else, such as a request of version 2.0 |
//! | 500 | it could not be stored. A sender tries again, as after 503 |
//! | 503 | too much is under way |
//!
//! What was stored before is not stored again, so that a sender may try as often as it likes; a sample may come late. Of two samples of one series and one time the first one stays.
//! Values that are no finite numbers are not kept: the mark that a series has ended is one of them. They are counted, and are no reason to refuse.
//!
//! | file | what |
//! |---|---|
//! | `series` | what a foreign series is here |
//! | `sort` | a request as batches of hosts |

mod series;
mod sort;

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use collect::Unit;
use dashboard::Vital;
use forward::{Malformed, block};
use store::{Appended, Batch, Writer};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use sort::{Sorted, sort};

/// The most bytes of a body, and of what it holds.
const LONGEST_BODY: usize = 4 << 20;
const LONGEST_MESSAGE: usize = 16 << 20;

/// The most requests that are in memory at once.
const AT_ONCE: usize = 4;

/// How long a request waits until it is one of them.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most hosts that may come to be so: a sender that puts a time into `instance` would otherwise fill the database with them.
const MOST_HOSTS: usize = 10_000;

/// What takes requests.
pub(super) struct Remote {
    writer: Writer,
    places: Semaphore,
    hosts: Mutex<HashSet<Arc<str>>>,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    /// Requests by how they were answered.
    taken: AtomicU64,
    refused: AtomicU64,
    failed: AtomicU64,
    /// Samples by what became of them.
    stored: AtomicU64,
    repeated: AtomicU64,
    unfit: AtomicU64,
    stale: AtomicU64,
    no_number: AtomicU64,
}

/// An answer that is none of success.
struct Problem(StatusCode, String);

impl Remote {
    /// Makes one that writes there; `hosts` are those that the store knows already.
    pub(super) fn new(writer: Writer, hosts: impl IntoIterator<Item = Arc<str>>) -> Arc<Self> {
        Arc::new(Self {
            writer,
            places: Semaphore::new(AT_ONCE),
            hosts: Mutex::new(hosts.into_iter().collect()),
            counts: Counts::default(),
        })
    }

    /// Returns its route.
    pub(super) fn routes(self: &Arc<Self>) -> Router<dashboard::State> {
        let remote = Arc::clone(self);
        let answer = move |request: Request| {
            let remote = Arc::clone(&remote);
            async move { remote.answer(request).await }
        };
        Router::new().route("/api/v1/write", post(answer))
    }

    async fn answer(&self, request: Request) -> Response {
        let (count, answer) = match self.take(request).await {
            Ok(()) => (&self.counts.taken, StatusCode::NO_CONTENT.into_response()),
            Err(Problem(status, why)) => {
                let count = match status.is_server_error() {
                    true => &self.counts.failed,
                    false => &self.counts.refused,
                };
                let answer = match status {
                    StatusCode::SERVICE_UNAVAILABLE => (status, [(RETRY_AFTER, "1")], why).into_response(),
                    _ => (status, why).into_response(),
                };
                (count, answer)
            }
        };
        count.fetch_add(1, Ordering::Relaxed);
        answer
    }

    async fn take(&self, request: Request) -> Result<(), Problem> {
        let (head, body) = request.into_parts();
        check(&head.headers)?;
        // Before the body is read: who waits holds a connection and no memory.
        let busy = || {
            let why = "too many requests are under way\n".to_owned();
            Problem(StatusCode::SERVICE_UNAVAILABLE, why)
        };
        let place = timeout(PATIENCE, self.places.acquire()).await;
        let _place = place.map_err(|_| busy())?.map_err(|_| busy())?;
        let sorted = opened(body).await?;
        let sorted = self.count(sorted)?;
        let (appended, why) = self.store(sorted.batches).await?;
        let unfit = sorted.unfit + appended.refused;
        for (count, more) in [
            (&self.counts.stored, appended.stored),
            (&self.counts.repeated, appended.repeated),
            (&self.counts.unfit, unfit),
        ] {
            count.fetch_add(more as u64, Ordering::Relaxed);
        }
        if let Some(problem) = why {
            return Err(problem);
        }
        if unfit == 0 {
            return Ok(());
        }
        let first = sorted.why.unwrap_or_else(|| {
            "of no possible time, gone by the retention, with labels that are too long, or of one series too many for a host".to_owned()
        });
        let why = format!("{unfit} samples were left out, and the rest was stored: {first}\n");
        Err(Problem(StatusCode::BAD_REQUEST, why))
    }

    /// Counts what is left out, and leaves out what would be of one host too many.
    fn count(&self, mut sorted: Sorted) -> Result<Sorted, Problem> {
        self.counts
            .stale
            .fetch_add(sorted.stale as u64, Ordering::Relaxed);
        self.counts
            .no_number
            .fetch_add(sorted.no_number as u64, Ordering::Relaxed);
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        sorted.batches.retain(|batch| {
            let is_fit = hosts.contains(&batch.host) || hosts.len() < MOST_HOSTS;
            if is_fit {
                hosts.insert(Arc::clone(&batch.host));
            } else {
                sorted.unfit += batch.samples.len();
                sorted.why = Some(format!("there are {MOST_HOSTS} hosts already"));
            }
            is_fit
        });
        Ok(sorted)
    }

    /// Stores batches, and returns what became of those that were; with why some were not, if so.
    async fn store(&self, batches: Vec<Batch>) -> Result<(Appended, Option<Problem>), Problem> {
        let (sender, mut done) = mpsc::unbounded_channel();
        let mut problem = None;
        for batch in batches {
            let sender = sender.clone();
            let queued = self.writer.append(batch, move |stored| {
                // If nobody waits any more, the sender of the request has gone.
                let _ = sender.send(stored);
            });
            if let Err(why) = queued {
                problem = Some(Problem(StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")));
                break;
            }
        }
        drop(sender);
        let mut all = Appended::default();
        while let Some(stored) = done.recv().await {
            match stored {
                Ok(appended) => all += appended,
                Err(why) => {
                    eprintln!("muster-hub: remote write: {why}");
                    problem = Some(Problem(
                        StatusCode::INTERNAL_SERVER_ERROR,
                        "it could not be stored\n".to_owned(),
                    ));
                }
            }
        }
        Ok((all, problem))
    }

    /// Says how it goes.
    pub(super) fn vitals(&self) -> Vec<Vital> {
        let Counts {
            taken,
            refused,
            failed,
            stored,
            repeated,
            unfit,
            stale,
            no_number,
        } = &self.counts;
        let requests = "Requests of remote write, by how they were answered: 2xx, 4xx, 5xx.";
        let samples = "Samples in them, by what became of them; those that are stale are the marks that a series has ended.";
        let one = |name, about, key, (part, count): (&str, &AtomicU64)| {
            let value = count.load(Ordering::Relaxed) as f64;
            Vital::counter(name, Unit::Count, about, value).of(key, part)
        };
        let results = [("taken", taken), ("refused", refused), ("failed", failed)];
        let fates = [
            ("stored", stored),
            ("repeated", repeated),
            ("refused", unfit),
            ("stale", stale),
            ("no_number", no_number),
        ];
        let requests = results.map(|count| one("hub.remote_write_requests", requests, "result", count));
        let samples = fates.map(|count| one("hub.remote_write_samples", samples, "result", count));
        requests.into_iter().chain(samples).collect()
    }
}

/// Looks whether the head is one of this version.
fn check(headers: &HeaderMap) -> Result<(), Problem> {
    let has = |name, wanted: &str| {
        let value = headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        value.trim().eq_ignore_ascii_case(wanted)
    };
    // Of `application/x-protobuf;proto=…` one is version 2.0.
    let v1 = format!("{};proto=prometheus.WriteRequest", forward::CONTENT_TYPE);
    let is_message = has(CONTENT_TYPE, forward::CONTENT_TYPE) || has(CONTENT_TYPE, &v1);
    match is_message && has(CONTENT_ENCODING, forward::CONTENT_ENCODING) {
        true => Ok(()),
        false => Err(Problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "this takes application/x-protobuf with prometheus.WriteRequest, encoded as a block of snappy\n"
                .to_owned(),
        )),
    }
}

/// Reads a body and sorts what is in it.
async fn opened(body: Body) -> Result<Sorted, Problem> {
    let too_large = || format!("the body has more than {LONGEST_BODY} bytes, or ends too early\n");
    let body = to_bytes(body, LONGEST_BODY)
        .await
        .map_err(|_| Problem(StatusCode::PAYLOAD_TOO_LARGE, too_large()))?;
    let work = move || -> Result<Sorted, Malformed> {
        let message = block::decompress(&body, LONGEST_MESSAGE)?;
        sort(&message, store::now_ms())
    };
    let sorted = spawn_blocking(work).await;
    let sorted = sorted.map_err(|why| Problem(StatusCode::INTERNAL_SERVER_ERROR, format!("{why}\n")))?;
    sorted.map_err(|why| {
        let status = match why.is_too_large() {
            true => StatusCode::PAYLOAD_TOO_LARGE,
            false => StatusCode::BAD_REQUEST,
        };
        Problem(status, format!("{why}\n"))
    })
}
