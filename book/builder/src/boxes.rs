//! The boxes that ask the reader to do something.

use crate::error::{Error, Result};

/// Opens a box when `line` is the first of a block quote that is one, as `[!TASK]` or `[!TASK] Title of its own`.
///
/// mdBook's own kinds (`[!NOTE]` and the like) stay what they are: for them, and for any other line, the result is `None`.
///
/// # Errors
/// [`Error::UnknownBox`] for a kind that neither mdBook nor the course has.
pub(crate) fn open(line: &str) -> Result<Option<String>> {
    let Some(quoted) = line.strip_prefix('>') else {
        return Ok(None);
    };
    let Some((kind, title)) = quoted
        .trim()
        .strip_prefix("[!")
        .and_then(|rest| rest.split_once(']'))
    else {
        return Ok(None);
    };
    let usual = match kind {
        "PREDICT" => "Predict before you run",
        "TRY" => "Try it at the shell",
        "TASK" => "Task",
        "CHECKPOINT" => "Checkpoint",
        "NOTE" | "TIP" | "IMPORTANT" | "WARNING" | "CAUTION" => return Ok(None),
        _ => return Err(Error::UnknownBox(kind.to_owned())),
    };
    let class = kind.to_ascii_lowercase();
    let title = if title.trim().is_empty() {
        usual
    } else {
        title.trim()
    };
    Ok(Some(format!(
        "<div class=\"box {class}\">\n<p class=\"box-title\">{}</p>\n\n",
        escape(title)
    )))
}

/// Takes the quote mark off a line inside a box, or returns nothing when the box is over.
pub(crate) fn inside(line: &str) -> Option<&str> {
    let text = line.strip_prefix('>')?;
    Some(text.strip_prefix(' ').unwrap_or(text))
}

/// Closes a box.
pub(crate) const CLOSE: &str = "\n</div>\n";

/// Makes `text` safe between tags and in attributes.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_kinds_open_a_box_with_the_usual_title_or_their_own() {
        let usual = open("> [!TASK]").unwrap().unwrap();
        assert!(
            usual.contains("class=\"box task\"") && usual.contains(">Task<"),
            "{usual}"
        );
        let own = open("> [!PREDICT] Holes & blocks").unwrap().unwrap();
        assert!(own.contains(">Holes &amp; blocks<"), "{own}");
    }

    #[test]
    fn other_quotes_stay_what_they_are() {
        for line in ["> words", "> [!NOTE]", "> [a link](x.md)", "[!TASK]"] {
            assert_eq!(open(line).unwrap(), None, "{line}");
        }
    }

    #[test]
    fn a_misspelt_kind_is_refused() {
        assert!(open("> [!PREDCIT]").is_err());
    }
}
