//! What a document refers to.
//!
//! | module | what |
//! |---|---|
//! | [`html`] | references in tags |
//! | [`regex`] | references as a regular expression sees them |
//! | [`css`] | `url()` and `@import` |
//! | [`srcset`] | candidates of images |

pub mod css;
pub mod html;
pub mod regex;
pub mod srcset;

use std::collections::HashSet;

use foldhash::fast::RandomState;
use url::Url;

use crate::fetch::Answer;
// region:links
use crate::normal;
// endregion:links

/// The most different links of one page that are followed.
pub const MOST: usize = 100_000;

// region:given/kind
/// What a reference is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Somewhere to go: `a`, `area`, meta refresh.
    Page,
    /// Something to look at, also an icon, and `url()` in a stylesheet.
    Image,
    /// A script.
    Script,
    /// A stylesheet.
    Style,
    /// A page inside of the page.
    Frame,
    /// Sound and film, with their subtitles.
    Media,
    /// Anything else.
    Other,
}
// endregion:given/kind

impl Kind {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Image => "image",
            Self::Script => "script",
            Self::Style => "style",
            Self::Frame => "frame",
            Self::Media => "media",
            Self::Other => "other",
        }
    }
}

/// What is called with each reference as it is written, and may say what to write in its place.
pub type Each<'a> = dyn FnMut(Kind, &str) -> Option<String> + 'a;

/// How links are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// By a parser.
    #[default]
    Html,
    /// By a regular expression.
    Regex,
}

/// A link: an absolute URL in its normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub url: Url,
    /// What for.
    pub kind: Kind,
}

/// References of a document, as they are written, each once.
//~links #[expect(dead_code, reason = "`add` and `each` will use the rest")]
#[derive(Debug, Default)]
pub struct References {
    seen: HashSet<String, RandomState>,
    list: Vec<(Kind, String)>,
    /// The first `<base href>`.
    pub base: Option<String>,
}

impl References {
    /// Adds a reference without its fragment, unless it is there already.
    pub fn add(&mut self, kind: Kind, reference: &str) {
        // region:links/add Cut the fragment off first: a page's own table of contents is one reference. Look before you copy.
        let end = reference.find('#').unwrap_or(reference.len());
        let reference = &reference[..end];
        if self.list.len() < MOST && !self.seen.contains(reference) {
            self.seen.insert(reference.to_owned());
            self.list.push((kind, reference.to_owned()));
        }
        // endregion:links/add
    }

    /// Calls `call` with each reference, resolved against the base or else against the document's own URL. Two may lead to the same URL.
    pub fn each(self, document: &Url, mut call: impl FnMut(Link)) {
        // region:links/each_link The base itself is resolved against `document`; then `normal::resolve`.
        let base = self
            .base
            .and_then(|base| document.join(&base).ok())
            .unwrap_or_else(|| document.clone());
        for (kind, reference) in self.list {
            if let Some(url) = normal::resolve(&base, &reference) {
                call(Link { url, kind });
            }
        }
        // endregion:links/each_link
    }

    /// Resolves all references: each link once, in the order of first appearance.
    pub fn resolve(self, document: &Url) -> Vec<Link> {
        // region:links/resolve_all Collect what `each` finds, and keep a set of what is there already.
        let mut seen: HashSet<Url, RandomState> = HashSet::default();
        let mut links = Vec::new();
        self.each(document, |link| {
            if seen.insert(link.url.clone()) {
                links.push(link);
            }
        });
        links
        // endregion:links/resolve_all
    }
}

/// Collects the references of an answer: of a page or a stylesheet, and none of anything else.
pub fn references(answer: &Answer, engine: Engine) -> References {
    match answer.text() {
        Some((_, text)) if answer.is_html() => match engine {
            Engine::Html => html::references(&text),
            Engine::Regex => regex::references(&text),
        },
        Some((_, text)) if answer.is_css() => css::references(&text),
        _ => References::default(),
    }
}
