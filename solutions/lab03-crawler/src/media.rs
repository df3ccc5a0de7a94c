//! `Content-Type`, as far as a crawler needs it.

/// A media type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Type and subtype in lower case: `text/html`.
    pub essence: String,
    /// The label after `charset=`, as it was written.
    pub charset: Option<String>,
}

impl Media {
    /// Reads a header's value.
    pub fn parse(value: &str) -> Self {
        let mut parts = value.split(';');
        let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
        let charset = parts
            .filter_map(|part| part.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
            .map(|(_, value)| value.trim().trim_matches(['"', '\'']).to_owned());
        Self { essence, charset }
    }

    /// Whether it is HTML, in which links are looked for.
    pub fn is_html(&self) -> bool {
        matches!(&*self.essence, "text/html" | "application/xhtml+xml")
    }

    /// Whether it is a stylesheet.
    pub fn is_css(&self) -> bool {
        self.essence == "text/css"
    }

    /// Whether it is text, which has a charset and is printed as UTF-8.
    pub fn is_text(&self) -> bool {
        self.essence.starts_with("text/")
            || matches!(
                &*self.essence,
                "application/xhtml+xml"
                    | "application/xml"
                    | "application/json"
                    | "application/javascript"
                    | "application/x-javascript"
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charset_stands_in_any_place_quoted_or_not() {
        let check = |value: &str, essence: &str, charset: Option<&str>| {
            let media = Media::parse(value);
            assert_eq!(
                (&*media.essence, media.charset.as_deref()),
                (essence, charset),
                "{value}"
            );
        };
        check("text/html", "text/html", None);
        check("Text/HTML; Charset=\"UTF-8\"", "text/html", Some("UTF-8"));
        check(
            "text/plain;format=flowed; charset = koi8-r",
            "text/plain",
            Some("koi8-r"),
        );
        check("", "", None);
    }
}
