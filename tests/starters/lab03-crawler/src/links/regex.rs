//! References as a regular expression sees them: every `href` and `src`, also in comments and scripts.

use std::sync::LazyLock;

use regex::Regex;

use crate::links::References;

/// One attribute, with quotation marks of either kind or with none. `(?i-u:…)` means any case and ASCII: names of HTML are no more than that.
#[expect(dead_code, reason = "`references` will use it")]
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    let expression = "$^"; // links: a name, an equals sign, and three ways to write a value
    Regex::new(expression).expect("the expression is right")
});

/// Collects what stands in attributes `href` (a page) and `src` (something else), with `&amp;` undone.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn references(text: &str) -> References {
    todo!(
        "links: For each match: which of the groups took part? The first `href` of a base is the base, and is no reference."
    )
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::links::html;

    fn urls(references: References) -> Vec<String> {
        let page = Url::parse("http://h/a").expect("a URL");
        let mut urls = Vec::new();
        references.each_once(&page, |link| urls.push(link.url.into()));
        urls
    }

    #[test]
    fn both_engines_agree_on_a_plain_page() {
        let page =
            "<base href=/b/><a href='c?x=1&amp;y=2'>c</a> <IMG SRC = \"d.png\"><a href=e>e</a><a href=''>";
        let expected = [
            "http://h/b/c?x=1&y=2",
            "http://h/b/d.png",
            "http://h/b/e",
            "http://h/b/",
        ];
        assert_eq!(urls(references(page)), expected);
        assert_eq!(urls(html::references(page)), expected);
    }

    #[test]
    fn the_expression_believes_comments_and_scripts() {
        let page = "<!-- <a href=old> --><script>x = '<a href=made>'</script>";
        assert_eq!(urls(references(page)), ["http://h/old", "http://h/made"]);
        assert!(urls(html::references(page)).is_empty());
    }
}
