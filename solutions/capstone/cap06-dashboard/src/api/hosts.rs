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
pub(crate) async fn host(
    Shared(state): Shared<State>,
    id: Result<Path<i64>, PathRejection>,
) -> Result<Json<OneHost>, Failure> {
    // region:api The host as it is now and its series, read in one question; or that there is no such host.
    let Path(id) = id?;
    let (now_ms, interval) = (now_ms(), state.parts().interval);
    let found = state.parts().readers.ask(move |reader| {
        let Some(host) = reader.host(HostId(id))? else {
            return Ok(None);
        };
        let host = Summary::of(reader, host, now_ms, interval, None)?;
        Ok(Some((host, all_series(reader, HostId(id))?)))
    });
    let Some((host, series)) = found.await? else {
        return Err(no_host(id));
    };
    Ok(Json(OneHost {
        now_ms,
        interval_ms: interval_ms(&state),
        host,
        series,
    }))
    // endregion:api
}

/// Says that there is no such host.
pub(super) fn no_host(id: i64) -> Failure {
    Failure::absent(format!("There is no host {id}."))
}

fn all_series(reader: &Reader, host: HostId) -> store::Result<Vec<Series>> {
    // region:api Each series of the host with its newest sample, if it has one.
    let known = reader.series(host)?;
    known
        .into_iter()
        .map(|series| {
            let last = reader.last(series.id)?;
            Ok(Series {
                id: series.id.0,
                name: series.name,
                labels: series.labels,
                kind: series.kind,
                unit: series.unit,
                last_ms: last.map(|last| last.time_ms),
                last: last.map(|last| last.value),
            })
        })
        .collect()
    // endregion:api
}

fn interval_ms(state: &State) -> u64 {
    u64::try_from(state.parts().interval.as_millis()).unwrap_or(u64::MAX)
}
