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
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn words(text: &str) -> Result<Vec<(usize, Token)>, String> {
    todo!(
        "rules: At each place: a blank is skipped, a quote begins a text, a letter a name ([A-Za-z0-9_.]*), a digit or a minus a number (digits, a point among them) with the letters behind it as its unit, else the longest sign."
    )
}
