//! What every answer carries, and what no question may.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::api::Failure;

/// Nothing but this server's own files: no inline script, no frame around it, no form to elsewhere, and no text made into markup.
///
/// Source: Content Security Policy Level 3; Trusted Types.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what another site's page sends, and tells browsers to be strict.
pub(crate) async fn strict(request: Request, next: Next) -> Response {
    // region:login What may change something (any method that is not safe) must be our own, or it is refused with 403. Every answer gets the six headers, and `no-store` unless it says otherwise.
    let mut response = if request.method().is_safe() || is_own(request.headers()) {
        next.run(request).await
    } else {
        Failure::new(StatusCode::FORBIDDEN, "This came from a page of another site.").into_response()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
        (OPENER_POLICY, "same-origin"),
        (RESOURCE_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
    // endregion:login
}

/// Says whether a question that may change something comes from this server's own page, or from no page at all.
///
/// The cookie is `SameSite=Strict` already. This is for what that does not see: other ports of the same machine, and the log-in itself.
///
/// Source: Fetch Metadata Request Headers; RFC 6454, section 7.
fn is_own(headers: &HeaderMap) -> bool {
    // region:login `Sec-Fetch-Site` decides if it is there: `same-origin` and `none` may. Else `Origin`: none at all, or that of `Host`.
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    // Only a browser can set the first, and it is exact; the second may be `null` for reasons of privacy.
    if let Some(site) = text(&FETCH_SITE) {
        return ["same-origin", "none"].contains(&site);
    }
    match text(&ORIGIN) {
        None => true,
        Some(origin) => origin.split_once("://").map(|(_, authority)| authority) == text(&HOST),
    }
    // endregion:login
}

/// Refuses what a page of another site asks of the JSON interface, also what changes nothing: it could not read the answer, but would hold a stream.
/// Whatever is on another port of the same machine is the same site to a browser, and sends the cookie.
pub(crate) async fn own(request: Request, next: Next) -> Response {
    let is_foreign = request.uri().path().starts_with("/api/")
        && request
            .headers()
            .get(&FETCH_SITE)
            .is_some_and(|site| !["same-origin", "none"].iter().any(|own| site == own));
    match is_foreign {
        true => Failure::new(StatusCode::FORBIDDEN, "This came from a page of another site.").into_response(),
        false => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_and_programs_may_change_something() {
        for (site, origin, expected) in [
            (None, None, true),
            (Some("same-origin"), Some("http://hub:8000"), true),
            (Some("same-origin"), Some("null"), true),
            (Some("none"), None, true),
            (Some("cross-site"), None, false),
            (Some("same-site"), Some("http://hub:8000"), false),
            (None, Some("http://hub:8001"), false),
            (None, Some("https://evil.example"), false),
            (None, Some("null"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("hub:8000"));
            for (name, value) in [(FETCH_SITE, site), (ORIGIN, origin)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            assert_eq!(is_own(&headers), expected, "{site:?} {origin:?}");
        }
    }
}
