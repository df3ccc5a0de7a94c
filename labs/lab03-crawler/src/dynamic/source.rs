//! Where page and script say that the data is.

use url::Url;

use crate::error::Result;
use crate::fetch::Client;

/// All that is needed to ask for the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The address of the data.
    pub api: Url,
    /// The name of the header that carries the token.
    pub header: String,
    /// The token.
    pub token: String,
}

/// Reads a page and its scripts, and finds where its data is: the token in an attribute `data-token`, address and header in the first script that
/// names both.
///
/// # Errors
/// Page or script cannot be had; something of the three is nowhere.
#[expect(unused_variables, reason = "goes with the todo!")]
pub async fn find(client: &Client, url: &Url) -> Result<Source> {
    todo!(
        "dynamic: Fetch the page; take token and scripts out of it; fetch the scripts that stand elsewhere, until one has `constants`."
    )
}
