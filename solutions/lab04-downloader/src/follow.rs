//! From a URL to the one that answers.

use url::Url;

use crate::error::Fault;
use crate::http::{Ask, Client, Reply};

/// How many redirects are followed.
pub const MAX_REDIRECTS: usize = 10;

/// Asks for a URL, and for where the answer leads, until it leads nowhere. `asking` is told each URL.
///
/// # Errors
/// Why there is no answer, [`Fault::Redirects`], or [`Fault::RedirectTo`] for something that is no http(s) URL.
///
/// Source: RFC 9110, section 15.4.
pub fn follow(client: &Client, from: &Url, ask: &Ask, mut asking: impl FnMut(&Url)) -> Result<Reply, Fault> {
    // region:single/follow Ask; 301, 302, 303, 307 and 308 with a `Location` lead on, to a URL that may be relative to the one asked.
    let mut url = from.clone();
    url.set_fragment(None);
    for _ in 0..=MAX_REDIRECTS {
        asking(&url);
        let reply = client.ask(&url, ask)?;
        match target(&reply, &url)? {
            Some(target) => url = target,
            None => return Ok(reply),
        }
        reply.finish();
    }
    Err(Fault::Redirects(MAX_REDIRECTS))
    // endregion:single/follow
}

// region:single

fn target(reply: &Reply, from: &Url) -> Result<Option<Url>, Fault> {
    if !matches!(reply.head.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = &reply.head.location else {
        return Ok(None);
    };
    let mut to = from
        .join(location)
        .map_err(|_| Fault::RedirectTo(location.clone()))?;
    to.set_fragment(None);
    if matches!(to.scheme(), "http" | "https") && to.has_host() {
        Ok(Some(to))
    } else {
        Err(Fault::RedirectTo(to.into()))
    }
}
// endregion:single
