//! The candidates of a `srcset`.
//!
//! Source: the HTML standard, "parsing a srcset attribute".

use crate::links::Each;
// region:links
use crate::links::Kind;
// endregion:links

/// Calls `call` with the URL of each candidate. Returns the text with what it returned in their places, if that was anything.
pub fn each(text: &str, call: &mut Each<'_>) -> Option<String> {
    // region:links/srcset Skip blanks and commas; a URL goes up to a blank; commas at its end end the candidate, else descriptors follow up to a comma outside of parentheses.
    let blank = |c: char| c.is_ascii_whitespace();
    let mut written: Option<String> = None;
    let mut copied = 0;
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let start = at + rest.len() - rest.trim_start_matches(|c| blank(c) || c == ',').len();
        if start == text.len() {
            break;
        }
        let rest = &text[start..];
        let word = &rest[..rest.find(blank).unwrap_or(rest.len())];
        let url = word.trim_end_matches(',');
        if let Some(new) = call(Kind::Image, url) {
            let written = written.get_or_insert_default();
            written.push_str(&text[copied..start]);
            written.push_str(&new);
            copied = start + url.len();
        }
        at = start + word.len();
        if url.len() == word.len() {
            at += descriptors(&text[at..]);
        }
    }
    written.map(|written| written + &text[copied..])
    // endregion:links/srcset
}
// region:links

/// Returns how long the descriptors of a candidate are, up to a comma outside of parentheses.
fn descriptors(text: &str) -> usize {
    let mut inside = false;
    text.find(|c| {
        match c {
            '(' => inside = true,
            ')' => inside = false,
            _ => {}
        }
        c == ',' && !inside
    })
    .unwrap_or(text.len())
}
// endregion:links

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_may_stand_inside_of_urls() {
        let check = |text: &str, expected: &[&str]| {
            let mut urls = Vec::new();
            each(text, &mut |_, url| {
                urls.push(url.to_owned());
                None
            });
            assert_eq!(urls, expected, "{text}");
        };
        check("a.png", &["a.png"]);
        check("a.png 1x, b.png 2x", &["a.png", "b.png"]);
        check("a,b.png 100w,c.png", &["a,b.png", "c.png"]);
        check("a.png, b.png,", &["a.png", "b.png"]);
        check(" , a(1,2).png (x, y) 2x, b", &["a(1,2).png", "b"]);
        check(
            "data:image/png;base64,AAAA 1x, b 2x",
            &["data:image/png;base64,AAAA", "b"],
        );
        check("", &[]);
    }

    #[test]
    fn candidates_are_replaced_and_all_else_stays() {
        let new = each(" a.png 1x,\n b.png, c.png 3x ", &mut |_, url| {
            (url != "c.png").then(|| url.to_uppercase())
        });
        assert_eq!(new.as_deref(), Some(" A.PNG 1x,\n B.PNG, c.png 3x "));
    }
}
