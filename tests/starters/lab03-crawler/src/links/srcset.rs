//! The candidates of a `srcset`.
//!
//! Source: the HTML standard, "parsing a srcset attribute".

use crate::links::Each;

/// Calls `call` with the URL of each candidate. Returns the text with what it returned in their places, if that was anything.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn each(text: &str, call: &mut Each<'_>) -> Option<String> {
    todo!(
        "links: Skip blanks and commas; a URL goes up to a blank; commas at its end end the candidate, else descriptors follow up to a comma outside of parentheses."
    )
}

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
