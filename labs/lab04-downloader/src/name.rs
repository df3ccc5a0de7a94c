//! The name of a file, from what a server says. Whatever that is, the file stays in its folder.

use url::Url;

use crate::http::Head;

/// Returns the name of a file: from `Content-Disposition`, or else from the path of the URL that answered, or else `index.html`.
///
/// ```
/// use downloader::http::Head;
/// use downloader::name;
///
/// let url = "http://127.0.0.1/a/b%20c.iso?d=e".parse().unwrap();
/// assert_eq!(name(&Head::default(), &url), "b c.iso");
/// ```
///
/// Source: RFC 6266 for the header, RFC 8187 for `filename*`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn name(head: &Head, url: &Url) -> String {
    todo!(
        "single: Take the first of: `filename*`, `filename`, the last segment of the path. What `safe` leaves nothing of does not count."
    )
}
