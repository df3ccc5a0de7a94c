//! Nobody gets further who is not logged in.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State as Shared};
use axum::http::header::{AUTHORIZATION, COOKIE, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::api::Failure;
use crate::listener::Peer;
use crate::state::State;
use crate::users::{Role, User};

/// The name of the cookie.
pub(crate) const COOKIE_NAME: &str = "muster_session";

/// How somebody got in, for streams that outlive the question that opened them.
#[derive(Clone)]
pub(crate) enum Pass {
    /// With the secret of a session, which may end.
    Session(String, User),
    /// With a token.
    Token(User),
}

impl Pass {
    /// Says whether it would be let in now.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn is_good(&self, state: &State) -> bool {
        todo!("login: A session must still be open, and whoever it is must still be known as they were.")
    }

    /// Returns who it is.
    pub(crate) fn user(&self) -> &User {
        let (Pass::Session(_, user) | Pass::Token(user)) = self;
        user
    }
}

/// Lets through whoever has a session or the token; others are shown to the log-in page, or told so in JSON.
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
pub(crate) async fn logged_in(
    Shared(state): Shared<State>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    todo!(
        "login: Who has a session that is still good is let through, or else whoever sends a token that is right. `try_token` counts attempts, so nothing is tried that is none. Whoever is let through is put into the request's extensions."
    )
}

/// Lets operators through, and whoever only asks.
pub(crate) async fn operators(request: Request, next: Next) -> Response {
    let is_operator = request
        .extensions()
        .get::<Pass>()
        .is_some_and(|pass| pass.user().role == Role::Operator);
    match is_operator || request.method().is_safe() {
        true => next.run(request).await,
        false => Failure::new(StatusCode::FORBIDDEN, "A viewer looks, and changes nothing.").into_response(),
    }
}

/// Why a token lets nobody in.
pub(crate) enum Refused {
    /// It is not the token.
    Wrong,
    /// There were so many wrong ones that this one was not looked at, nor will any be for so long.
    TooOften(Duration),
}

/// Says whose a token is, unless its sender has guessed too often.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn try_token(state: &State, peer: SocketAddr, token: &str) -> Result<User, Refused> {
    todo!(
        "login: Begin an attempt, then look: it may be the token itself, or that of a user; an attempt that was right is taken back."
    )
}

impl Refused {
    /// Returns the status, and what else the head of an answer says.
    pub(crate) fn head(&self) -> (StatusCode, [(HeaderName, HeaderValue); 1]) {
        match self {
            Self::Wrong => (
                StatusCode::UNAUTHORIZED,
                [(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))],
            ),
            Self::TooOften(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                [(RETRY_AFTER, HeaderValue::from(self.seconds()))],
            ),
        }
    }

    fn seconds(&self) -> u64 {
        match self {
            Self::Wrong => 0,
            Self::TooOften(wait) => wait.as_secs() + 1,
        }
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Wrong => f.write_str("This is not the token."),
            Self::TooOften(_) => write!(
                f,
                "There were too many wrong tokens. Try again in {} s.",
                self.seconds()
            ),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, headers) = self.head();
        (headers, Failure::new(status, self.to_string())).into_response()
    }
}

/// Finds the secret in the cookie.
///
/// Source: RFC 6265, section 4.2.1.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn session(headers: &HeaderMap) -> Option<&str> {
    todo!("login: Go through all pairs of all headers `Cookie`, and find the one with our name.")
}

/// Finds the token in the header for programs.
///
/// Source: RFC 6750, section 2.1.
#[expect(unused_variables, reason = "goes with the todo!")]
fn bearer(headers: &HeaderMap) -> Option<&str> {
    todo!("login: `Bearer` in whatever case, and what stands behind it without the spaces around.")
}

fn refuse(path: &str) -> Response {
    // Programs ask here, and people elsewhere.
    if path.starts_with("/api/") || ["/metrics", "/federate"].contains(&path) {
        let text = "Log in first, or send the token as `Authorization: Bearer TOKEN`.";
        let (_, headers) = Refused::Wrong.head();
        return (headers, Failure::new(StatusCode::UNAUTHORIZED, text)).into_response();
    }
    // It has only characters that a path may have, for it has been parsed as one.
    Redirect::to(&if path == "/" {
        "/login".to_owned()
    } else {
        format!("/login?next={path}")
    })
    .into_response()
}
