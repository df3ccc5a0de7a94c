use crate::labels::quoted;

/// A word of an expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name: of a function, a metric or a label; or `and`, `or`.
    Name(String),
    /// A text in quotes, without them.
    Text(String),
    /// A number, and what stands right behind it: the unit of a span, or nothing.
    Number(String, String),
    /// `(`, `)`, `{`, `}`, `,`, `=`, and the comparisons.
    Sign(&'static str),
}

const SIGNS: [&str; 12] = ["<=", ">=", "==", "!=", "<", ">", "(", ")", "{", "}", ",", "="];

/// Splits a text into its words, each with the byte at which it begins.
///
/// # Errors
/// Says what cannot be a word, and where, counted in bytes from 1.
pub(super) fn words(text: &str) -> Result<Vec<(usize, Token)>, String> {
    // region:rules At each place: a blank is skipped, a quote begins a text, a letter a name ([A-Za-z0-9_.]*), a digit or a minus a number (digits, a point among them) with the letters behind it as its unit, else the longest sign.
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let at = text.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Ok(words);
        };
        let token = if let Some(behind) = rest.strip_prefix('"') {
            let (value, behind) = quoted(behind).map_err(|why| format!("at {}: {why}", at + 1))?;
            rest = behind;
            Token::Text(value)
        } else if first.is_ascii_alphabetic() || first == '_' {
            Token::Name(take(&mut rest, |char| {
                char.is_ascii_alphanumeric() || "_.".contains(char)
            }))
        } else if first.is_ascii_digit() || first == '-' {
            let sign = usize::from(first == '-');
            let mut behind = &rest[sign..];
            let digits = take(&mut behind, |char| char.is_ascii_digit() || char == '.');
            let number = format!("{}{digits}", &rest[..sign]);
            rest = behind;
            Token::Number(number, take(&mut rest, |char| char.is_ascii_alphabetic()))
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            rest = &rest[sign.len()..];
            Token::Sign(sign)
        } else {
            return Err(format!("at {}: {first:?} has no meaning here", at + 1));
        };
        words.push((at + 1, token));
    }
    // endregion:rules
}

// region:rules
fn take(rest: &mut &str, mut belongs: impl FnMut(char) -> bool) -> String {
    let end = rest.find(|char| !belongs(char)).unwrap_or(rest.len());
    let (taken, behind) = rest.split_at(end);
    *rest = behind;
    taken.to_owned()
}
// endregion:rules
