//! The terminal: colours, width, a line that vanishes.

use std::io::{IsTerminal, Write};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How output is dressed.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    colour: bool,
    unicode: bool,
    width: Option<usize>,
}

impl Style {
    /// The style of standard output: plain in a pipe and with NO_COLOR.
    ///
    /// Source: <https://no-color.org>.
    pub fn stdout() -> Self {
        static STYLE: OnceLock<Style> = OnceLock::new();
        *STYLE.get_or_init(|| {
            let terminal = std::io::stdout().is_terminal();
            let forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
            Style {
                colour: colour_allowed() && (terminal || forced),
                unicode: locale_is_utf8(),
                width: width(),
            }
        })
    }

    /// A style for what is compared with text: no colours, no signs beyond ASCII, no width.
    pub fn plain() -> Self {
        Self {
            colour: false,
            unicode: false,
            width: None,
        }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    pub fn green(self, text: &str) -> String {
        self.paint("32", text)
    }

    pub fn red(self, text: &str) -> String {
        self.paint("31", text)
    }

    pub fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }

    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// A colour that neither praises nor blames: commands and places.
    pub fn cyan(self, text: &str) -> String {
        self.paint("36", text)
    }

    /// `unicode`, or `ascii` where the locale has no UTF-8.
    pub fn sign(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }

    /// The terminal's width in columns; `None` in a pipe or where it is not known.
    pub fn width(self) -> Option<usize> {
        self.width
    }
}

fn colour_allowed() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Whether standard error shows colours.
pub fn stderr_has_colour() -> bool {
    colour_allowed() && std::io::stderr().is_terminal()
}

fn locale_is_utf8() -> bool {
    let value = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    value.is_none_or(|value| {
        let value = value.to_ascii_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    })
}

fn width() -> Option<usize> {
    // A terminal that reports no columns (a serial line, some editors) is one whose width is not known.
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|&columns| columns > 0)
}

/// One line on standard error that says what goes on and then vanishes. In a pipe it says nothing.
#[derive(Debug)]
pub struct Status {
    on: bool,
    shown: bool,
    last: Instant,
}

impl Status {
    /// A status line that shows nothing yet.
    pub fn start() -> Self {
        let on =
            std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        // The first text waits too: what ends at once needs no progress.
        Self {
            on,
            shown: false,
            last: Instant::now(),
        }
    }

    /// Replaces the line, at most some ten times a second.
    pub fn show(&mut self, text: &str) {
        if self.on && self.last.elapsed() > Duration::from_millis(80) {
            let size = rustix::termios::tcgetwinsize(std::io::stderr()).ok();
            let columns = size
                .map(|size| usize::from(size.ws_col))
                .filter(|&columns| columns > 0);
            let columns = columns.unwrap_or(80).max(20);
            let text: String = text.chars().take(columns - 1).collect();
            eprint!("\r\x1b[K{text}");
            let _ = std::io::stderr().flush();
            self.shown = true;
            self.last = Instant::now();
        }
    }

    /// Removes the line.
    pub fn clear(&mut self) {
        if self.shown {
            eprint!("\r\x1b[K");
            let _ = std::io::stderr().flush();
            self.shown = false;
        }
    }
}

/// Removes terminal escapes.
pub fn without_escapes(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c != '\x1b' {
            out.push(c);
            continue;
        }
        if chars.next() == Some('[') {
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn escapes_are_removed() {
        assert_eq!(
            super::without_escapes("\x1b[1m\x1b[32m   Compiling\x1b[0m x"),
            "   Compiling x"
        );
    }
}
