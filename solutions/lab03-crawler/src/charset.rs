//! Which encoding a body is written in, and the body as UTF-8.
//!
//! Source: the Encoding standard; the HTML standard, "prescan a byte stream to determine its encoding".

use std::borrow::Cow;

use encoding_rs::Encoding;
// region:fetch
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
// endregion:fetch

use crate::media::Media;

/// How much of an HTML page is searched for a declaration, in bytes.
pub const PRESCAN: usize = 1024;

/// Finds the encoding of a text: its byte order mark, then what the header says, then (HTML only) what a `meta` element in the first
/// [`PRESCAN`] bytes says, then windows-1252 for HTML and UTF-8 for the rest.
///
/// A label that the Encoding standard does not know counts as if it were not there.
pub fn detect(body: &[u8], media: &Media) -> &'static Encoding {
    // region:fetch/detect Ask each source in turn: `Encoding::for_bom`, `Encoding::for_label`, `declared`; the first that answers is right.
    if let Some((encoding, _)) = Encoding::for_bom(body) {
        return encoding;
    }
    let header = media.charset.as_deref().and_then(of_label);
    if !media.is_html() {
        return header.unwrap_or(UTF_8);
    }
    header
        .or_else(|| declared(&body[..body.len().min(PRESCAN)]))
        .unwrap_or(WINDOWS_1252)
    // endregion:fetch/detect
}
// region:fetch

fn of_label(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes())
}
// endregion:fetch

/// Finds what a `meta` element says about the encoding: `<meta charset=…>`, or `<meta http-equiv=content-type content="…; charset=…">`.
///
/// A declaration of UTF-16 that can be read as ASCII is wrong, and means UTF-8.
pub fn declared(head: &[u8]) -> Option<&'static Encoding> {
    // region:fetch/declared Skip comments; of each tag `meta` read the attributes, and look up what they call the charset.
    let text = String::from_utf8_lossy(head);
    let mut rest = &*text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = &comment[comment.find("-->")?..];
            continue;
        }
        let end = tag_end(rest)?;
        let tag = &rest[1..end];
        rest = &rest[end..];
        if let Some(attributes) = strip_word(tag, "meta")
            && let Some(encoding) = of_meta(attributes)
        {
            return Some(if encoding == UTF_16LE || encoding == UTF_16BE {
                UTF_8
            } else {
                encoding
            });
        }
    }
    None
    // endregion:fetch/declared
}
// region:fetch

/// Finds the `>` that ends a tag, past those in quotation marks.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    tag.char_indices().find_map(|(at, c)| {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        None
    })
}

/// Returns what follows `word` at the beginning of a tag.
fn strip_word<'t>(tag: &'t str, word: &str) -> Option<&'t str> {
    let (name, rest) = tag.split_at_checked(word.len())?;
    let ends = rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '/');
    (name.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

fn of_meta(attributes: &str) -> Option<&'static Encoding> {
    let mut content = None;
    let mut is_type = false;
    let mut rest = attributes;
    while let Some((name, value, after)) = attribute(rest) {
        rest = after;
        match &*name.to_ascii_lowercase() {
            "charset" => return of_label(value),
            "content" => content = Some(value),
            "http-equiv" => is_type = value.eq_ignore_ascii_case("content-type"),
            _ => {}
        }
    }
    of_label(Media::parse(content.filter(|_| is_type)?).charset.as_deref()?)
}

/// Cuts the first attribute off: its name, its value, and what follows.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let blank = |c: char| c.is_ascii_whitespace();
    let text = text.trim_start_matches(|c| blank(c) || c == '/');
    let end = text.find(|c| blank(c) || c == '=').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if text.is_empty() {
        return None;
    }
    let Some(value) = rest.trim_start().strip_prefix('=') else {
        return Some((name, "", rest));
    };
    let value = value.trim_start();
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let (value, rest) = value[1..].split_once(quote)?;
        return Some((name, value, rest));
    }
    let (value, rest) = value.split_at(value.find(blank).unwrap_or(value.len()));
    Some((name, value, rest))
}
// endregion:fetch

/// Returns `body` as UTF-8, without its byte order mark. What means nothing in its encoding becomes U+FFFD. UTF-8 is not copied.
pub fn decode<'b>(body: &'b [u8], encoding: &'static Encoding) -> Cow<'b, str> {
    encoding.decode(body).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_source_that_answers_is_right() {
        let check = |body: &[u8], media: &str, name: &str| {
            assert_eq!(detect(body, &Media::parse(media)).name(), name, "{media}");
        };
        check(b"\xEF\xBB\xBFx", "text/html; charset=koi8-r", "UTF-8");
        check(b"<meta charset=utf-8>", "text/html; charset=koi8-r", "KOI8-R");
        check(b"<meta charset=big5>", "text/html; charset=nonsense", "Big5");
        check(b"<META Charset = 'latin1' >", "text/html", "windows-1252");
        check(b"<meta charset=utf-16>", "text/html", "UTF-8");
        check(
            b"<!-- <meta charset=big5> --><meta charset=gbk>",
            "text/html",
            "GBK",
        );
        check(b"<p title='<meta charset=big5>'>", "text/html", "windows-1252");
        check(
            b"<meta content='text/html; charset=euc-jp' http-equiv=Content-Type>",
            "text/html",
            "EUC-JP",
        );
        check(b"<meta charset=big5>", "text/plain", "UTF-8");
    }
}
