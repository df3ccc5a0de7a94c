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
pub(crate) async fn log_out(Shared(state): Shared<State>, headers: HeaderMap) -> Response {
    // region:login Close the session, which is more than to ask the browser to forget its cookie; then do that too, and show the page to log in.
    if let Some(secret) = session(&headers) {
        state.parts().sessions.close(secret);
    }
    (cookie(&headers, "", 0), Redirect::to("/login")).into_response()
    // endregion:login
}

/// Makes a cookie that no script can read and no other site can make a browser send.
///
/// Source: RFC 6265, section 4.1; `SameSite` in RFC 6265bis, section 5.6.7.
fn cookie(headers: &HeaderMap, secret: &str, seconds: u64) -> [(HeaderName, HeaderValue); 1] {
    // region:login The name and the secret, for all paths, for no script, for no other site, for so many seconds; `Secure` if a proxy says that it speaks TLS.
    // A proxy that speaks TLS says so. Whoever says so without one only makes their own cookie useless.
    let secure = match headers.get(FORWARDED_PROTO) {
        Some(protocol) if protocol == "https" => "; Secure",
        _ => "",
    };
    let text =
        format!("{COOKIE_NAME}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    [(
        SET_COOKIE,
        HeaderValue::try_from(text).expect("a cookie is made of hexadecimal digits and constants"),
    )]
    // endregion:login
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
fn place(next: Option<&str>) -> &str {
    // region:login A page of one host if it is just that, or `/alarms` or `/rules`; else the first page.
    let is_host = |place: &&str| {
        place
            .strip_prefix("/hosts/")
            .is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
    };
    next.filter(|place| is_host(place) || ["/alarms", "/rules"].contains(place))
        .unwrap_or("/")
    // endregion:login
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
