//! Where page and script say that the data is.

// region:dynamic
use std::sync::LazyLock;

use regex::Regex;
// endregion:dynamic
use url::Url;

// region:dynamic
use crate::error::Error;
use crate::fetch::{Want, fetch};
use crate::html::{self, Event, attribute};
// endregion:dynamic
use crate::error::Result;
use crate::fetch::Client;
// region:dynamic

/// The redirects that are followed for a page or a script.
const REDIRECTS: usize = 10;
// endregion:dynamic

// region:given/source
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
// endregion:given/source
// region:dynamic

/// A script of a page.
#[derive(Debug, PartialEq, Eq)]
enum Script {
    /// Its text stands in the page.
    Inline(String),
    /// Its text stands elsewhere.
    At(Url),
}
// endregion:dynamic

/// Reads a page and its scripts, and finds where its data is: the token in an attribute `data-token`, address and header in the first script that
/// names both.
///
/// # Errors
/// Page or script cannot be had; something of the three is nowhere.
pub async fn find(client: &Client, url: &Url) -> Result<Source> {
    // region:dynamic/find Fetch the page; take token and scripts out of it; fetch the scripts that stand elsewhere, until one has `constants`.
    let page = fetch(client, url, REDIRECTS, Want::Body).await.success()?;
    let text = page.text().filter(|_| page.is_html());
    let wrong = |what: &str| Error::Page {
        url: page.url.clone(),
        what: what.to_owned(),
    };
    let (_, text) = text.ok_or_else(|| wrong("is no HTML page"))?;
    let (token, scripts) = read(&page.url, &text);
    let token = token.ok_or_else(|| wrong("nothing in the page has a data-token"))?;
    for script in scripts {
        let text = match script {
            Script::Inline(text) => text,
            Script::At(url) => {
                let answer = fetch(client, &url, REDIRECTS, Want::Body).await.success()?;
                // Browsers run a script whatever its type is.
                match answer.text() {
                    Some((_, text)) => text.into_owned(),
                    None => String::from_utf8_lossy(&answer.body).into_owned(),
                }
            }
        };
        if let Some((api, header)) = constants(&text) {
            let api = page
                .url
                .join(&api)
                .map_err(|_| wrong("its script names no address"))?;
            return Ok(Source { api, header, token });
        }
    }
    Err(wrong("no script of the page says where the data is"))
    // endregion:dynamic/find
}
// region:dynamic

/// Takes the token and the scripts out of a page.
fn read(page: &Url, text: &str) -> (Option<String>, Vec<Script>) {
    let mut token = None;
    let mut scripts = Vec::new();
    let mut inline = false;
    html::read(text, |event| match event {
        Event::Open(tag) => {
            token = token.take().or(attribute(tag, "data-token").map(str::to_owned));
            let src = attribute(tag, "src");
            inline = &*tag.name == "script" && src.is_none();
            if &*tag.name == "script"
                && let Some(url) = src.and_then(|src| page.join(src).ok())
            {
                scripts.push(Script::At(url));
            } else if inline {
                scripts.push(Script::Inline(String::new()));
            }
        }
        // The text of one script may come in several pieces.
        Event::Raw(piece) if inline => {
            if let Some(Script::Inline(text)) = scripts.last_mut() {
                text.push_str(piece);
            }
        }
        _ => {}
    });
    (token, scripts)
}

/// Finds `const API = "…"` and `const HEADER = "…"` in a script.
fn constants(script: &str) -> Option<(String, String)> {
    static CONSTANT: LazyLock<Regex> = LazyLock::new(|| {
        let blank = r"[ \t\r\n]";
        let value = r#"(?:"([^"]*)"|'([^']*)'|`([^`]*)`)"#;
        Regex::new(&format!(
            "(?:const|let|var){blank}+(API|HEADER){blank}*={blank}*{value}"
        ))
        .expect("the expression is right")
    });
    let value = |name: &str| {
        let found = CONSTANT.captures_iter(script).find(|found| &found[1] == name)?;
        let value = (2..=4).find_map(|group| found.get(group))?;
        Some(value.as_str().to_owned())
    };
    Some((value("API")?, value("HEADER")?))
}
// endregion:dynamic

// region:dynamic
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_one_token_and_scripts_of_two_kinds() {
        let page = Url::parse("http://h/shop/").expect("a URL");
        let text = "<script>let a;</script><div data-token=\"t&amp;1\"></div><p data-token=u><script src=s.js></script>";
        let scripts = vec![
            Script::Inline("let a;".into()),
            Script::At(page.join("s.js").expect("a URL")),
        ];
        assert_eq!(read(&page, text), (Some("t&1".into()), scripts));
    }

    #[test]
    fn constants_are_found_in_any_order_and_with_any_quotes() {
        let both = Some(("/a".to_owned(), "X-B".to_owned()));
        assert_eq!(constants("const API = \"/a\";\nconst HEADER='X-B';"), both);
        assert_eq!(constants("var HEADER=`X-B`,c;let API = '/a'"), both);
        assert_eq!(constants("const API = '/a'; const HEADERS = 'X'"), None);
    }
}
// endregion:dynamic
