//! What a submission holds, before anybody has decided what of it is taken: paths, and what stands there.

use super::refusal::Refusal;

/// The most bytes that the path of anything in a submission may have.
const PATH_BYTES: usize = 400;

/// The most folders above a file.
const DEPTH: usize = 24;

/// One path of a submission, relative, without `.` and `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) path: String,
    pub(crate) what: What,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    File(Vec<u8>),
    Folder,
    /// Neither a file nor a folder, by its name: `a symbolic link`.
    Other(&'static str),
}

/// Reads a path as an archive or a folder gives it. Nothing is made of what it leads to.
///
/// # Errors
/// It is absolute, climbs, is no text, holds control characters, or is longer or deeper than anybody needs.
pub(crate) fn path(raw: &[u8]) -> Result<String, Refusal> {
    let Ok(text) = std::str::from_utf8(raw) else {
        return Err(Refusal::path(&String::from_utf8_lossy(raw), "is no UTF-8 text"));
    };
    let refuse = |why| Err(Refusal::path(text, why));
    let drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
    if text.starts_with('/') || drive {
        return refuse("is an absolute path");
    }
    if text.contains('\\') {
        return refuse("holds a backslash, which some systems take for a slash");
    }
    if text.chars().any(char::is_control) {
        return refuse("holds a control character");
    }
    if text.len() > PATH_BYTES {
        return refuse("is longer than 400 bytes");
    }
    let mut parts = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." => return refuse("climbs out of the submission"),
            part => parts.push(part),
        }
    }
    if parts.len() > DEPTH {
        return refuse("lies in more than 24 folders");
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_elsewhere_are_refused_by_name() {
        for (raw, why) in [
            ("/etc/passwd", "is an absolute path"),
            ("C:/x", "is an absolute path"),
            ("src/../../x", "climbs out of the submission"),
            ("..", "climbs out of the submission"),
            (
                "src\\main.rs",
                "holds a backslash, which some systems take for a slash",
            ),
            ("src/a\u{1b}[2J.rs", "holds a control character"),
            ("src/a\nb.rs", "holds a control character"),
        ] {
            assert_eq!(path(raw.as_bytes()), Err(Refusal::path(raw, why)), "{raw:?}");
        }
        assert!(path(b"src/\xff.rs").is_err());
        assert!(path("x/".repeat(30).as_bytes()).is_err());
        assert!(path("x".repeat(500).as_bytes()).is_err());
    }

    #[test]
    fn what_means_nothing_in_a_path_is_left_out() {
        assert_eq!(path(b"./labs//x/./src/").as_deref(), Ok("labs/x/src"));
        assert_eq!(path("src/一 b.rs".as_bytes()).as_deref(), Ok("src/一 b.rs"));
    }
}
