//! References in the tags of a page.

// region:links
use html5ever::tendril::StrTendril;
// endregion:links
use html5ever::tokenizer::Tag;

// region:links
use crate::html::{self, Event, attribute};
use crate::links::{Kind, css, srcset};
// endregion:links
use crate::links::{Each, References};

/// Collects the references of a page.
pub fn references(text: &str) -> References {
    // region:links/references Read the events: the first base counts, other tags go to `each`, the text of styles to `css::each`.
    let mut references = References::default();
    html::read(text, |event| {
        let mut add = |kind, reference: &str| {
            references.add(kind, reference);
            None
        };
        match event {
            Event::Open(tag) if &*tag.name == "base" => {
                let href = attribute(tag, "href").map(str::to_owned);
                references.base = references.base.take().or(href);
            }
            Event::Open(tag) => each(tag, &mut add),
            Event::Style(text) => drop(css::each(text, &mut add)),
            _ => {}
        }
    });
    references
    // endregion:links/references
}

/// Calls `call` with each reference of a start tag, in the order of its attributes, and writes what it returns in the place of the reference.
pub fn each(tag: &mut Tag, call: &mut Each<'_>) {
    // region:links/each For each attribute: what does it mean on this element? A plain URL, a srcset, CSS, or nothing.
    if tag.attrs.is_empty() {
        return;
    }
    if &*tag.name == "meta" {
        return refresh(tag, call);
    }
    let link = (&*tag.name == "link").then(|| of_link(attribute(tag, "rel").unwrap_or_default()));
    let is_image = &*tag.name != "input"
        || attribute(tag, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("image"));
    let name = tag.name.clone();
    for attribute in &mut tag.attrs {
        let value = &attribute.value;
        let new = match (&*name, &*attribute.name.local) {
            (_, "style") => css::each(value, call),
            ("link", "href") => link.flatten().and_then(|kind| call(kind, value)),
            ("img" | "source", "srcset") => srcset::each(value, call),
            ("input", "src") if !is_image => None,
            (element, name) => kind_of(element, name).and_then(|kind| call(kind, value)),
        };
        if let Some(new) = new {
            attribute.value = StrTendril::from_slice(&new);
        }
    }
    // endregion:links/each
}
// region:links

/// Says what an attribute refers to, if it does.
fn kind_of(element: &str, attribute: &str) -> Option<Kind> {
    Some(match (element, attribute) {
        ("a" | "area", "href") => Kind::Page,
        ("img" | "input", "src") | ("video", "poster") => Kind::Image,
        ("script", "src") => Kind::Script,
        ("iframe" | "frame", "src") => Kind::Frame,
        ("audio" | "video" | "source" | "track", "src") => Kind::Media,
        ("embed", "src") | ("object", "data") => Kind::Other,
        _ => return None,
    })
}

/// Says what a `link` element refers to by its `rel`, a list of words; `None` for what names no document. What the page does not need to be
/// shown, such as the next page, is a page.
fn of_link(rel: &str) -> Option<Kind> {
    let is = |name: &str| {
        rel.split_ascii_whitespace()
            .any(|word| word.eq_ignore_ascii_case(name))
    };
    if is("stylesheet") {
        Some(Kind::Style)
    } else if is("icon") || is("apple-touch-icon") || is("mask-icon") {
        Some(Kind::Image)
    } else if is("dns-prefetch") || is("preconnect") {
        None
    } else if is("preload") || is("modulepreload") || is("manifest") {
        Some(Kind::Other)
    } else {
        Some(Kind::Page)
    }
}

/// Reads `<meta http-equiv=refresh content="5; url=…">`.
///
/// Source: the HTML standard, "shared declarative refresh steps".
fn refresh(tag: &mut Tag, call: &mut Each<'_>) {
    if !attribute(tag, "http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh")) {
        return;
    }
    let content = tag
        .attrs
        .iter_mut()
        .find(|attribute| &*attribute.name.local == "content");
    if let Some(content) = content
        && let Some(target) = refresh_target(&content.value)
        && let Some(new) = call(Kind::Page, target)
    {
        let before = target.as_ptr() as usize - content.value.as_ptr() as usize;
        let quote = content.value[..before]
            .chars()
            .next_back()
            .filter(|c| matches!(c, '"' | '\''))
            .map_or(String::new(), String::from);
        content.value = format!("{}{new}{quote}", &content.value[..before]).into();
    }
}

fn refresh_target(content: &str) -> Option<&str> {
    let blank = |c: char| c.is_ascii_whitespace();
    let text = content.trim_start_matches(blank);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let separated = |c: char| c == ';' || c == ',' || blank(c);
    if rest.len() == text.len() || !rest.starts_with(separated) {
        return None;
    }
    let rest = rest.trim_start_matches(blank);
    let rest = rest
        .strip_prefix([';', ','])
        .unwrap_or(rest)
        .trim_start_matches(blank);
    let named = rest
        .split_at_checked(3)
        .filter(|(word, _)| word.eq_ignore_ascii_case("url"))
        .and_then(|(_, after)| after.trim_start_matches(blank).strip_prefix('='))
        .map(|after| after.trim_start_matches(blank));
    let target = named.unwrap_or(rest);
    let target = match target.chars().next() {
        Some(quote @ ('"' | '\'')) => target[1..].split(quote).next().unwrap_or_default(),
        _ => target,
    };
    Some(target).filter(|target| !target.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_is_a_number_and_perhaps_a_url() {
        let check = |content: &str, expected: Option<&str>| {
            assert_eq!(refresh_target(content), expected, "{content}");
        };
        check("5; url=/a", Some("/a"));
        check(" 0.5,URL = '/a b' x", Some("/a b"));
        check("0 /a", Some("/a"));
        check("0;\"/a\"", Some("/a"));
        check("5", None);
        check("url=/a", None);
        check("5x;url=/a", None);
    }
}
// endregion:links
