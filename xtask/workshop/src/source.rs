//! Reads Rust source text just closely enough to cut regions out of it: what is code, what is comment, where functions
//! begin and end. A parser crate would know more and cost a student seconds on the first build.

mod lexer;

use std::ops::Range;

use lexer::Lexer;

/// Holds a source text beside a copy of the same length in which only code is left.
pub(crate) struct Source<'a> {
    pub(crate) text: &'a str,
    /// The text with comments and literals blanked. Names that a format string captures (`"{name}"`) stay, since they
    /// are uses of a variable.
    pub(crate) code: String,
    /// Where each line comment starts, doc comments included.
    pub(crate) comments: Vec<usize>,
}

/// One `fn` of a source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    /// The headers of the blocks around it and its name, as `impl Range::len`: what finds it again in another text.
    pub(crate) path: String,
    /// From its first attribute (after its doc comment) to the end of the line of its closing brace.
    pub(crate) item: Range<usize>,
    /// The start of the line that holds the word `fn`.
    pub(crate) head: usize,
    /// Between the parentheses of its parameters.
    pub(crate) parameters: Range<usize>,
    /// Between the braces of its body.
    pub(crate) body: Range<usize>,
}

impl<'a> Source<'a> {
    /// Tells code from comments and literals in `text`.
    pub(crate) fn new(text: &'a str) -> Self {
        let lexer = Lexer::run(text);
        Self {
            text,
            // Blanks replace whole characters, so that what is left is UTF-8 again.
            code: String::from_utf8(lexer.code).expect("blanking keeps characters whole"),
            comments: lexer.comments,
        }
    }

    /// Gives the line number, counted from 1, of a place in the text.
    pub(crate) fn line(&self, at: usize) -> usize {
        1 + self.text.as_bytes()[..at]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count()
    }

    /// Finds every function that has a body, in the order of the text.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let code = self.code.as_str();
        let mut found = Vec::new();
        // The blocks that are open: the header's last part that names the block, if it does.
        let mut blocks: Vec<Option<String>> = Vec::new();
        let mut header_from = 0;
        let mut at = 0;
        while at < code.len() {
            match code.as_bytes()[at] {
                b'{' => {
                    blocks.push(block_name(&code[header_from..at]));
                    header_from = at + 1;
                }
                b'}' => {
                    blocks.pop();
                    header_from = at + 1;
                }
                b';' => header_from = at + 1,
                b'f' if word_at(code, at) == "fn" => {
                    if let Some(function) = self.function(at, &blocks) {
                        // The parameters hold no block, a default type in them might: the body's brace is next.
                        blocks.push(function.path.rsplit("::").next().map(str::to_owned));
                        header_from = function.body.start;
                        at = function.body.start;
                        found.push(function);
                        continue;
                    }
                    at += 2;
                    continue;
                }
                byte if is_word(byte) => {
                    at += word_at(code, at).len().max(1);
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
        found
    }

    fn function(&self, at: usize, blocks: &[Option<String>]) -> Option<Function> {
        let code = self.code.as_str();
        let name_at = at + 2 + code[at + 2..].len() - code[at + 2..].trim_start().len();
        let name = word_at(code, name_at);
        if name.is_empty() {
            return None; // `fn(u8)`, a type
        }
        let mut open = name_at + name.len();
        let mut angles = 0_usize;
        loop {
            match code.as_bytes().get(open)? {
                b'<' => angles += 1,
                b'>' if code.as_bytes()[open - 1] != b'-' => angles = angles.saturating_sub(1),
                b'(' if angles == 0 => break,
                _ => {}
            }
            open += 1;
        }
        let close = closing(code, open + 1, b'(', b')')?;
        let brace = close + code[close..].find(['{', ';'])?;
        // An array type in the result (`-> [u8; 4]`) holds a semicolon too.
        let brace = if code.as_bytes()[brace] == b';' {
            let before = &code[close..brace];
            if before.matches('[').count() == before.matches(']').count() {
                return None;
            }
            brace + code[brace..].find('{')?
        } else {
            brace
        };
        let end = closing(code, brace + 1, b'{', b'}')?;
        let head = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let item_end = self.text[end..]
            .find('\n')
            .map_or(self.text.len(), |newline| end + newline + 1);
        let mut path: Vec<&str> = blocks.iter().flatten().map(String::as_str).collect();
        path.push(name);
        Some(Function {
            path: path.join("::"),
            item: self.attributes_above(head)..item_end,
            head,
            parameters: open + 1..close,
            body: brace + 1..end,
        })
    }

    /// Finds where the attributes directly above the line that starts at `head` begin.
    fn attributes_above(&self, head: usize) -> usize {
        let mut start = head;
        loop {
            let above = self.code[..start].trim_end();
            // Something blanked (a comment) between the attribute and the item keeps them apart.
            if !above.ends_with(']') || !self.text[above.len()..start].trim().is_empty() {
                return start;
            }
            let mut depth = 0_usize;
            let open = above.bytes().enumerate().rev().find_map(|(at, byte)| {
                match byte {
                    b']' => depth += 1,
                    b'[' => depth -= 1,
                    _ => {}
                }
                (depth == 0).then_some(at)
            });
            match open {
                Some(open) if above[..open].ends_with('#') => {
                    start = above[..open].rfind('\n').map_or(0, |newline| newline + 1);
                }
                _ => return start,
            }
        }
    }
}

/// Tells whether a byte can belong to an identifier.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Gives the identifier that starts at `at`, empty when none does.
pub(crate) fn word_at(code: &str, at: usize) -> &str {
    if at > 0 && is_word(code.as_bytes()[at - 1]) {
        return "";
    }
    let end = code.as_bytes()[at..]
        .iter()
        .position(|&byte| !is_word(byte))
        .map_or(code.len(), |len| at + len);
    &code[at..end]
}

/// Gives every identifier of a piece of code with its place.
pub(crate) fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at
            + code
                .as_bytes()
                .get(at..)?
                .iter()
                .position(|&byte| is_word(byte))?;
        let word = word_at(code, start);
        at = start + word.len().max(1);
        Some((start, word))
    })
}

