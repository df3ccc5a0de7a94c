use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive, KeepAliveStream};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::{Deserialize, Serialize};
use store::{HostId, Series, SeriesId, now_ms};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{sleep, timeout};

use super::Failure;
use super::hosts::no_host;
use super::range::{Columns, Span, numbers, points};
use crate::guard::Pass;
use crate::state::State;
use crate::summary::{Summary, hosts_of};

/// How long changes of the fleet are gathered: a page with a thousand hosts is told once a second, not a hundred times.
const GATHER: Duration = Duration::from_secs(1);

/// How long a browser waits before it asks for a stream again.
const RETRY: Duration = Duration::from_secs(2);

type Events<S> = Result<Sse<KeepAliveStream<S>>, Failure>;

/// What every stream has.
struct Follower {
    state: State,
    news: Receiver<HostId>,
    pass: Pass,
    _place: OwnedSemaphorePermit,
}

impl Follower {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn new(state: State, pass: Pass) -> Result<Self, Failure> {
        todo!("live: Take a place, or say that there are too many streams; hear of all commits from now on.")
    }

    /// Says whether the stream may go on.
    fn is_good(&self) -> bool {
        self.pass.is_good(&self.state)
    }
}

/// Answers `/api/v1/events`.
pub(crate) async fn fleet_events(
    Shared(state): Shared<State>,
    Extension(pass): Extension<Pass>,
) -> Events<impl Stream<Item = Result<Event, Infallible>>> {
    let fleet = Fleet {
        follower: Follower::new(state, pass)?,
        known: HashMap::new(),
    };
    Ok(stream(fleet))
}

/// Tells of hosts that have changed.
struct Fleet {
    follower: Follower,
    /// Which hosts were down when it last looked.
    known: HashMap<HostId, bool>,
}

#[derive(Serialize)]
struct Changed {
    now_ms: i64,
    hosts: Vec<Summary>,
}

impl Follow for Fleet {
    async fn next(&mut self) -> Option<Event> {
        todo!(
            "live: Gather for a while, or end when the server does. End with the log-in. Then one question for all: who has reported, or whose state is another than it was. If that is nobody, gather on."
        )
    }
}

impl Fleet {
    /// Returns who has reported since the last time; `None` if it may be anybody.
    fn reported(&mut self) -> Option<HashSet<HostId>> {
        todo!(
            "live: Take all news that there are and wait for none. Whoever is too far behind has missed some: then it may be anybody, and what is still there is of no use."
        )
    }
}

/// What is asked.
#[derive(Deserialize)]
pub(crate) struct Question {
    series: String,
    since_ms: i64,
    step_ms: u64,
}

/// Answers `/api/v1/hosts/ID/events`.
pub(crate) async fn host_events(
    Shared(state): Shared<State>,
    Extension(pass): Extension<Pass>,
    headers: HeaderMap,
    id: Result<Path<i64>, PathRejection>,
    question: Result<Query<Question>, QueryRejection>,
) -> Events<impl Stream<Item = Result<Event, Infallible>>> {
    let Path(id) = id?;
    let Query(Question {
        series,
        since_ms,
        step_ms,
    }) = question?;
    let ids = numbers(&series)?;
    let follower = Follower::new(state, pass)?;
    let before = headers
        .get("last-event-id")
        .and_then(|last| last.to_str().ok()?.parse().ok());
    let from_ms = before.unwrap_or(since_ms);
    let span = Span::new(from_ms, now_ms().max(from_ms), step_ms)?;
    let found = follower.state.parts().readers.ask(move |reader| {
        let Some(_) = reader.host(HostId(id))? else {
            return Ok(Err(no_host(id)));
        };
        let mut series = Vec::with_capacity(ids.len());
        for SeriesId(number) in ids {
            match reader.one(SeriesId(number))? {
                Some(known) if known.host == HostId(id) => series.push(known),
                _ => return Ok(Err(Failure::absent(format!("Host {id} has no series {number}.")))),
            }
        }
        Ok(Ok(Arc::from(series)))
    });
    let series = found.await??;
    let one = OneHost {
        follower,
        host: HostId(id),
        series,
        from_ms,
        step: span.step,
        was_down: None,
    };
    Ok(stream(one))
}

/// Tells what is new of one host.
struct OneHost {
    follower: Follower,
    host: HostId,
    series: Arc<[Series]>,
    /// From when on the browser does not know all.
    from_ms: i64,
    step: Duration,
    /// Whether the host was down when it last told. `None` at first, when it tells at once.
    was_down: Option<bool>,
}

#[derive(Serialize)]
struct News {
    now_ms: i64,
    host: Summary,
    series: Vec<Columns>,
}

impl Follow for OneHost {
    async fn next(&mut self) -> Option<Event> {
        todo!(
            "live: At first tell at once. Later wait for a report, or until it is time to look; tell if there was one, or if the state has changed. The number of the event is from when on a browser does not know all: the newest step, and one more."
        )
    }
}

impl OneHost {
    /// Waits until the host has reported, or for so long that it should be looked at.
    async fn reported(&mut self) -> bool {
        todo!(
            "live: Wait for news of this host, but not for ever; who is too far behind may have missed them."
        )
    }

    async fn look(&self) -> Option<News> {
        let parts = self.follower.state.parts();
        let (host, series, interval, now_ms) =
            (self.host, Arc::clone(&self.series), parts.interval, now_ms());
        let span = Span {
            from_ms: self.from_ms,
            to_ms: i64::MAX,
            step: self.step,
        };
        let found = parts.readers.ask(move |reader| {
            let Some(host) = reader.host(host)? else {
                return Ok(None);
            };
            let host = Summary::of(reader, host, now_ms, interval, None)?;
            let mut news = News {
                now_ms,
                host,
                series: Vec::new(),
            };
            for one in series.iter() {
                let points = points(reader, one, span)?;
                if !points.is_empty() {
                    news.series.push(Columns::new(one.id, &points));
                }
            }
            Ok(Some(news))
        });
        found.await.ok()?
    }
}

/// Follows something, event by event.
trait Follow: Send + 'static {
    /// Waits for the next event; `None` ends the stream.
    fn next(&mut self) -> impl Future<Output = Option<Event>> + Send;
}

/// Makes a stream of what is followed. It says something every 15 s, so that nobody takes it for dead.
fn stream<T: Follow>(follow: T) -> Sse<KeepAliveStream<impl Stream<Item = Result<Event, Infallible>>>> {
    let events = unfold(follow, async |mut follow| {
        let event = follow.next().await?;
        Some((Ok(event.retry(RETRY)), follow))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}
