//! Why a submission, or what it has of one lab, is not taken at all.

/// A reason, which names what it is about. What it names is made visible: no control character survives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Something stands at a path that nobody may put there.
    #[error("`{path}` {why}")]
    Path {
        /// Made visible.
        path: String,
        /// `climbs out of the submission`
        why: String,
    },
    /// The whole of it.
    #[error("{0}")]
    Whole(String),
}

impl Refusal {
    pub(crate) fn path(path: &str, why: impl Into<String>) -> Self {
        Self::Path {
            path: visible(path),
            why: why.into(),
        }
    }

    pub(crate) fn whole(why: impl Into<String>) -> Self {
        Self::Whole(visible(&why.into()))
    }
}

/// Writes control characters, and those that turn the direction of text or cannot be seen, as `\u{1b}`. The two joiners stay, which names are
/// written with.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {
                out.extend(char.escape_unicode());
            }
            char if char.is_control() => out.extend(char.escape_default()),
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_refusal_names_cannot_write_on_a_terminal() {
        let refusal = Refusal::path("a\u{1b}]0;x\u{7}\u{202e}.rs", "climbs");
        assert_eq!(refusal.to_string(), "`a\\u{1b}]0;x\\u{7}\\u{202e}.rs` climbs");
    }
}
