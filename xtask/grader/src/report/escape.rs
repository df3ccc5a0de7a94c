//! Text of students, made harmless: it neither becomes markup nor hides what stands beside it.

/// Writes text into HTML or XML, in content or between quotes.
///
/// Control characters but for line feed and tab, which XML does not allow, and those that turn the direction of text are made visible.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(char),
            '\u{fffe}' | '\u{ffff}' => out.extend(char.escape_unicode()),
            char => out.push_str(&crate::intake::visible(char.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

/// Writes text into a line of Markdown.
pub(crate) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' | '\r' | '\t' => out.push(' '),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '-' | '!' | '|'
            | '~' | '@' | ':' => {
                out.push('\\');
                out.push(char);
            }
            char => out.push_str(&crate::intake::visible(char.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

/// Writes text as a block of Markdown, behind a fence that it does not hold.
pub(crate) fn block(kind: &str, text: &str) -> String {
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let text = plain(text);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{kind}\n{text}{end}{fence}\n")
}

/// Text without control characters but line feeds and tabs.
pub(crate) fn plain(text: &str) -> String {
    let keep = |char: char| match char {
        '\n' | '\t' => char.to_string(),
        char => crate::intake::visible(char.encode_utf8(&mut [0; 4])),
    };
    text.chars().map(keep).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_escapes_and_turned_text_stay_text() {
        assert_eq!(
            html("<script>\"'&\u{1b}[2J\u{202e}\0\u{ffff}\n"),
            "&lt;script&gt;&quot;&#39;&amp;\\u{1b}[2J\\u{202e}\\u{0}\\u{ffff}\n"
        );
        assert_eq!(
            line("<b>![x](javascript:1)\n`"),
            "&lt;b&gt;\\!\\[x\\]\\(javascript\\:1\\) \\`"
        );
        assert_eq!(block("", "a\n```\n<b>\u{7}"), "````\na\n```\n<b>\\u{7}\n````\n");
    }
}
