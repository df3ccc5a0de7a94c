//! What Prometheus and Grafana need.
//!
//! | path | answer |
//! |---|---|
//! | `/metrics` | what the hub says of itself, in the text format 0.0.4 |
//! | `/federate?match[]=SELECTOR` | the newest sample of each series that is selected, with its time, if it is at most 5 minutes old |
//! | `/api/v1/query`, `/api/v1/query_range` | what a query of the language below gives at a time, or at the steps of a range |
//! | `/api/v1/labels`, `/api/v1/label/NAME/values`, `/api/v1/series`, `/api/v1/metadata` | what there is |
//! | `/api/v1/status/buildinfo` | the release of Prometheus whose rules these are |
//!
//! Those of `/api/v1` take `GET`, and `POST` with a form. Errors are `{"status":"error","errorType","error"}`: 400 `bad_data` says what is wrong and where
//! (`1:5` is line and column), 422 `execution` what cannot be computed or costs too much. Whoever asks has the token or a session, as everywhere.
//!
//! The fleet's series are at `/federate` and not at `/metrics?host=NAME`: that is where a Prometheus looks for what another one has collected, with selectors that it
//! writes anyway, one scrape for all hosts, and the time at which each sample was measured.
//!
//! # Names
//! A series is called what [`collect::prometheus::name_of`] makes of its metric: `cpu.user` in seconds is `muster_cpu_user_seconds_total`. It has its labels, and `host`.
//! A label that is called `host` already becomes `exported_host`. What Prometheus does not allow in a name becomes `_`. Series of a host whose name begins with
//! [`collect::prometheus::REMOTE`] came from a Prometheus, and have the name and the labels that they came with.
//!
//! # The language
//! Of PromQL: selectors with `=`, `!=`, `=~` and `!~`; ranges; `offset`; `rate`, `increase`, `irate`, `delta`, and `min`, `max`, `avg`, `sum`, `count` and `last_over_time`; `sum`, `avg`,
//! `min`, `max`, `count`, `topk` and `bottomk` with `by` or `without`; `+ - * / % ^`, comparisons with and without `bool`, between vectors (one to one, with `on` or `ignoring`) and numbers;
//! signs; numbers. Everything else is refused by name, with its place. The rules are those of release 2.42: a sample is a series' value for 5 minutes, and both
//! ends belong to a range. Queries see samples only, not minutes and hours: they reach back as far as samples are kept.
//!
//! A query is read by hand into a tree that is walked; nothing of it is ever part of an SQL statement. It has at most 10,000 bytes, 50 levels and 200 operators; a range has 11,000 steps at most,
//! a selector 20,000 series, an expression 5 million values; and a query looks at 50 million samples at most.
//!
//! Sources: <https://prometheus.io/docs/prometheus/2.42/querying/api/>, `basics`, `operators` and `functions` there; <https://prometheus.io/docs/prometheus/2.42/federation/>;
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>.

mod answer;
mod api;
mod catalog;
#[cfg(test)]
mod chance;
mod eval;
mod fault;
mod groups;
mod join;
mod labels;
mod lexer;
mod matcher;
mod over;
mod parser;
pub mod promql;
mod shown;
mod text;
mod time;
mod tree;
mod vitals;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::state::State;
pub use vitals::{Vital, Vitals};

/// The most bytes of a form: a query, or many selectors.
const LONGEST_FORM: usize = 65_536;

/// Returns the labels that Prometheus is shown of a series of a host, sorted, its name among them as `__name__`: what a query gives, and what may be sent on.
pub fn labels_of(host: &str, series: &store::Series) -> Vec<(String, String)> {
    catalog::labels_of(host, series)
}

/// Returns the routes, for which one has to be logged in.
pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/metrics", get(text::metrics))
        .route("/federate", get(text::federate))
        .route("/api/v1/query", get(api::query).post(api::query))
        .route(
            "/api/v1/query_range",
            get(api::query_range).post(api::query_range),
        )
        .route("/api/v1/labels", get(api::labels).post(api::labels))
        .route("/api/v1/label/{name}/values", get(api::label_values))
        .route("/api/v1/series", get(api::series).post(api::series))
        .route("/api/v1/metadata", get(api::metadata))
        .route("/api/v1/status/buildinfo", get(api::build_info))
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
}