/// Finds the bracket that closes the one before `from`.
pub(crate) fn closing(code: &str, from: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 1_usize;
    code.bytes().enumerate().skip(from).find_map(|(at, byte)| {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
        }
        (depth == 0).then_some(at)
    })
}

/// Names a block by its header: `impl Iterator for Range`, `mod tests`, `trait Shape`; other blocks have no name.
fn block_name(header: &str) -> Option<String> {
    let (at, _) = words(header).find(|(_, word)| matches!(*word, "impl" | "mod" | "trait"))?;
    // `impl` in a type (`let f: impl Fn() = {`) names nothing.
    let before = header[..at].trim_end();
    let names = before.is_empty()
        || before.ends_with([']', ')'])
        || before.ends_with("pub")
        || before.ends_with("unsafe");
    names.then(|| header[at..].split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_and_captured_names_stay() {
        let text = "let a = \"{ // {name} {{no}} \\\" }\"; // { x\nlet b = r#\"}\"#; /* /* { */ */ let c = '{'; let d: &'a str = b\"{\";";
        let source = Source::new(text);
        assert_eq!(source.code.len(), text.len());
        assert!(!source.code.contains(['{', '}']), "{}", source.code);
        assert!(source.code.contains("name") && !source.code.contains("no"));
        assert!(source.code.contains("let d: &'a str"));
        assert_eq!(source.comments, [text.find("// { x").unwrap()]);
    }

    #[test]
    fn functions_are_found_with_the_blocks_around_them() {
        let text = "\
/// Doc.
#[inline]
#[must_use]
pub(crate) fn free<F: Fn(u8) -> u8>(f: F) -> [u8; 2] {
    [f(1), 2]
}

impl<'a> Iterator for Range<'a> {
    type Item = u8;
    fn next(&mut self) -> Option<u8> where Self: Sized {
        fn inner() {}
        let table: fn(u8) = |_| {};
        None
    }
}

trait T {
    fn absent(&self) -> u8;
    fn given(&self) {}
}
";
        let source = Source::new(text);
        let functions = source.functions();
        let paths: Vec<_> = functions.iter().map(|function| function.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "free",
                "impl<'a> Iterator for Range<'a>::next",
                "impl<'a> Iterator for Range<'a>::next::inner",
                "trait T::given"
            ]
        );
        assert!(text[functions[0].item.clone()].starts_with("#[inline]"));
        assert!(text[functions[0].item.clone()].ends_with("2]\n}\n"));
        assert_eq!(&text[functions[0].parameters.clone()], "f: F");
        assert_eq!(source.line(functions[1].head), 10);
    }

    #[test]
    fn text_that_is_no_rust_does_not_panic() {
        for text in [
            "fn", "fn a", "fn a(", "fn a()", "fn a() {", "\"", "'", "'\\", "/*", "r#\"", "b'", "#[", "]",
            "fn é(", "'é",
        ] {
            let _ = Source::new(text).functions();
        }
    }
}
