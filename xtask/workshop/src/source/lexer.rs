//! Tells comments and literals from code.

use super::is_word;

/// Passes over a text once, blanking what is no code.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    pub(super) code: Vec<u8>,
    /// Where each line comment starts.
    pub(super) comments: Vec<usize>,
}

impl<'a> Lexer<'a> {
    /// Reads `text` from one end to the other.
    pub(super) fn run(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut lexer = Self {
            bytes,
            at: 0,
            code: bytes.to_vec(),
            comments: Vec::new(),
        };
        lexer.pass();
        lexer
    }

    fn pass(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            let next = self.bytes.get(self.at + 1).copied();
            match byte {
                b'/' if next == Some(b'/') => {
                    self.comments.push(self.at);
                    let end = self.find(self.at, b"\n").unwrap_or(self.bytes.len());
                    self.blank(end);
                }
                b'/' if next == Some(b'*') => self.block_comment(),
                b'"' => self.string(1),
                b'\'' => self.character(),
                byte if is_word(byte) => self.word(),
                _ => self.at += 1,
            }
        }
    }

    /// Passes an identifier, or the literal that it is the prefix of (`r#"…"#`, `b'…'`).
    fn word(&mut self) {
        let start = self.at;
        while self.bytes.get(self.at).copied().is_some_and(is_word) {
            self.at += 1;
        }
        let raw = match &self.bytes[start..self.at] {
            b"r" | b"br" | b"cr" => true,
            b"b" | b"c" => false,
            _ => return,
        };
        let hashes = self.bytes[self.at..]
            .iter()
            .take_while(|&&byte| byte == b'#')
            .count();
        match self.bytes.get(self.at + hashes) {
            Some(b'"') if raw => {
                let mut close = vec![b'"'];
                close.resize(1 + hashes, b'#');
                let inside = self.at + hashes + 1;
                let end = self
                    .find(inside, &close)
                    .map_or(self.bytes.len(), |end| end + close.len());
                self.literal(end);
            }
            Some(b'"') if hashes == 0 => self.string(1),
            Some(b'\'') if hashes == 0 && !raw => self.character(),
            _ => {}
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        let mut end = self.at;
        while end < self.bytes.len() {
            match &self.bytes[end..self.bytes.len().min(end + 2)] {
                b"/*" => depth += 1,
                b"*/" => depth -= 1,
                _ => {
                    end += 1;
                    continue;
                }
            }
            end += 2;
            if depth == 0 {
                break;
            }
        }
        self.blank(end);
    }

    fn string(&mut self, quotes: usize) {
        let mut end = self.at + quotes;
        while let Some(&byte) = self.bytes.get(end) {
            end += 1;
            match byte {
                b'\\' => end += 1,
                b'"' => break,
                _ => {}
            }
        }
        self.literal(end.min(self.bytes.len()));
    }

    /// Passes a character literal, or the quote of a lifetime or label.
    fn character(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let length = match rest {
            [b'\\', escaped, ..] if *escaped == b'u' => rest.iter().position(|&byte| byte == b'\''),
            [b'\\', _, ..] => rest
                .iter()
                .skip(2)
                .position(|&byte| byte == b'\'')
                .map(|end| end + 2),
            [first, ..] => {
                let width = match first {
                    0xf0.. => 4,
                    0xe0.. => 3,
                    0xc0.. => 2,
                    _ => 1,
                };
                (rest.get(width) == Some(&b'\'')).then_some(width)
            }
            [] => None,
        };
        match length {
            Some(length) => self.blank(self.at + 1 + length + 1),
            None => self.at += 1,
        }
    }

    /// Blanks a string up to `end`, but for the names that it captures as a format string.
    fn literal(&mut self, end: usize) {
        let start = self.at;
        self.blank(end);
        let mut at = start;
        while at < end {
            match (self.bytes[at], self.bytes.get(at + 1)) {
                (b'{', Some(b'{')) => at += 2,
                (b'{', Some(&byte)) if is_word(byte) && !byte.is_ascii_digit() => {
                    at += 1;
                    while at < end && is_word(self.bytes[at]) {
                        self.code[at] = self.bytes[at];
                        at += 1;
                    }
                }
                _ => at += 1,
            }
        }
    }

    fn blank(&mut self, end: usize) {
        for byte in &mut self.code[self.at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        self.at = end;
    }

    fn find(&self, from: usize, what: &[u8]) -> Option<usize> {
        self.bytes
            .get(from..)?
            .windows(what.len())
            .position(|window| window == what)
            .map(|at| from + at)
    }
}
