//! Rust source as a row of tokens in which names, layout and comments do not count.

use std::hash::{DefaultHasher, Hash, Hasher};

/// A token, and the line on which it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    /// Names are all alike, and so are numbers and texts; keywords and signs are themselves.
    pub(crate) kind: u64,
    /// From 1.
    pub(crate) line: u32,
}

const KEYWORDS: [&str; 36] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false",
    "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "self", "Self", "static", "struct", "super", "trait", "true", "use", "where", "while",
];

/// Reads a file. What is no Rust gives some tokens all the same.
pub(crate) fn read(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while at < chars.len() {
        let (start, char) = (at, chars[at]);
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        let word = match char {
            '\n' => {
                (at, line) = (at + 1, line + 1);
                continue;
            }
            _ if char.is_whitespace() => {
                at += 1;
                continue;
            }
            '/' if next == '/' => {
                at = end_of(&chars, at, |char| char == '\n');
                continue;
            }
            '/' if next == '*' => {
                at = end_of_comment(&chars, at);
                line += lines(&chars[start..at]);
                continue;
            }
            '"' => {
                at = end_of_text(&chars, at);
                "\""
            }
            // A lifetime is a name; everything else in single quotes is a text.
            '\'' if chars.get(at + 2) == Some(&'\'') || next == '\\' => {
                at = end_of(&chars, at + 2, |char| char == '\'') + 1;
                "\""
            }
            '\'' => {
                at = end_of(&chars, at + 1, |char| !is_name(char));
                "name"
            }
            'r' if next == '"'
                || next == '#' && chars.get(at + 2).is_some_and(|char| "\"#".contains(*char)) =>
            {
                at = end_of_raw(&chars, at + 1);
                "\""
            }
            'b' if next == '"' => {
                at = end_of_text(&chars, at + 1);
                "\""
            }
            _ if char.is_ascii_digit() => {
                at = end_of(&chars, at, |char| !is_name(char));
                "0"
            }
            _ if is_name(char) => {
                at = end_of(&chars, at, |char| !is_name(char));
                let name: String = chars[start..at].iter().collect();
                KEYWORDS
                    .iter()
                    .find(|word| **word == name)
                    .copied()
                    .unwrap_or("name")
            }
            _ => {
                at += 1;
                ""
            }
        };
        at = at.min(chars.len());
        let mut hash = DefaultHasher::new();
        if word.is_empty() {
            char.hash(&mut hash)
        } else {
            word.hash(&mut hash)
        }
        tokens.push(Token {
            kind: hash.finish(),
            line,
        });
        line += lines(&chars[start..at]);
    }
    tokens
}

fn is_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn lines(chars: &[char]) -> u32 {
    u32::try_from(chars.iter().filter(|char| **char == '\n').count()).unwrap_or(u32::MAX)
}

fn end_of(chars: &[char], from: usize, is_end: impl Fn(char) -> bool) -> usize {
    let found = chars.iter().skip(from).position(|char| is_end(*char));
    found.map_or(chars.len(), |found| from + found)
}

fn end_of_comment(chars: &[char], from: usize) -> usize {
    let (mut depth, mut at) = (0, from);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') if depth == 1 => return at + 2,
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    chars.len()
}

fn end_of_text(chars: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < chars.len() {
        match chars[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    chars.len()
}

fn end_of_raw(chars: &[char], from: usize) -> usize {
    let hashes = chars[from..].iter().take_while(|char| **char == '#').count();
    let mut at = from + hashes + 1;
    while at < chars.len() {
        if chars[at] == '"' && chars[at + 1..].iter().take_while(|char| **char == '#').count() >= hashes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<u64> {
        read(text).iter().map(|token| token.kind).collect()
    }

    #[test]
    fn names_layout_comments_and_values_do_not_count() {
        let one = "fn add(a: u32, b: u32) -> u32 { a + b * 2 } // plain\n";
        let other = "/* a /* nested */ one */\nfn plus(first: u64,\n  second: u64) -> u64 {\n first + second * 77_u64 }";
        assert_eq!(kinds(one), kinds(other));
        assert_ne!(kinds(one), kinds("fn add(a: u32, b: u32) -> u32 { a - b * 2 }"));
        assert_eq!(
            kinds(r##"let a = r#"x " y"#;"##),
            kinds("let b = \"other \\\" text\";")
        );
        assert_eq!(
            kinds("let a: &'a str = 'x';"),
            kinds("let b: &'long name = '\\n';")
        );
    }

    #[test]
    fn lines_are_those_of_the_file_and_torn_source_ends() {
        let lines: Vec<u32> = read("a\n/* \n */ b\n\"x\ny\" c")
            .iter()
            .map(|token| token.line)
            .collect();
        assert_eq!(lines, [1, 3, 4, 5]);
        for torn in ["\"abc", "r#\"abc", "/* abc", "'", "'\\", "b\"", "\"\\"] {
            read(torn);
        }
    }
}
