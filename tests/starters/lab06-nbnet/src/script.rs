//! What the little programs read: a command a line, and what it answers.

use std::fmt::Display;
use std::io::{self, BufRead as _, Write as _};
use std::str::FromStr;

/// Reads commands from standard input, a line each, and prints what `command` answers to its words, a line each: the result, or
/// `error: ` and what is wrong. Empty lines are passed over.
///
/// # Errors
/// What goes wrong with standard input or output.
pub fn play(mut command: impl FnMut(&[&str]) -> Result<String, String>) -> io::Result<()> {
    let mut stdout = io::stdout();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        match command(&words) {
            Ok(answer) => writeln!(stdout, "{answer}")?,
            Err(error) => writeln!(stdout, "error: {error}")?,
        }
        stdout.flush()?;
    }
    Ok(())
}

/// Returns what a command answers that has nothing to say.
///
/// # Errors
/// What went wrong.
pub fn ok<T, E: Display>(result: Result<T, E>) -> Result<String, String> {
    result.map(|_| "ok".to_owned()).map_err(|error| error.to_string())
}

/// Reads a number or whatever else a word stands for.
///
/// # Errors
/// Says that it is none.
pub fn word<T>(word: &str) -> Result<T, String>
where
    T: FromStr,
    T::Err: Display,
{
    word.parse().map_err(|why| format!("{word}: {why}"))
}

/// Returns the answer to a command that there is not.
pub fn unknown(words: &[&str]) -> String {
    format!("{}: there is no such command", words.join(" "))
}
