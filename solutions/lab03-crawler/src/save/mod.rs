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

// region:resources
use std::collections::HashMap;
// endregion:resources
use std::path::Path;
// region:resources
use std::sync::Arc;

use tokio::sync::Semaphore;
// endregion:resources
use url::Url;

use crate::error::{Fault, Result};
use crate::fetch::Client;
// region:resources
use crate::error::Error;
use crate::fetch::{Answer, Want, fetch};
use crate::links::Kind;
use folder::{Draft, Folder};
use names::Names;
use rewrite::Markup;

/// The redirects that are followed for one resource.
const REDIRECTS: usize = 10;

/// How many resources of a document are asked for at a time.
const JOBS: usize = 8;
// endregion:resources

/// How deep documents may stand in each other: frames in frames, stylesheets that import stylesheets.
pub const DEEPEST: usize = 8;

// region:resources
/// The page's own file.
const INDEX: &str = "index.html";
// endregion:resources

// region:given/saved
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
// endregion:given/saved
// region:resources

/// A page or a stylesheet, kept until the names of all files are known.
#[derive(Debug)]
struct Document {
    markup: Markup,
    /// Its text as UTF-8.
    text: String,
    /// What its references are resolved against.
    base: Url,
    /// Where it lies in the folder.
    path: String,
    /// Its place in [`Saved::files`].
    place: usize,
    /// How many documents it stands in.
    depth: usize,
}

/// What is kept of the answer that brought a document.
struct Content {
    markup: Markup,
    text: String,
    base: Url,
    media: Option<String>,
}

impl Content {
    fn of(answer: Answer, markup: Markup) -> Self {
        let text = answer
            .text()
            .map_or_else(String::new, |(_, text)| text.into_owned());
        Self {
            markup,
            base: rewrite::base(markup, &text, &answer.url),
            text,
            media: answer.head.media.map(|media| media.essence),
        }
    }
}

/// A resource as it comes from the network, before it has a name.
enum Resource {
    /// What refers to more.
    Document(Content),
    /// Anything else, written already, and its type.
    File(Draft, Option<String>),
}
// endregion:resources

/// Saves the page `url` in `dir`: itself as `index.html`, what it needs in `files/`.
///
/// # Errors
/// The page cannot be had, or is none; `dir` has something in it; a file cannot be written. A resource that cannot be had is no error.
pub async fn save(client: &Client, url: &Url, dir: &Path) -> Result<Saved> {
    // region:resources/save Get the page; then document by document: get what it needs, and give it names. Write the documents last, when all names are known.
    folder::refuse_unless_empty(dir)?;
    let answer = fetch(client, url, REDIRECTS, Want::Body).await.success()?;
    if !answer.is_html() {
        return Err(Error::Page {
            url: answer.url,
            what: "is no HTML page".into(),
        });
    }
    let mut shelf = Shelf::new(Folder::create(dir)?);
    let mut asked = url.clone();
    asked.set_fragment(None);
    shelf.paths.insert(answer.url.clone(), Some(INDEX.into()));
    shelf.add_document(Content::of(answer, Markup::Page), asked, INDEX.into(), 0);

    let mut next = 0;
    while next < shelf.documents.len() {
        let needs = shelf.new_needs(next);
        let depth = shelf.documents[next].depth + 1;
        shelf.get_all(client, needs, depth).await?;
        next += 1;
    }
    shelf.write_documents()?;
    Ok(shelf.saved)
    // endregion:resources/save
}
// region:resources

/// Everything that has been found so far.
struct Shelf {
    folder: Folder,
    names: Names,
    /// Where each URL lies; `None` for one that could not be had.
    paths: HashMap<Url, Option<String>>,
    documents: Vec<Document>,
    saved: Saved,
}

impl Shelf {
    fn new(folder: Folder) -> Self {
        Self {
            folder,
            names: Names::default(),
            paths: HashMap::new(),
            documents: Vec::new(),
            saved: Saved::default(),
        }
    }

    /// Returns what a document needs and nobody needed before, in the order of its references.
    fn new_needs(&mut self, document: usize) -> Vec<(Kind, Url)> {
        let document = &self.documents[document];
        let mut needs = Vec::new();
        rewrite::document(document.markup, &document.text, &mut |kind, reference| {
            if kind != Kind::Page
                && let Some((url, _)) = resolve(&document.base, reference)
                && !self.paths.contains_key(&url)
            {
                self.paths.insert(url.clone(), None);
                needs.push((kind, url));
            }
            None
        });
        needs
    }

