//! A page with everything that it needs, saved so that it can be read without a network.
//!
//! | module | what |
//! |---|---|
//! | [`names`] | names of files, made from URLs |
//! | [`rewrite`] | documents whose references lead elsewhere |
//! | [`folder`] | files that are there whole or not at all |

pub mod folder;
pub mod names;
pub mod rewrite;

use std::path::Path;
use url::Url;

use crate::error::{Fault, Result};
use crate::fetch::Client;

/// How deep documents may stand in each other: frames in frames, stylesheets that import stylesheets.
pub const DEEPEST: usize = 8;

/// What became of a page.
#[derive(Debug, Default)]
pub struct Saved {
    /// The files, in the order in which the page needs them; the page itself is the first.
    pub files: Vec<SavedFile>,
    /// What could not be had, in the same order.
    pub missing: Vec<(Url, Fault)>,
}

/// A file that was written.
#[derive(Debug)]
pub struct SavedFile {
    /// Where it lies in the folder: `files/logo.png`.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// What was asked for.
    pub url: Url,
}

/// Saves the page `url` in `dir`: itself as `index.html`, what it needs in `files/`.
///
/// # Errors
/// The page cannot be had, or is none; `dir` has something in it; a file cannot be written. A resource that cannot be had is no error.
#[expect(unused_variables, reason = "goes with the todo!")]
pub async fn save(client: &Client, url: &Url, dir: &Path) -> Result<Saved> {
    todo!(
        "resources: Get the page; then document by document: get what it needs, and give it names. Write the documents last, when all names are known."
    )
}
