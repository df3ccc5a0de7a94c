//! The data, page by page.

use std::time::Duration;

use url::Url;

use super::Item;
use crate::error::Result;
use crate::fetch::Client;

/// How often in a row the site may say 429 to the same question.
pub const PATIENCE: usize = 5;

/// The longest that the program waits because a site asks for it.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Calls `each` with every item of the page `url`, in the order of the site, as soon as it is there.
///
/// # Errors
/// What [`find`](super::source::find) says; an answer of the site that is no page of items; a cursor that comes again. What `each` returns ends the call too.
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
pub async fn items(client: &Client, url: &Url, mut each: impl FnMut(Item) -> Result<()>) -> Result<()> {
    todo!(
        "dynamic: Find the source; ask it without a cursor, then with the `next` of each answer, until that is null."
    )
}
