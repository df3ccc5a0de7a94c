//! The name of a file, from what a server says. Whatever that is, the file stays in its folder.

use url::Url;

use crate::http::Head;

// region:single
/// The longest name in bytes: `.part.journal` is put behind it, and Linux takes 255.
const LONGEST: usize = 255 - ".part.journal".len();
// endregion:single

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
pub fn name(head: &Head, url: &Url) -> String {
    // region:single/name Take the first of: `filename*`, `filename`, the last segment of the path. What `safe` leaves nothing of does not count.
    let disposition = head.disposition.as_deref().map(parameters).unwrap_or_default();
    let named = |wanted: &str| {
        let (_, value) = disposition.iter().find(|(name, _)| name == wanted)?;
        Some(value.clone())
    };
    let extended = named("filename*").and_then(|value| decode_extended(&value));
    let plain = named("filename").map(text);
    let segment = url
        .path_segments()
        .and_then(|mut segments| segments.next_back())
        .map(|segment| text(percent_decode(segment.as_bytes())));
    [extended, plain, segment]
        .into_iter()
        .flatten()
        .map(|name| safe(&name))
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "index.html".to_owned())
    // endregion:single/name
}

// region:single

/// Returns the parameters of `Content-Disposition`, their names in lower case, their values without quotes.
fn parameters(header: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut parameters = Vec::new();
    // The type, `attachment` or `inline`, is no parameter.
    let mut rest = after(header, b';');
    while !rest.is_empty() {
        let Some(equals) = rest.iter().position(|&byte| byte == b'=' || byte == b';') else {
            break;
        };
        if rest[equals] == b';' {
            rest = &rest[equals + 1..];
            continue;
        }
        let name = String::from_utf8_lossy(rest[..equals].trim_ascii()).to_ascii_lowercase();
        let value = rest[equals + 1..].trim_ascii_start();
        let (value, left) = match value.strip_prefix(b"\"") {
            Some(quoted) => unquote(quoted),
            None => {
                let end = value.iter().position(|&byte| byte == b';').unwrap_or(value.len());
                (value[..end].trim_ascii_end().to_vec(), &value[end..])
            }
        };
        parameters.push((name, value));
        rest = after(left, b';');
    }
    parameters
}

/// Returns what follows the first `byte`.
fn after(text: &[u8], byte: u8) -> &[u8] {
    let end = text.iter().position(|&other| other == byte);
    end.map_or(&[], |end| &text[end + 1..])
}

/// Reads a quoted string whose first quote is gone. Returns it, and what follows.
fn unquote(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut value = Vec::new();
    let mut bytes = text.iter().enumerate();
    while let Some((at, &byte)) = bytes.next() {
        match byte {
            b'"' => return (value, &text[at + 1..]),
            b'\\' => value.extend(bytes.next().map(|(_, &escaped)| escaped)),
            byte => value.push(byte),
        }
    }
    (value, &[])
}

/// Decodes `CHARSET'LANGUAGE'VALUE`. Other character sets than these two need not be known.
fn decode_extended(value: &[u8]) -> Option<String> {
    let mut parts = value.splitn(3, |&byte| byte == b'\'');
    let (charset, _language, value) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = percent_decode(value);
    if charset.eq_ignore_ascii_case(b"UTF-8") {
        Some(text(bytes))
    } else if charset.eq_ignore_ascii_case(b"ISO-8859-1") {
        Some(bytes.into_iter().map(char::from).collect())
    } else {
        None
    }
}

/// Replaces each `%` and two hex digits by the byte that they mean.
fn percent_decode(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match (text[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    bytes
}

/// Makes text of bytes; what is no UTF-8 becomes U+FFFD.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Makes a name safe: no folders, nothing hidden, nothing that a terminal would obey, not too long.
fn safe(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|char| !char.is_control()).collect();
    let name = name.trim_start_matches('.');
    let name = name.trim_end_matches([' ', '.']);
    name[..name.floor_char_boundary(LONGEST)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(disposition: &str, path: &str, expected: &str) {
        let head = Head {
            disposition: Some(disposition.as_bytes().to_vec()).filter(|header| !header.is_empty()),
            ..Head::default()
        };
        let url = Url::parse("http://127.0.0.1/").unwrap().join(path).unwrap();
        assert_eq!(name(&head, &url), expected, "{disposition} {path}");
    }

    #[test]
    fn a_name_comes_from_the_header_or_else_from_the_path() {
        check("attachment; filename=a.txt", "/b", "a.txt");
        check("attachment; filename=\"a b.txt\"", "/b", "a b.txt");
        check("attachment; filename=\"a;b=\\\"c\\\\d.txt\"", "/b", "d.txt");
        check(
            "attachment; filename=\"a \\\"b\\\".txt\"; x=y",
            "/b",
            "a \"b\".txt",
        );
        check("attachment ; FILENAME = a.txt ; size=3", "/b", "a.txt");
        check("inline; foo; filename=a.txt", "/b", "a.txt");
        check(
            "attachment; filename=x; filename*=UTF-8''%e2%82%ac.txt",
            "/b",
            "€.txt",
        );
        check("attachment; filename*=iso-8859-1'en'%A3.txt", "/b", "£.txt");
        check("attachment; filename*=koi8-r''%A3.txt; filename=x", "/b", "x");
        check("attachment; filename*=nonsense", "/b", "b");
        check("attachment", "/b", "b");
        check("filename=a.txt", "/b", "b");
        check("", "/a/b%20c%2", "b c%2");
        check("", "/a/%FF", "\u{fffd}");
        check("", "/a/", "index.html");
        check("", "/a?b/c", "a");
    }

    #[test]
    fn a_name_never_leaves_its_folder() {
        check("attachment; filename=\"../../etc/passwd\"", "/b", "passwd");
        check("attachment; filename=\"/etc/passwd\"", "/b", "passwd");
        check("attachment; filename=\"..\\\\..\\\\a.exe\"", "/b", "a.exe");
        check("attachment; filename*=UTF-8''..%2f..%2fa", "/b", "a");
        check("attachment; filename=\"..\"", "/b", "b");
        check("attachment; filename=\"a/\"", "/b", "b");
        check("attachment; filename=\".bashrc\"", "/b", "bashrc");
        check("attachment; filename=\"a\u{1b}[2J\u{7f}b. . \"", "/b", "a[2Jb");
        check("", "/%2e%2e%2f..%2f.x", "x");
        check("", "/..%2f", "index.html");
    }

    #[test]
    fn a_name_leaves_room_for_what_is_put_behind_it() {
        let long = "é".repeat(200);
        check(
            &format!("attachment; filename=\"{long}\""),
            "/b",
            &"é".repeat(121),
        );
    }
}
// endregion:single
