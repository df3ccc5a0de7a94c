//! Documents whose references lead elsewhere.

use url::Url;

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

#[expect(unused_variables, reason = "goes with the todo!")]
fn sheet(text: &str, call: &mut Each<'_>) -> String {
    todo!("resources: Leave out `@charset \"…\";`, which stands at the very beginning or nowhere.")
}

#[expect(unused_variables, reason = "goes with the todo!")]
fn page(text: &str, call: &mut Each<'_>) -> String {
    todo!(
        "resources: Write every event but the tags that say what is no longer true (charset, base, policy); rewrite tags and styles; put `<meta charset=\"utf-8\">` first into the head."
    )
}

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
