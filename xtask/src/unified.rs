//! Two versions of a file as a unified difference, as `diff -u` writes it.

use similar::{ChangeTag, TextDiff};

use crate::t;
use crate::term::Style;

/// Draws what turns `old` into `new`; nothing when they are equal. Coloured on a terminal, for `patch` in a pipe.
pub fn draw(old: (&str, &[u8]), new: (&str, &[u8]), style: Style) -> String {
    let ((old_name, old), (new_name, new)) = (old, new);
    if old == new {
        return String::new();
    }
    let (Ok(old), Ok(new)) = (std::str::from_utf8(old), std::str::from_utf8(new)) else {
        return format!("{}\n", t!("unified.binary", old = old_name, new = new_name));
    };
    let diff = TextDiff::from_lines(old, new);
    let mut out = format!(
        "{}\n{}\n",
        style.bold(&format!("--- {old_name}")),
        style.bold(&format!("+++ {new_name}"))
    );
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        out.push_str(&format!("{}\n", style.cyan(&hunk.header().to_string())));
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches('\n');
            let line = match change.tag() {
                ChangeTag::Delete => style.red(&format!("-{line}")),
                ChangeTag::Insert => style.green(&format!("+{line}")),
                ChangeTag::Equal => format!(" {line}"),
            };
            out.push_str(&line);
            out.push('\n');
            if change.missing_newline() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_in_a_pipe_is_a_patch() {
        let drawn = draw(("a", b"1\n2\n3"), ("b", b"1\n2\nx\n"), Style::stdout());
        assert_eq!(
            drawn,
            "--- a\n+++ b\n@@ -1,3 +1,3 @@\n 1\n 2\n-3\n\\ No newline at end of file\n+x\n"
        );
        assert_eq!(draw(("a", b"1"), ("b", b"1"), Style::stdout()), "");
    }
}
