use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State as Shared};
use collect::{Kind, Labels, Unit};
use serde::{Deserialize, Serialize};
use store::{HostId, Reader, now_ms};

use super::Failure;
use super::range::Span;
use crate::state::State;
use crate::summary::{Summary, hosts_of};

/// Whether the past of each host is wanted as well.
#[derive(Deserialize)]
pub(crate) struct History {
    from_ms: Option<i64>,
    step_ms: Option<u64>,
}

/// All hosts.
#[derive(Serialize)]
pub(crate) struct Hosts {
    now_ms: i64,
    interval_ms: u64,
    hosts: Vec<Summary>,
}

/// One host and what can be asked about it.
#[derive(Serialize)]
pub(crate) struct OneHost {
    now_ms: i64,
    interval_ms: u64,
    host: Summary,
    series: Vec<Series>,
}

#[derive(Serialize)]
struct Series {
    id: i64,
    name: String,
    labels: Labels,
    kind: Kind,
    unit: Unit,
    last_ms: Option<i64>,
    last: Option<f64>,
}

/// Answers `/api/v1/hosts`.
pub(crate) async fn hosts(
    Shared(state): Shared<State>,
    query: Result<Query<History>, QueryRejection>,
) -> Result<Json<Hosts>, Failure> {
    let Query(History { from_ms, step_ms }) = query?;
    let (now_ms, interval) = (now_ms(), state.parts().interval);
    let history = match from_ms {
        None => None,
        Some(from_ms) => Some(Span::new(
            from_ms,
            now_ms.saturating_add(1),
            step_ms.unwrap_or(60_000),
        )?),
    };
    let hosts = state.parts().readers.ask(move |reader| {
        let hosts = hosts_of(reader)?;
        hosts
            .into_iter()
            .map(|host| Summary::of(reader, host, now_ms, interval, history))
            .collect()
    });
    Ok(Json(Hosts {
        now_ms,
        interval_ms: interval_ms(&state),
        hosts: hosts.await?,
    }))
}

/// Answers `/api/v1/hosts/ID`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) async fn host(
    Shared(state): Shared<State>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<OneHost>, Failure> {
    todo!("api: The host as it is now and its series, read in one question; or that there is no such host.")
}

/// Says that there is no such host.
pub(super) fn no_host(id: i64) -> Failure {
    Failure::absent(format!("There is no host {id}."))
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn all_series(reader: &Reader, host: HostId) -> store::Result<Vec<Series>> {
    todo!("api: Each series of the host with its newest sample, if it has one.")
}

fn interval_ms(state: &State) -> u64 {
    u64::try_from(state.parts().interval.as_millis()).unwrap_or(u64::MAX)
}
