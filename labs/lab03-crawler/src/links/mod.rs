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

use foldhash::quality::RandomState;
use url::Url;

use crate::fetch::Answer;

/// The most references of one page that count, of those that are written differently.
pub const MOST: usize = 100_000;

/// The longest reference that counts, in bytes.
pub const LONGEST: usize = 1 << 16;

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

/// References of a document, as they are written, each once. A page may have a hundred thousand of them, so all stand in one text.
#[expect(dead_code, reason = "`add` and `each` will use the rest")]
#[derive(Debug, Default)]
pub struct References {
    text: String,
    /// What each is for, and where in the text it ends.
    ends: Vec<(Kind, usize)>,
    /// The hashes of those that are there.
    seen: HashSet<u64, RandomState>,
    /// The first `<base href>`.
    pub base: Option<String>,
}

impl References {
    /// Adds a reference without its fragment, unless it is there already, is longer than [`LONGEST`] or would be one of more than [`MOST`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn add(&mut self, kind: Kind, reference: &str) {
        todo!(
            "links: Cut off what follows the `#`: a page's own table of contents is one reference. Keep the `#` behind a blank, which would be no part of the URL without it."
        )
    }

    /// Calls `call` with each reference, resolved against the base or else against the document's own URL. Two may lead to the same URL.
    #[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
    pub fn each(self, document: &Url, mut call: impl FnMut(Link)) {
        todo!("links: The base itself is resolved against `document`; then `normal::resolve`.")
    }

    /// Calls `call` with each link once, in the order of first appearance.
    #[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
    pub fn each_once(self, document: &Url, mut call: impl FnMut(Link)) {
        todo!("links: Pass on what `each` finds, and keep the hashes of what was passed on.")
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
