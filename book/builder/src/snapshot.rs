//! Takes the body out of a committed snapshot.

use std::path::Path;

use crate::error::{Error, Result};

/// Returns what insta compares with: everything after the header between the first two `---` lines.
///
/// # Errors
/// [`Error::SnapshotHeader`] when there is no such header.
pub(crate) fn body<'a>(path: &Path, text: &'a str) -> Result<&'a str> {
    text.strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map(|(_, body)| body.trim_end_matches('\n'))
        .ok_or_else(|| Error::SnapshotHeader(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_dropped_and_the_body_kept_as_it_is() {
        let text = "---\nsource: count.rs\nexpression: shown\n---\n$ wordcount count\n  1 2 3\n---\n\n";
        assert_eq!(
            body(Path::new("x.snap"), text).unwrap(),
            "$ wordcount count\n  1 2 3\n---"
        );
    }

    #[test]
    fn a_file_without_header_is_refused() {
        assert!(body(Path::new("x.snap"), "hello\n").is_err());
    }
}
