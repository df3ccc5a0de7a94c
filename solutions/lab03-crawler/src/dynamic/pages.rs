//! The data, page by page.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;
use url::Url;

use super::Item;
use super::source::{self, Source};
use crate::error::{Error, Fault, Result};
use crate::fetch::{Answer, Client, Want};

/// How often in a row the site may say 429 to the same question.
pub const PATIENCE: usize = 5;

/// The longest that the program waits because a site asks for it.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Calls `each` with every item of the page `url`, in the order of the site, as soon as it is there.
///
/// # Errors
/// What [`source::find`] says; an answer of the site that is no page of items; a cursor that comes again. What `each` returns ends the call too.
pub async fn items(client: &Client, url: &Url, mut each: impl FnMut(Item) -> Result<()>) -> Result<()> {
    // region:dynamic/items Find the source; ask it without a cursor, then with the `next` of each answer, until that is null.
    let source = source::find(client, url).await?;
    let mut url = source.api.clone();
    let mut seen = HashSet::new();
    loop {
        let (items, next) = page_of(ask(client, &source, &url).await?)?;
        items.into_iter().try_for_each(&mut each)?;
        let Some(cursor) = next else { return Ok(()) };
        if !seen.insert(cursor.clone()) {
            return Err(Error::Page {
                url,
                what: format!("cursor {cursor} came before"),
            });
        }
        url = source.api.clone();
        url.query_pairs_mut().append_pair("cursor", &cursor);
    }
    // endregion:dynamic/items
}
// region:dynamic

/// Asks for one page of data, and again as often and as late as the site says.
async fn ask(client: &Client, source: &Source, url: &Url) -> Result<Answer> {
    let failed = |fault| Error::Fetch {
        url: url.clone(),
        fault,
    };
    let headers = [(&*source.header, &*source.token)];
    let mut refused = 0;
    loop {
        let answer = client.get(url, &headers, Want::Body).await.map_err(failed)?;
        let status = answer.head.status;
        if status.0 == 429 && refused < PATIENCE {
            refused += 1;
            let wait = Duration::from_secs(answer.head.retry_after.unwrap_or(1));
            sleep(wait.min(LONGEST_WAIT)).await;
        } else if status.is_success() {
            return Ok(answer);
        } else {
            return Err(failed(Fault::Status(status)));
        }
    }
}

/// Reads a page of data: `{"items": [{"id": …, "name": …, "price": …}, …], "next": "…"}`, where `next` is null on the last.
fn page_of(answer: Answer) -> Result<(Vec<Item>, Option<String>)> {
    let wrong = |what: &str| Error::Page {
        url: answer.url.clone(),
        what: what.to_owned(),
    };
    let mut value: Value = serde_json::from_slice(&answer.body).map_err(|_| wrong("answer is no JSON"))?;
    let Some(Value::Array(items)) = value.get_mut("items").map(Value::take) else {
        return Err(wrong("answer has no list of items"));
    };
    let items = items.into_iter().map(Item::take).collect::<Option<Vec<_>>>();
    let items = items.ok_or_else(|| wrong("an item has no id, name and price"))?;
    match value.get_mut("next").map(Value::take) {
        Some(Value::String(cursor)) => Ok((items, Some(cursor))),
        Some(Value::Null) | None => Ok((items, None)),
        Some(_) => Err(wrong("next is neither a string nor null")),
    }
}
// endregion:dynamic