    /// Asks for all of these at once, and shelves them in their order, so that names do not depend on who answers first.
    async fn get_all(&mut self, client: &Client, needs: Vec<(Kind, Url)>, depth: usize) -> Result<()> {
        let jobs = Arc::new(Semaphore::new(JOBS));
        let running: Vec<_> = needs
            .into_iter()
            .map(|(kind, url)| {
                let (client, jobs, draft) = (client.clone(), jobs.clone(), self.folder.draft());
                tokio::spawn(async move {
                    let _job = jobs.acquire().await;
                    let got = get(&client, kind, &url, depth, draft).await;
                    (url, got)
                })
            })
            .collect();
        for task in running {
            let (url, got) = task.await.expect("no task panics, and none is aborted");
            match got {
                Ok(resource) => self.shelve(url, resource, depth)?,
                Err(Error::Fetch { url, fault }) => self.saved.missing.push((url, fault)),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Gives a resource its name.
    fn shelve(&mut self, url: Url, resource: Resource, depth: usize) -> Result<()> {
        let media = match &resource {
            Resource::Document(Content { media, .. }) | Resource::File(_, media) => media.as_deref(),
        };
        let path = format!("files/{}", self.names.of(&url, media));
        self.paths.insert(url.clone(), Some(path.clone()));
        match resource {
            Resource::Document(content) => self.add_document(content, url, path, depth),
            Resource::File(draft, _) => {
                let bytes = draft.publish(&path)?;
                self.saved.files.push(SavedFile { path, bytes, url });
            }
        }
        Ok(())
    }

    /// Keeps a document; how long its file is will be known when it is written.
    fn add_document(&mut self, content: Content, url: Url, path: String, depth: usize) {
        self.documents.push(Document {
            markup: content.markup,
            text: content.text,
            base: content.base,
            path: path.clone(),
            place: self.saved.files.len(),
            depth,
        });
        self.saved.files.push(SavedFile { path, bytes: 0, url });
    }

    /// Writes every document, with references to the files that there are now.
    fn write_documents(&mut self) -> Result<()> {
        // The page comes last: whoever sees it has all of it.
        for document in self.documents.iter().rev() {
            let text = rewrite::document(document.markup, &document.text, &mut |kind, reference| {
                self.reference(document, kind, reference)
            });
            let mut draft = self.folder.draft();
            draft.write(text.as_bytes())?;
            self.saved.files[document.place].bytes = draft.publish(&document.path)?;
        }
        Ok(())
    }

    /// Says what stands in the place of a reference: the way to the file, or else the absolute URL; `None` leaves it as it is.
    fn reference(&self, document: &Document, kind: Kind, reference: &str) -> Option<String> {
        if reference.starts_with('#') {
            return None;
        }
        let (url, fragment) = resolve(&document.base, reference)?;
        let new = match self.paths.get(&url) {
            Some(Some(path)) if kind != Kind::Page => names::relative(&document.path, path),
            _ => url.into(),
        };
        Some(match fragment {
            Some(fragment) => format!("{new}#{fragment}"),
            None => new,
        })
    }
}

/// Asks for a resource. What refers to nothing more is written at once, so that it need not be kept.
async fn get(client: &Client, kind: Kind, url: &Url, depth: usize, mut draft: Draft) -> Result<Resource> {
    let answer = fetch(client, url, REDIRECTS, Want::Body).await.success()?;
    let markup = match kind {
        _ if answer.is_css() => Markup::Sheet,
        Kind::Frame | Kind::Other if answer.is_html() => Markup::Page,
        _ => {
            draft.write(&answer.body)?;
            let media = answer.head.media.map(|media| media.essence);
            return Ok(Resource::File(draft, media));
        }
    };
    if depth > DEEPEST {
        return Err(Error::Fetch {
            url: answer.url,
            fault: Fault::TooDeep(DEEPEST),
        });
    }
    Ok(Resource::Document(Content::of(answer, markup)))
}

/// Resolves a reference to what can be asked for, and its fragment. Only http and https can.
fn resolve(base: &Url, reference: &str) -> Option<(Url, Option<String>)> {
    let mut url = base.join(reference).ok()?;
    let fragment = url.fragment().map(str::to_owned);
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some((url, fragment))
}
// endregion:resources
