//! Types by the ends of names.

/// Ends of names, in small letters, and what such files hold.
const KINDS: [(&str, &str); 24] = [
    ("html", "text/html; charset=utf-8"),
    ("htm", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("txt", "text/plain; charset=utf-8"),
    ("log", "text/plain; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("xml", "application/xml"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("ico", "image/x-icon"),
    ("woff2", "font/woff2"),
    ("wasm", "application/wasm"),
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("gz", "application/gzip"),
    ("mp4", "video/mp4"),
];

/// Returns the type of a file by its name.
///
/// ```
/// use nbnet::http::kind::kind;
///
/// assert_eq!(kind(b"a/index.HTML"), "text/html; charset=utf-8");
/// assert_eq!(kind(b"a.b/name"), "application/octet-stream");
/// ```
pub fn kind(path: &[u8]) -> &'static str {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    let end = name
        .iter()
        .rposition(|&byte| byte == b'.')
        .map(|at| &name[at + 1..]);
    end.and_then(|end| {
        KINDS
            .iter()
            .find(|(known, _)| end.eq_ignore_ascii_case(known.as_bytes()))
    })
    .map_or("application/octet-stream", |(_, kind)| kind)
}
