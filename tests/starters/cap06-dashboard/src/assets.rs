//! The files of the pages, which are part of the executable.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

use crate::api::Failure;

/// The page to log in, with `{next}` and `{wrong}` in it.
pub(crate) const LOGIN: &str = include_str!("../assets/login.html");

const FLEET: &str = include_str!("../assets/fleet.html");
const ALARMS: &str = include_str!("../assets/alarms.html");
const RULES: &str = include_str!("../assets/rules.html");
const HOST: &str = include_str!("../assets/host.html");

macro_rules! files {
    ($($name:literal)*) => { [$(($name, include_str!(concat!("../assets/", $name)))),*] };
}

/// What the pages load. Nothing in it tells of the fleet, so that the log-in page can have it as well.
const FILES: [(&str, &str); 20] = files![
    "alarms.js" "api.js" "chart.js" "draw.js" "favicon.svg" "fleet.js" "host.js" "live.js" "login.js" "page.js" "panels.js" "points.js"
    "replay.js" "ruleform.js" "ruletext.js" "rules.js" "scale.js" "style.css" "theme.js" "units.js"
];

/// Changes with every file, so that a browser asks once and is told "as before" until the next release.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    FILES.iter().for_each(|(_, text)| hash.update(text));
    let digest = hash.finalize();
    format!(
        "\"{}\"",
        digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    )
});

/// Serves the page with all hosts.
pub(crate) async fn fleet() -> Html<&'static str> {
    Html(FLEET)
}

/// Serves the page with all alarms.
pub(crate) async fn alarms() -> Html<&'static str> {
    Html(ALARMS)
}

/// Serves the page with the rules.
pub(crate) async fn rules() -> Html<&'static str> {
    Html(RULES)
}

/// Serves the page of one host; which one, its script finds in the address.
pub(crate) async fn host(Path(id): Path<String>) -> Response {
    match id.parse::<i64>() {
        Ok(_) => Html(HOST).into_response(),
        Err(_) => Failure::new(StatusCode::NOT_FOUND, "A host has a number.").into_response(),
    }
}

/// Serves a file of the pages.
pub(crate) async fn file(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((_, text)) = FILES.iter().find(|(known, _)| *known == name) else {
        return Failure::new(StatusCode::NOT_FOUND, "There is no such file.").into_response();
    };
    let kind = match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "image/svg+xml",
    };
    let common = [(ETAG, TAG.as_str()), (CACHE_CONTROL, "no-cache")];
    if headers.get(IF_NONE_MATCH).is_some_and(|tag| tag == TAG.as_str()) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(CONTENT_TYPE, kind)], *text).into_response()
}
