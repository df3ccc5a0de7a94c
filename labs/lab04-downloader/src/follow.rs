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
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
pub fn follow(client: &Client, from: &Url, ask: &Ask, mut asking: impl FnMut(&Url)) -> Result<Reply, Fault> {
    todo!(
        "single: Ask; 301, 302, 303, 307 and 308 with a `Location` lead on, to a URL that may be relative to the one asked."
    )
}
