//! What Prometheus scrapes: `/metrics` of the hub itself, and `/federate` of what its hosts have reported.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use axum::extract::State as Shared;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use collect::prometheus::{name_of, write_family};
use collect::{Kind, Unit};
use serde_json::Value as Json;
use store::{Reader, Value, now_ms};

use super::answer::number;
use super::api::{Params, ask};
use super::catalog::Catalog;
use super::eval::LOOK_BACK_MS;
use super::fault::Fault;
use super::labels::{Labels, NAME};
use super::vitals::Vital;
use crate::state::State;
use crate::summary::hosts_of;

/// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/#basic-info>
const TEXT: [(HeaderName, &str); 1] = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];

/// An answer that Prometheus can scrape.
type Scraped = ([(HeaderName, &'static str); 1], Vec<u8>);

/// Answers `/metrics`.
pub(crate) async fn metrics(Shared(state): Shared<State>) -> Result<Scraped, Fault> {
    let interval = state.parts().interval;
    let (up, down) = ask(&state, move |reader| {
        let (now_ms, hosts) = (now_ms(), hosts_of(reader)?);
        let down = hosts.iter().filter(|host| host.is_down(now_ms, interval)).count();
        Ok((hosts.len() - down, down))
    })
    .await?;
    let mut vitals = state.vitals().all();
    for (part, count) in [("up", up), ("down", down)] {
        let about = "Hosts that have ever reported, by whether they still do.";
        vitals.push(Vital::gauge("hub.hosts", Unit::Count, about, count as f64).of("state", part));
    }
    vitals.extend(alarms(&state.board().alarms()));
    vitals.extend(
        state
            .parts()
            .readers
            .database()
            .file()
            .map(sizes)
            .into_iter()
            .flatten(),
    );
    let build = Vital::gauge(
        "hub.build_info",
        Unit::Count,
        "Always 1; the release is in the label.",
        1.0,
    );
    vitals.push(build.of("version", env!("CARGO_PKG_VERSION")));
    Ok((TEXT, written(&vitals)))
}

/// Writes what there is, each family in one piece.
#[expect(unused_variables, reason = "goes with the todo!")]
fn written(vitals: &[Vital]) -> Vec<u8> {
    todo!(
        "prometheus: All lines of a family stand together below one `# HELP` and `# TYPE`; `write_family` writes them."
    )
}

/// Counts the alarms of the board.
#[expect(unused_variables, reason = "goes with the todo!")]
fn alarms(board: &[Json]) -> Vec<Vital> {
    todo!(
        "prometheus: How many there are by severity and state; the three severities are there as firing even if none is."
    )
}

/// Looks how large the files of the database are.
fn sizes(database: &std::path::Path) -> Vec<Vital> {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let files = [("database", database.to_owned()), ("log", log.into())];
    let one = |(part, path): (&str, std::path::PathBuf)| {
        let bytes = std::fs::metadata(path).ok()?.len();
        let about = "Size of the database's files; what is in the log is put into the database now and then.";
        Some(Vital::gauge("hub.database_size", Unit::Bytes, about, bytes as f64).of("file", part))
    };
    files.into_iter().filter_map(one).collect()
}

/// Answers `/federate`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) async fn federate(Shared(state): Shared<State>, params: Params) -> Result<Scraped, Fault> {
    todo!(
        "prometheus: The newest sample of each series that any selector selects, once, if it is not older than a query would take."
    )
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn families(reader: &Reader, newest: &BTreeMap<Labels, Value>) -> Result<Vec<u8>, Fault> {
    todo!(
        "prometheus: Lines of name, labels, value and time, family by family; `write_family` writes the two lines in front."
    )
}
