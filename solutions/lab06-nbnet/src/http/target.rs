//! From the target of a request to a path.

/// A path beneath the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Names with `/` between them; empty for the root itself. None is `.` or `..`, and none holds a NUL.
    pub bytes: Vec<u8>,
    /// Whether the target ended with `/`, as that of a folder does.
    pub folder: bool,
}

/// Reads a target: its query is left out, `%41` becomes `A`, and `.` and `..` are resolved. Returns nothing for a target that is none, or
/// that climbs out of the root.
///
/// ```
/// use nbnet::http::target;
///
/// let path = target::path("/a/%2e%2e/b%20c/?q=1").expect("it is one");
/// assert_eq!((&*path.bytes, path.folder), (&b"b c"[..], true));
/// assert_eq!(target::path("/a/../../etc/passwd"), None);
/// ```
///
/// Source: RFC 9112, section 3.2; RFC 3986, sections 2.1 and 5.2.4
pub fn path(target: &str) -> Option<Path> {
    let target = origin(target)?;
    let end = target.find(['?', '#']).unwrap_or(target.len());
    let decoded = decoded(&target.as_bytes()[..end])?;
    if decoded.contains(&0) {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::with_capacity(decoded.len());
    let mut folder = true;
    for name in decoded.split(|&byte| byte == b'/') {
        folder = matches!(name, b"" | b"." | b"..");
        match name {
            b"" | b"." => {}
            b".." => {
                if bytes.is_empty() {
                    return None;
                }
                let parent = bytes.iter().rposition(|&byte| byte == b'/').unwrap_or(0);
                bytes.truncate(parent);
            }
            name => {
                if !bytes.is_empty() {
                    bytes.push(b'/');
                }
                bytes.extend_from_slice(name);
            }
        }
    }
    Some(Path { bytes, folder })
}

/// Returns the path and the query of a target, which a client of a proxy writes with the server's name before them.
fn origin(target: &str) -> Option<&str> {
    if target.starts_with('/') {
        return Some(target);
    }
    let scheme = target.get(..7)?;
    if !scheme.eq_ignore_ascii_case("http://") {
        return None;
    }
    let rest = &target[7..];
    // A `/` in the query is no beginning of a path.
    let end_of_name = rest.find(['/', '?', '#']);
    Some(end_of_name.map_or("/", |at| &rest[at..]))
}

/// Replaces `%41` by `A`.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || (*rest.next()? as char).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            bytes.push((high << 4 | low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    Some(bytes)
}

/// Writes the path of a folder as a target. It is made of names, so it cannot be taken for `//another.host/`.
pub(super) fn of_folder(path: &Path) -> String {
    let mut target = String::from("/");
    for &byte in &path.bytes {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=:@".contains(&byte) {
            target.push(byte as char);
        } else {
            target.push_str(&format!("%{byte:02X}"));
        }
    }
    if target.len() > 1 {
        target.push('/');
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_beneath_the_root() {
        for (target, expected) in [
            ("/", Some(("", true))),
            ("/a", Some(("a", false))),
            ("/a/", Some(("a", true))),
            ("/a/b.txt?x=/../", Some(("a/b.txt", false))),
            ("//a//b", Some(("a/b", false))),
            ("/./a/.", Some(("a", true))),
            ("/a/b/..", Some(("a", true))),
            ("/a/..", Some(("", true))),
            ("/a%2fb", Some(("a/b", false))),
            ("/%61%2E", Some(("a.", false))),
            ("/...", Some(("...", false))),
            ("http://host/a", Some(("a", false))),
            ("HTTP://host", Some(("", true))),
            ("http://host?a=/b", Some(("", true))),
            ("http://host#/b", Some(("", true))),
            ("/..", None),
            ("/a/../..", None),
            ("/%2e%2e/a", None),
            ("/%2e%2e%2fa", None),
            ("/a%00", None),
            ("/a%4", None),
            ("/a%zz", None),
            ("/a%+1", None),
            ("a", None),
            ("*", None),
            ("", None),
        ] {
            let found = path(target);
            let found = found
                .as_ref()
                .map(|path| (str::from_utf8(&path.bytes).unwrap_or("?"), path.folder));
            assert_eq!(found, expected, "{target}");
        }
    }

    #[test]
    fn a_folder_is_written_so_that_it_is_read_again() {
        for target in ["/", "/a/", "/a%20b/%C3%A9/", "/%25/"] {
            let path = path(target).expect("it is one");
            assert_eq!(of_folder(&path), target);
        }
        let path = path("//host/a").expect("it is one");
        assert_eq!(of_folder(&path), "/host/a/");
    }
}
