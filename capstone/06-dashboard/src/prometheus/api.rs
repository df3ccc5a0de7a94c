//! The handlers of Prometheus' interface.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Form, FromRequest, Path, Query as Uri, Request, State as Shared};
use axum::http::Method;
use serde::Serialize;
use serde_json::{Map, Value, json};
use store::{Reader, now_ms};

use super::answer::{Data, Success};
use super::catalog::Catalog;
use super::fault::Fault;
use super::labels::{Labels, is_label_name};
use super::parser::parse_selector;
use super::promql::{self, Times};
use super::time::moment;
use crate::state::State;

/// The most selectors of one question.
const MOST_SELECTORS: usize = 100;

/// The release whose rules this follows. Grafana decides by it what it asks.
const LIKE: &str = "2.42.0";

type Answer<T> = Result<Json<Success<T>>, Fault>;

/// What is asked: behind the path, or in a form's body.
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let unreadable = |why: String| Fault::bad_data(format!("cannot read the parameters: {why}"));
        let Uri(in_uri) = Uri::try_from_uri(request.uri()).map_err(|why| unreadable(why.to_string()))?;
        if request.method() != Method::POST {
            return Ok(Self(in_uri));
        }
        let form = Form::<Vec<_>>::from_request(request, state).await;
        let Form(mut all) = form.map_err(|why| unreadable(why.to_string()))?;
        all.extend(in_uri);
        Ok(Self(all))
    }
}

impl Params {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn moment(&self, name: &str) -> Result<i64, Fault> {
        moment(self.get(name).unwrap_or_default()).map_err(|fault| fault.of_parameter(name))
    }

    /// Reads the selectors of `match[]`.
    pub(super) fn selectors(&self) -> Result<Vec<Vec<super::matcher::Matcher>>, Fault> {
        if self.all("match[]").count() > MOST_SELECTORS {
            return Err(Fault::bad_data(format!(
                "there are more than {MOST_SELECTORS} match[] parameters"
            )));
        }
        let selectors = self.all("match[]").map(parse_selector);
        selectors
            .collect::<Result<_, _>>()
            .map_err(|fault: Fault| fault.of_parameter("match[]"))
    }
}

/// Asks a reader on a thread that may wait.
pub(super) async fn ask<T: Send + 'static>(
    state: &State,
    question: impl FnOnce(&Reader) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    state
        .parts()
        .readers
        .ask(move |reader| Ok(question(reader)))
        .await?
}

/// Answers `/api/v1/query`.
pub(crate) async fn query(Shared(state): Shared<State>, params: Params) -> Answer<Data> {
    let times = match params.get("time") {
        None | Some("") => Times::At(now_ms()),
        Some(time) => Times::at(time)?,
    };
    answer(&state, &params, times).await
}

/// Answers `/api/v1/query_range`.
pub(crate) async fn query_range(Shared(state): Shared<State>, params: Params) -> Answer<Data> {
    let given = |name| params.get(name).unwrap_or_default();
    let times = Times::range(given("start"), given("end"), given("step"))?;
    answer(&state, &params, times).await
}

async fn answer(state: &State, params: &Params, times: Times) -> Answer<Data> {
    let query = promql::read(params.get("query").unwrap_or_default())?;
    let found = ask(state, move |reader| promql::evaluate(reader, &query, times));
    Ok(Json(Success::new(found.await?.into_data())))
}

/// Answers `/api/v1/labels`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) async fn labels(Shared(state): Shared<State>, params: Params) -> Answer<BTreeSet<String>> {
    todo!("prometheus: The names of all labels of what is found, each once.")
}

/// Answers `/api/v1/label/NAME/values`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) async fn label_values(
    Shared(state): Shared<State>,
    Path(name): Path<String>,
    params: Params,
) -> Answer<BTreeSet<String>> {
    todo!(
        "prometheus: The values of one label of what is found, each once; a name that cannot be one is refused. A label that a series does not have is empty, and is none."
    )
}

/// Answers `/api/v1/series`.
pub(crate) async fn series(Shared(state): Shared<State>, params: Params) -> Answer<BTreeSet<Labels>> {
    Ok(Json(Success::new(found(&state, params, true).await?)))
}

/// Finds what any of the selectors selects, or all if there is none and need not be.
#[expect(unused_variables, reason = "goes with the todo!")]
async fn found(state: &State, params: Params, must_select: bool) -> Result<BTreeSet<Labels>, Fault> {
    for name in ["start", "end"] {
        // When a series had samples is not looked at, as in Prometheus, which looks at its blocks and not at samples.
        if params.get(name).is_some_and(|text| !text.is_empty()) {
            params.moment(name)?;
        }
    }
    todo!("prometheus: What any selector selects; without one, everything, or that there must be one.")
}

/// What is known of a metric.
#[derive(Serialize)]
pub(crate) struct Metadata {
    r#type: &'static str,
    help: String,
    unit: &'static str,
}

/// Answers `/api/v1/metadata`.
pub(crate) async fn metadata(Shared(state): Shared<State>, params: Params) -> Answer<Map<String, Value>> {
    let limit = match params.get("limit").filter(|text| !text.is_empty()) {
        None => usize::MAX,
        Some(text) => {
            let limit: i64 = text
                .parse()
                .map_err(|_| Fault::bad_data("limit must be a number"))?;
            // As in Prometheus, a negative one is none.
            usize::try_from(limit).unwrap_or(usize::MAX)
        }
    };
    let only = params
        .get("metric")
        .filter(|text| !text.is_empty())
        .map(str::to_owned);
    let about = ask(&state, |reader| Catalog::new(reader)?.about()).await?;
    let about = about
        .into_iter()
        .filter(|(name, _)| only.as_ref().is_none_or(|only| only == name))
        .take(limit);
    let about = about.map(|(name, about)| {
        let one = Metadata {
            r#type: about.kind.as_str(),
            help: about.help,
            unit: "",
        };
        (name, json!([one]))
    });
    Ok(Json(Success::new(about.collect())))
}

/// Answers `/api/v1/status/buildinfo`.
pub(crate) async fn build_info() -> Json<Success<Value>> {
    Json(Success::new(json!({
        "version": LIKE,
        "revision": concat!("muster-", env!("CARGO_PKG_VERSION")),
        "branch": "muster",
        "buildUser": "",
        "buildDate": "",
        "goVersion": "",
    })))
}
