//! The pages to log in and out.

use axum::extract::rejection::FormRejection;
use axum::extract::{ConnectInfo, Form, Query, State as Shared};
use axum::http::header::{HeaderName, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use crate::assets;
use crate::guard::{COOKIE_NAME, session, try_token};
use crate::listener::Peer;
use crate::sessions::LIFE;
use crate::state::State;

/// Where to go afterwards.
#[derive(Deserialize)]
pub(crate) struct Next {
    next: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub(crate) struct LogIn {
    token: String,
    next: Option<String>,
}

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Shows the form.
pub(crate) async fn page(Query(Next { next }): Query<Next>) -> Html<String> {
    form(next.as_deref(), "")
}

/// Opens a session for whoever knows the token.
pub(crate) async fn log_in(
    Shared(state): Shared<State>,
    ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
    headers: HeaderMap,
    sent: Result<Form<LogIn>, FormRejection>,
) -> Response {
    let Ok(Form(LogIn { token, next })) = sent else {
        return (
            StatusCode::BAD_REQUEST,
            form(None, "The form has a field `token`."),
        )
            .into_response();
    };
    let user = match try_token(&state, peer, token.trim()) {
        Ok(user) => user,
        Err(refused) => {
            let (status, headers) = refused.head();
            return (status, headers, form(next.as_deref(), &refused.to_string())).into_response();
        }
    };
    let Some(secret) = state.parts().sessions.open(user) else {
        let text = "The system has no random numbers.";
        return (StatusCode::INTERNAL_SERVER_ERROR, form(next.as_deref(), text)).into_response();
    };
    (
        cookie(&headers, &secret, LIFE.as_secs()),
        Redirect::to(place(next.as_deref())),
    )
        .into_response()
}

/// Ends the session.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) async fn log_out(Shared(state): Shared<State>, headers: HeaderMap) -> Response {
    todo!(
        "login: Close the session, which is more than to ask the browser to forget its cookie; then do that too, and show the page to log in."
    )
}

/// Makes a cookie that no script can read and no other site can make a browser send.
///
/// Source: RFC 6265, section 4.1; `SameSite` in RFC 6265bis, section 5.6.7.
#[expect(unused_variables, reason = "goes with the todo!")]
fn cookie(headers: &HeaderMap, secret: &str, seconds: u64) -> [(HeaderName, HeaderValue); 1] {
    todo!(
        "login: The name and the secret, for all paths, for no script, for no other site, for so many seconds; `Secure` if a proxy says that it speaks TLS."
    )
}

/// Writes the form. What goes into it is this program's own sentence, or a place.
fn form(next: Option<&str>, wrong: &str) -> Html<String> {
    Html(
        assets::LOGIN
            .replace("{next}", place(next))
            .replace("{wrong}", wrong),
    )
}

/// Returns where to go: a page of this server, and nowhere else.
#[expect(unused_variables, reason = "goes with the todo!")]
fn place(next: Option<&str>) -> &str {
    todo!("login: A page of one host if it is just that, or `/alarms` or `/rules`; else the first page.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_leads_to_no_other_site() {
        for (next, expected) in [
            (None, "/"),
            (Some("/hosts/17"), "/hosts/17"),
            (Some("/rules"), "/rules"),
            (Some("/rules/.."), "/"),
            (Some("/hosts/"), "/"),
            (Some("/hosts/1\"><script>"), "/"),
            (Some("//evil.example"), "/"),
            (Some("https://evil.example/hosts/1"), "/"),
        ] {
            assert_eq!(place(next), expected, "{next:?}");
        }
    }
}
