//! Documents whose references lead elsewhere.

// region:resources
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind};
use html5ever::{Attribute, LocalName, QualName, ns};
// endregion:resources
use url::Url;

// region:resources
use crate::html::{self, Event, attribute};
use crate::links::{Kind, css};
// endregion:resources
use crate::links::{self, Each};

/// What a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// HTML.
    Page,
    /// CSS.
    Sheet,
}

/// Returns what the references of a document at `url` are resolved against.
pub fn base(markup: Markup, text: &str, url: &Url) -> Url {
    let base = match markup {
        Markup::Page => links::html::references(text).base,
        Markup::Sheet => None,
    };
    base.and_then(|base| url.join(&base).ok())
        .unwrap_or_else(|| url.clone())
}

/// Calls `call` with each reference of a document, in its order, and returns the document with what `call` returned in their places.
///
/// A page loses what would hinder it as a file: its base, since references do not need it any more; what it says of its charset, since it
/// is UTF-8 now; and checks that a file cannot pass.
pub fn document(markup: Markup, text: &str, call: &mut Each<'_>) -> String {
    match markup {
        Markup::Page => page(text, call),
        Markup::Sheet => sheet(text, call),
    }
}

fn sheet(text: &str, call: &mut Each<'_>) -> String {
    // region:resources/sheet Leave out `@charset "…";`, which stands at the very beginning or nowhere.
    let text = text
        .strip_prefix("@charset \"")
        .and_then(|rest| rest.split_once("\";"))
        .map_or(text, |(_, rest)| rest);
    css::each(text, call).unwrap_or_else(|| text.to_owned())
    // endregion:resources/sheet
}

fn page(text: &str, call: &mut Each<'_>) -> String {
    // region:resources/page Write every event but the tags that say what is no longer true (charset, base, policy); rewrite tags and styles; put `<meta charset="utf-8">` first into the head.
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut has_charset = false;
    html::read(text, |mut event| {
        if !has_charset && begins_content(&event) {
            has_charset = true;
            if let Event::Open(tag) = &mut event
                && &*tag.name == "head"
            {
                html::write(&event, &mut out);
                html::write(&Event::Open(&mut charset()), &mut out);
                return;
            }
            html::write(&Event::Open(&mut charset()), &mut out);
        }
        match &mut event {
            Event::Open(tag) if is_needless(tag) => return,
            Event::Open(tag) => rewrite(tag, call),
            Event::Style(style) => {
                let style = css::each(style, call).unwrap_or_else(|| (*style).to_owned());
                return html::write(&Event::Style(&style), &mut out);
            }
            _ => {}
        }
        html::write(&event, &mut out);
    });
    out
    // endregion:resources/page
}
// region:resources

/// Whether an event belongs into the head or behind it, so that the head has begun.
fn begins_content(event: &Event<'_>) -> bool {
    match event {
        Event::Open(tag) => &*tag.name != "html",
        Event::Text(text) | Event::Raw(text) => !text.trim().is_empty(),
        Event::Style(_) | Event::Close(_) => true,
        Event::Doctype(_) | Event::Comment(_) => false,
    }
}

fn charset() -> Tag {
    let name = QualName::new(None, ns!(), LocalName::from("charset"));
    let value = StrTendril::from_slice("utf-8");
    Tag {
        kind: TagKind::StartTag,
        name: LocalName::from("meta"),
        self_closing: false,
        attrs: vec![Attribute { name, value }],
        had_duplicate_attributes: false,
    }
}

/// Whether a saved page is better without this tag.
fn is_needless(tag: &Tag) -> bool {
    let http_equiv =
        |name| attribute(tag, "http-equiv").is_some_and(|value| value.eq_ignore_ascii_case(name));
    match &*tag.name {
        "base" => true,
        "meta" => {
            attribute(tag, "charset").is_some()
                || http_equiv("content-type")
                || http_equiv("content-security-policy")
        }
        _ => false,
    }
}

fn rewrite(tag: &mut Tag, call: &mut Each<'_>) {
    // A file has no origin that could be asked for permission, and rewritten text has another checksum.
    tag.attrs
        .retain(|attribute| !matches!(&*attribute.name.local, "integrity" | "crossorigin"));
    links::html::each(tag, call);
    // Where forms are sent to is nothing that the page needs, but it was relative to the page.
    let sends = |name: &str| {
        matches!(
            (&*tag.name, name),
            ("form", "action") | ("button" | "input", "formaction")
        )
    };
    for attribute in &mut tag.attrs {
        if sends(&attribute.name.local)
            && let Some(url) = call(Kind::Page, &attribute.value)
        {
            attribute.value = StrTendril::from_slice(&url);
        }
    }
}
// endregion:resources

#[cfg(test)]
mod tests {
    use super::*;

    fn shouted(markup: Markup, text: &str) -> String {
        document(markup, text, &mut |_, reference| {
            Some(reference.to_ascii_uppercase())
        })
    }

    #[test]
    fn references_change_and_all_else_stays() {
        assert_eq!(
            shouted(
                Markup::Page,
                "<!DOCTYPE html><html><head><title>a</title><style>b { c: url(d) }</style></head>\
                <body><p class=\"e\">f<img src=\"g\" alt=\"h\"></body></html>"
            ),
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>a</title><style>b { c: url(\"D\") }</style></head>\
            <body><p class=\"e\">f<img src=\"G\" alt=\"h\"></body></html>"
        );
        assert_eq!(
            shouted(Markup::Sheet, "@charset \"koi8-r\";@import 'a'; b { c: d }"),
            "@import url(\"A\"); b { c: d }"
        );
    }

    #[test]
    fn the_charset_comes_first_even_without_a_head() {
        assert_eq!(
            shouted(Markup::Page, "<!-- a --> <p>b"),
            "<!-- a --> <meta charset=\"utf-8\"><p>b"
        );
        assert_eq!(shouted(Markup::Page, "text"), "<meta charset=\"utf-8\">text");
    }

    #[test]
    fn what_would_hinder_a_file_is_gone() {
        let page = "<head><meta charset=koi8-r><base href=x><meta http-equiv=Content-Type content=y>\
            <script integrity=z crossorigin src=s></script><form action=t>";
        assert_eq!(
            shouted(Markup::Page, page),
            "<head><meta charset=\"utf-8\"><script src=\"S\"></script><form action=\"T\">"
        );
    }
}
