//! Proves that what a page links to exists.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

use crate::error::{Result, read};

/// What other pages may point to, and what this one points to.
#[derive(Debug, Default)]
struct Page {
    anchors: HashSet<String>,
    links: Vec<Link>,
}

/// A reference in a page.
#[derive(Debug)]
struct Link {
    target: String,
    /// The browser fetches it by itself, as it does a picture or a script.
    fetched: bool,
}

/// A folder of finished pages.
pub(crate) struct Site<'a> {
    out: &'a Path,
    pages: HashMap<PathBuf, Page>,
}

impl<'a> Site<'a> {
    /// Takes the pages in `out`.
    pub(crate) fn new(out: &'a Path) -> Self {
        Self {
            out,
            pages: HashMap::new(),
        }
    }

    /// Follows every link of `page`, a path below the folder, and returns their number and what is wrong with them.
    ///
    /// # Errors
    /// A page that cannot be read.
    pub(crate) fn follow(&mut self, page: &Path) -> Result<(usize, Vec<String>)> {
        let file = self.out.join(page);
        let links = std::mem::take(&mut self.page(&file)?.links);
        let mut faults = Vec::new();
        for link in &links {
            if let Some(fault) = self.fault(&file, link)? {
                faults.push(format!(
                    "{}: link to `{}`: {fault}",
                    page.with_extension("md").display(),
                    link.target
                ));
            }
        }
        Ok((links.len(), faults))
    }

    fn fault(&mut self, from: &Path, link: &Link) -> Result<Option<&'static str>> {
        if has_scheme(&link.target) || link.target.starts_with("//") {
            let harmless = !link.fetched || link.target.starts_with("data:");
            return Ok((!harmless).then_some("the book must work without a network"));
        }
        let (path, anchor) = link.target.split_once('#').unwrap_or((&link.target, ""));
        let path = percent_decoded(path.split('?').next().unwrap_or(""));
        let mut file = match path.as_str() {
            "" => from.to_owned(),
            path => from.with_file_name("").join(path),
        };
        if file.is_dir() {
            file.push("index.html");
        }
        if !file.is_file() {
            return Ok(Some("no such page or file"));
        }
        let is_page = file.extension().is_some_and(|extension| extension == "html");
        if anchor.is_empty() || !is_page {
            return Ok(None);
        }
        // One page, one entry, however many `..` lead to it.
        let file = file.canonicalize().unwrap_or(file);
        let known = self.page(&file)?.anchors.contains(&percent_decoded(anchor));
        Ok((!known).then_some("no such heading"))
    }

    fn page(&mut self, file: &Path) -> Result<&mut Page> {
        if !self.pages.contains_key(file) {
            let page = scan(&read(file)?);
            self.pages.insert(file.to_owned(), page);
        }
        Ok(self.pages.get_mut(file).expect("it was just inserted"))
    }
}

/// Reads anchors and links out of a page.
fn scan(html: &str) -> Page {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink(RefCell::default()), Default::default());
    // A script would stop the tokenizer if its text were not taken raw; see `Sink`.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else {
            return TokenSinkResult::Continue;
        };
        if tag.kind == TagKind::EndTag {
            return TokenSinkResult::Continue;
        }
        self.note(&tag);
        match &*tag.name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        }
    }
}

impl Sink {
    fn note(&self, tag: &Tag) {
        let mut page = self.0.borrow_mut();
        for attribute in &tag.attrs {
            let value = attribute.value.to_string();
            match &*attribute.name.local {
                "id" | "name" => {
                    page.anchors.insert(value);
                }
                "href" => page.links.push(Link {
                    target: value,
                    fetched: &*tag.name != "a",
                }),
                "src" => page.links.push(Link {
                    target: value,
                    fetched: true,
                }),
                _ => {}
            }
        }
    }
}

fn has_scheme(target: &str) -> bool {
    target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// Undoes `%41`; what is no valid escape stays as it is.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escape = (byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                decoded.push(value);
                at += 3;
            }
            None => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_what_leads_nowhere_is_a_fault() {
        let out = std::env::temp_dir().join(format!("course-book-links-{}", std::process::id()));
        fs::create_dir_all(out.join("sub")).unwrap();
        fs::write(out.join("sub/b.html"), "<h1 id='top'>B</h1><h2 id=\"été\">x</h2>").unwrap();
        let page = "<a href='sub/b.html'></a><a href='sub/b.html#top'></a><a href='#here'></a><p id='here'>\
                    <a href='sub/b.html#%C3%A9t%C3%A9'></a><a href='https://example.org/'></a>\
                    <script>let s = \"<a href='lost.html'>\";</script>\
                    <a href='gone.html'></a><a href='sub/b.html#gone'></a><img src='https://example.org/a.png'>";
        fs::write(out.join("a.html"), page).unwrap();
        let (count, faults) = Site::new(&out).follow(Path::new("a.html")).unwrap();
        fs::remove_dir_all(&out).unwrap();
        assert_eq!(count, 8);
        assert_eq!(
            faults,
            [
                "a.md: link to `gone.html`: no such page or file",
                "a.md: link to `sub/b.html#gone`: no such heading",
                "a.md: link to `https://example.org/a.png`: the book must work without a network",
            ]
        );
    }
}
