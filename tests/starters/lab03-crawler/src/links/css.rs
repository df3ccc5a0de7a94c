//! `url()` and `@import` in CSS.
//!
//! Source: CSS Syntax Module Level 3, section 4, as far as it says where a URL, a string or a comment ends.

use crate::links::{Each, References};

/// Collects the references of a stylesheet.
pub fn references(text: &str) -> References {
    let mut references = References::default();
    each(text, &mut |kind, reference| {
        references.add(kind, reference);
        None
    });
    references
}

/// Calls `call` with each reference of a stylesheet: an `@import` is a stylesheet, any other `url()` an image. Returns the text with what it
/// returned in their places, if that was anything.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn each(text: &str, call: &mut Each<'_>) -> Option<String> {
    todo!(
        "links: Walk over the text: skip comments and strings; at `url(` and `@import` read a URL, quoted or not, and undo its escapes."
    )
}

/// Writes a URL as a string of CSS.
pub fn quoted(url: &str) -> String {
    let mut out = String::from("\"");
    for c in url.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\a "),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::links::Kind;

    fn found(text: &str) -> Vec<(Kind, String)> {
        let mut found = Vec::new();
        each(text, &mut |kind, url| {
            found.push((kind, url.to_owned()));
            None
        });
        found
    }

    #[test]
    fn urls_are_quoted_or_not_and_may_hold_escapes() {
        let check = |text: &str, expected: &[&str]| {
            let urls: Vec<String> = found(text).into_iter().map(|(_, url)| url).collect();
            assert_eq!(urls, expected, "{text}");
        };
        check("a { background: url(a.png) }", &["a.png"]);
        check(
            "a { background: URL( 'a b.png' ), url(\"c)d\") }",
            &["a b.png", "c)d"],
        );
        check(
            "/* url(no) */ p { content: 'url(no)' } q { x: url(yes) }",
            &["yes"],
        );
        check("x: url(a\\)b\\20 c)", &["a)b c"]);
        check("x: url(a b), url(c)", &["c"]);
        check("x: my-url(a), curl(b), u, url(c)", &["c"]);
        check("x: 'broken\n; y: url(a)", &["a"]);
        check("x: url(a", &["a"]);
        check("x: url(/*a*/b)", &["/*a*/b"]);
        check("x: url( 'a' /* b */ ), url(/**/ 'c'), url(d)", &["a", "d"]);
        check("u\\url(a)", &[]);
        check("x: #url(a), 1url(b), url(c)", &["c"]);
    }

    #[test]
    fn an_import_is_a_stylesheet_with_url_or_without() {
        let text = "@import 'a.css' screen; @import/**/url(b.css); @IMPORT \"c.css\"; @imported 'd'; @font-face { src: url(e) }";
        let style = |url: &str| (Kind::Style, url.to_owned());
        let image = (Kind::Image, "e".to_owned());
        assert_eq!(
            found(text),
            [style("a.css"), style("b.css"), style("c.css"), image]
        );
    }

    #[test]
    fn what_is_replaced_stays_css() {
        let new = each("@import 'a' print; b { c: url(d) e }", &mut |_, url| {
            Some(format!("{url}\""))
        });
        assert_eq!(
            new.as_deref(),
            Some("@import url(\"a\\\"\") print; b { c: url(\"d\\\"\") e }")
        );
        let new = each("@import'a'; b{c:url(d)}", &mut |_, url| Some(url.to_owned()));
        assert_eq!(new.as_deref(), Some("@import url(\"a\"); b{c:url(\"d\")}"));
    }
}
