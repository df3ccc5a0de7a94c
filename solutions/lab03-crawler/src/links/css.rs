//! `url()` and `@import` in CSS.
//!
//! Source: CSS Syntax Module Level 3, section 4, as far as it says where a URL, a string or a comment ends.

// region:links
use crate::links::Kind;
// endregion:links
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
pub fn each(text: &str, call: &mut Each<'_>) -> Option<String> {
    // region:links/css Walk over the text: skip comments and strings; at `url(` and `@import` read a URL, quoted or not, and undo its escapes.
    let mut scan = Scan { text, at: 0 };
    let mut written: Option<String> = None;
    let mut copied = 0;
    while let Some((kind, start)) = scan.next_reference() {
        let Some(url) = scan.value() else { continue };
        if let Some(new) = call(kind, &url) {
            let written = written.get_or_insert_default();
            written.push_str(&text[copied..start]);
            // `@import"a"` needs no blank, and `@importurl(` would be another word.
            if ends_a_name(written) {
                written.push(' ');
            }
            written.push_str(&format!("url({})", quoted(&new)));
            copied = scan.at;
        }
    }
    written.map(|written| written + &text[copied..])
    // endregion:links/css
}
// region:links

/// A place in a stylesheet.
struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Goes to the next `url(`, or to the value of the next `@import`: says what it is for, and where it starts.
    fn next_reference(&mut self) -> Option<(Kind, usize)> {
        let mut before_is_name = false;
        loop {
            let found = self.rest().find(['/', '"', '\'', 'u', 'U', '@', '\\'])?;
            if found > 0 {
                before_is_name = ends_a_name(&self.text[self.at..self.at + found]);
            }
            self.at += found;
            let rest = self.rest();
            let starts = |word: &str| {
                rest.get(..word.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(word))
            };
            if let Some(comment) = rest.strip_prefix("/*") {
                self.at += comment.find("*/").map_or(rest.len(), |end| end + 4);
            } else if rest.starts_with(['"', '\'']) {
                self.string();
                before_is_name = false;
            } else if starts("@import") && !continues_a_name(&rest["@import".len()..]) {
                self.at += "@import".len();
                self.blanks();
                let rest = self.rest();
                if rest.starts_with(['"', '\'']) || is_url(rest) {
                    return Some((Kind::Style, self.at));
                }
            } else if is_url(rest) && !before_is_name {
                return Some((Kind::Image, self.at));
            } else {
                before_is_name = rest.starts_with(['u', 'U', '\\', '@']);
                let escaped = rest.starts_with('\\');
                let mut chars = rest.chars();
                chars.next();
                if escaped {
                    chars.next();
                }
                self.at += rest.len() - chars.as_str().len();
            }
        }
    }

    /// Reads a string or a `url(…)`, and stands behind it; `None` for one that is broken.
    fn value(&mut self) -> Option<String> {
        if self.rest().starts_with(['"', '\'']) {
            return self.string();
        }
        self.at += "url(".len();
        self.white_space();
        let value = if self.rest().starts_with(['"', '\'']) {
            let value = self.string()?;
            self.blanks();
            value
        } else {
            // A URL without quotation marks is one token, in which `/*` is a part of the URL.
            let value = self.until(|c| c == ')' || c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '('));
            self.white_space();
            value
        };
        let rest = self.rest();
        if !rest.is_empty() && !rest.starts_with(')') {
            // A bad URL goes to its parenthesis.
            self.until(|c| c == ')');
            return None;
        }
        self.at += usize::from(!rest.is_empty());
        Some(value)
    }

    /// Skips blanks and comments.
    fn blanks(&mut self) {
        loop {
            self.white_space();
            let rest = self.rest();
            let Some(comment) = rest.strip_prefix("/*") else {
                return;
            };
            self.at += comment.find("*/").map_or(rest.len(), |end| end + 4);
        }
    }

    fn white_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_ascii_start().len();
    }

    /// Reads a string in quotation marks; one that does not end before its line does is broken.
    fn string(&mut self) -> Option<String> {
        let quote = self.rest().chars().next()?;
        self.at += 1;
        let value = self.until(|c| c == quote || c == '\n');
        let whole = !self.rest().starts_with('\n');
        self.at += usize::from(self.rest().starts_with(quote));
        whole.then_some(value)
    }

    /// Reads up to a character, and undoes escapes.
    fn until(&mut self, mut ends: impl FnMut(char) -> bool) -> String {
        let mut value = String::new();
        while let Some(c) = self.rest().chars().next() {
            if ends(c) {
                break;
            }
            self.at += c.len_utf8();
            if c == '\\' {
                value.extend(self.escape());
            } else {
                value.push(c);
            }
        }
        value
    }

    /// Reads what follows a backslash: up to six hexadecimal digits and a blank, a line end that means nothing, or the character itself.
    fn escape(&mut self) -> Option<char> {
        let rest = self.rest();
        let digits = rest.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if digits > 0 {
            self.at += digits;
            let blank = self.rest().starts_with(|c: char| c.is_ascii_whitespace());
            self.at += usize::from(blank);
            let code = u32::from_str_radix(&rest[..digits], 16).ok()?;
            return Some(char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{fffd}'));
        }
        let c = rest.chars().next()?;
        self.at += c.len_utf8();
        Some(c).filter(|c| *c != '\n')
    }
}

fn is_url(text: &str) -> bool {
    text.get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("url("))
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii()
}

/// Whether what follows belongs to a name. A `#` begins one too.
fn ends_a_name(text: &str) -> bool {
    text.chars().next_back().is_some_and(|c| is_name(c) || c == '#')
}

fn continues_a_name(text: &str) -> bool {
    text.chars().next().is_some_and(is_name)
}
// endregion:links

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
