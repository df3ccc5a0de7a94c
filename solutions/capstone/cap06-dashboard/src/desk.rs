//! What people do on the pages. Who asks is known here, and what they may; what is done, whoever serves the pages decides.
//!
//! A change is asked for with `POST`, JSON and, where a browser's cookie says who it is, with a word that only this server's own pages can know
//! (`X-CSRF-Token`, from `/api/v1/me`): a page of another site can make a browser send the cookie at most.

use std::fmt;
use std::sync::{Arc, OnceLock};

use axum::extract::{DefaultBodyLimit, Path, Request, State as Shared};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;

use crate::api::Failure;
use crate::guard::Pass;
use crate::state::State;
use crate::users::{Role, User, hex};

/// The most bytes of what is asked: a rule, with its comments.
const LONGEST: usize = 16 << 10;

/// The most that is done, and the most that is only looked at, at once. Others wait.
static ACTS: Semaphore = Semaphore::const_new(2);
static LOOKS: Semaphore = Semaphore::const_new(8);

const TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It makes no sense: 400, with what is wrong, and with more about it.
    Wrong(String, Value),
    /// It was meant for what is not so any more: 409.
    Late(String),
    /// There is no such thing: 404.
    Unknown(String),
    /// It cannot be done: 500.
    Failed(String),
}

/// What is done: who asks, for what (the last word of the path), with which values.
type Work = dyn Fn(&User, &str, Value) -> Result<Value, Refused> + Send + Sync;

/// Where whoever serves the pages says what is done; a clone is the same. Without it nothing is.
#[derive(Clone, Default)]
pub struct Desk(Arc<OnceLock<Box<Work>>>);

impl Desk {
    /// Has this do all that is asked from now on. It may block. The first one stays.
    pub fn open(&self, work: impl Fn(&User, &str, Value) -> Result<Value, Refused> + Send + Sync + 'static) {
        // Who opens it twice is told nothing, and changes nothing.
        let _ = self.0.set(Box::new(work));
    }

    /// Has something done on a thread that may wait.
    async fn ask(
        &self,
        turns: &Semaphore,
        user: User,
        what: String,
        values: Value,
    ) -> Result<Json<Value>, Failure> {
        let _turn = turns.acquire().await.expect("the semaphore is never closed");
        let desk = self.clone();
        let done = tokio::task::spawn_blocking(move || match desk.0.get() {
            Some(work) => work(&user, &what, values),
            None => Err(Refused::Unknown("Nothing can be done here.".to_owned())),
        });
        match done.await {
            Ok(Ok(answer)) => Ok(Json(answer)),
            Ok(Err(why)) => Err(why.into()),
            Err(_) => Err(Failure::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "It was given up; the log says why.",
            )),
        }
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Desk").field(&self.0.get().is_some()).finish()
    }
}

impl From<Refused> for Failure {
    fn from(why: Refused) -> Self {
        match why {
            Refused::Wrong(text, more) => Failure::wrong(text).with(more),
            Refused::Late(text) => Failure::new(StatusCode::CONFLICT, text),
            Refused::Unknown(text) => Failure::absent(text),
            Refused::Failed(text) => Failure::new(StatusCode::INTERNAL_SERVER_ERROR, text),
        }
    }
}

/// Returns the routes, all behind log-in.
pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/api/v1/me", get(me))
        .route("/api/v1/rules", get(|state, pass| look(state, pass, "rules")))
        .route(
            "/api/v1/silences",
            get(|state, pass| look(state, pass, "silences")),
        )
        .route(
            "/api/v1/do/{what}",
            post(act).layer(DefaultBodyLimit::max(LONGEST)),
        )
}

/// Answers `/api/v1/me`.
async fn me(Extension(pass): Extension<Pass>) -> Json<Value> {
    let User { name, role } = pass.user();
    Json(json!({ "name": name, "role": role.as_str(), "csrf": word(&pass) }))
}

async fn look(
    Shared(state): Shared<State>,
    Extension(pass): Extension<Pass>,
    what: &'static str,
) -> Result<Json<Value>, Failure> {
    state
        .desk()
        .ask(&LOOKS, pass.user().clone(), what.to_owned(), Value::Null)
        .await
}

/// Answers `POST /api/v1/do/WHAT`.
async fn act(
    Shared(state): Shared<State>,
    Extension(pass): Extension<Pass>,
    Path(what): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Json<Value>, Failure> {
    // region:login Whoever came with a cookie must send the word that belongs to it (`word`, `TOKEN`), compared in constant time; only an operator may act; the body says that it is JSON, and is. Three refusals have 403, 415 and 413.
    let forbidden = |why| Failure::new(StatusCode::FORBIDDEN, why);
    if let Some(word) = word(&pass) {
        let sent = headers.get(TOKEN).map_or(&b""[..], |value| value.as_bytes());
        if !bool::from(sent.ct_eq(word.as_bytes())) {
            return Err(forbidden(
                "This came from no page of this server: X-CSRF-Token is missing or wrong.",
            ));
        }
    }
    if pass.user().role != Role::Operator {
        return Err(forbidden("A viewer looks, and changes nothing."));
    }
    let is_json = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return Err(Failure::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body is JSON: Content-Type: application/json.",
        ));
    }
    let body = axum::body::to_bytes(request.into_body(), LONGEST)
        .await
        .map_err(|_| {
            Failure::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("{LONGEST} bytes are the most."),
            )
        })?;
    let values = serde_json::from_slice(&body)
        .map_err(|why| Failure::wrong(format!("The body is no JSON: {why}.")))?;
    state.desk().ask(&ACTS, pass.user().clone(), what, values).await
    // endregion:login
}

/// Returns what a page of this server knows, and no other: it is made of the session's secret, which no script can read. Whoever sends the token
/// itself needs none.
fn word(pass: &Pass) -> Option<String> {
    match pass {
        Pass::Session(secret, _) => Some(hex(&Sha256::digest(format!("csrf {secret}"))[..16])),
        Pass::Token(_) => None,
    }
}
