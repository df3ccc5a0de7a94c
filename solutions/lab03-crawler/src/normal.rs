//! URLs in the one form in which they are compared.
//!
//! Source: the URL standard, as the crate `url` follows it.

use url::Url;

/// Query parameters that carry a session id, in lower case.
const SESSION: [&str; 5] = ["jsessionid", "phpsessid", "sid", "sessionid", "session_id"];

/// Brings a URL into its normal form: without its fragment, and without session ids in path and query.
pub fn normalise(mut url: Url) -> Url {
    // region:links/normalise Take off the fragment; then `;jsessionid=…` in the path, and what `is_session` names in the query.
    if url.fragment().is_some() {
        url.set_fragment(None);
    }
    if let Some(path) = path_without_session(url.path()) {
        url.set_path(&path);
    }
    if let Some(query) = url.query() {
        let left: Vec<&str> = query.split('&').filter(|pair| !is_session(pair)).collect();
        if left.len() < query.split('&').count() {
            let left = left.join("&");
            url.set_query(Some(&*left).filter(|query| !query.is_empty()));
        }
    }
    url
    // endregion:links/normalise
}

/// Whether a parameter `name=value` is a session id, by its name in any case.
pub fn is_session(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
    SESSION.contains(&&*name) || name.starts_with("aspsessionid")
}
// region:links

fn path_without_session(path: &str) -> Option<String> {
    let lower = path.to_ascii_lowercase();
    let start = lower.find(";jsessionid=")?;
    let end = path[start + 1..]
        .find([';', '/'])
        .map_or(path.len(), |at| start + 1 + at);
    let rest = &path[end..];
    let rest = path_without_session(rest).unwrap_or_else(|| rest.to_owned());
    Some(format!("{}{rest}", &path[..start]))
}
// endregion:links

/// Resolves a reference against a base, and normalises it. Only http and https count.
pub fn resolve(base: &Url, reference: &str) -> Option<Url> {
    // region:links/resolve `Url::join` knows all rules; look at the scheme of what it returns.
    let url = base.join(reference).ok()?;
    matches!(url.scheme(), "http" | "https").then(|| normalise(url))
    // endregion:links/resolve
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn different_spellings_of_one_url_become_one() {
        let check = |text: &str, expected: &str| assert_eq!(normalise(url(text)).as_str(), expected);
        check("HTTP://Example.COM:80/a/../b/./c#d", "http://example.com/b/c");
        check("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC");
        check("http://h/a;jsessionid=1F?x=1", "http://h/a?x=1");
        check("http://h/a;JSESSIONID=1F;v=2/b", "http://h/a;v=2/b");
        check("http://h/?PHPSESSID=1", "http://h/");
        check("http://h/?a=1&sid=2&b=%20", "http://h/?a=1&b=%20");
        check("http://h/?aspsessionidQX=1&a", "http://h/?a");
        check("http://h/?side=1", "http://h/?side=1");
        check("http://h/?", "http://h/?");
    }

    #[test]
    fn references_are_resolved_and_only_those_of_http_count() {
        let base = url("http://h/a/b?c");
        let check = |reference: &str, expected: Option<&str>| {
            assert_eq!(
                resolve(&base, reference).as_ref().map(Url::as_str),
                expected,
                "{reference}"
            );
        };
        check("d", Some("http://h/a/d"));
        check("?q", Some("http://h/a/b?q"));
        check("//i/", Some("http://i/"));
        check("../../../x", Some("http://h/x"));
        check(" \t/y\n", Some("http://h/y"));
        check("mailto:a@b", None);
        check("http://[", None);
    }
}
