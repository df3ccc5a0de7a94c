//! Puts the attributes into a starter that keep it free of warnings and that the compiler asks to delete once the
//! student's code makes them wrong.

use std::ops::Range;

use crate::source::{Function, Source, closing, is_word, word_at, words};

/// Adds `#[expect(…)]` above each function that a cut left with something unused or unreachable. `cuts` are lines of
/// `text`, counted from 0, before which something was cut.
pub(crate) fn above_functions(text: &str, cuts: &[usize]) -> String {
    let source = Source::new(text);
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let functions = source.functions();
    let mut cut: Vec<&Function> = cuts
        .iter()
        .filter_map(|&line| {
            let at = *starts.get(line)?;
            let around = |function: &&Function| function.body.start <= at && at <= function.body.end;
            functions
                .iter()
                .filter(around)
                .min_by_key(|function| function.body.len())
        })
        .collect();
    cut.sort_by_key(|function| function.head);
    cut.dedup();

    let mut out = text.to_owned();
    for function in cut.into_iter().rev() {
        let mut lints = unmet(&source, function);
        lints.retain(|lint| !text[function.item.start..function.head].contains(lint));
        if lints.is_empty() {
            continue;
        }
        let indent: String = text[function.head..]
            .chars()
            .take_while(|&character| character == ' ')
            .collect();
        let lints = lints.join(", ");
        let reason = "goes with the todo!";
        out.insert_str(
            function.head,
            &format!("{indent}#[expect({lints}, reason = \"{reason}\")]\n"),
        );
    }
    out
}

/// Adds the `#![expect(…)]` of a crate that holds a `todo!` to the text of its root, after its documentation.
pub(crate) fn in_crate_root(text: &str) -> String {
    if is_in_crate_root(text.as_bytes()) {
        return text.to_owned();
    }
    let docs: usize = text
        .split_inclusive('\n')
        .take_while(|line| line.starts_with("//!"))
        .map(str::len)
        .sum();
    let (docs, rest) = text.split_at(docs);
    let gap = if docs.is_empty() { "" } else { "\n" };
    let rest = rest.trim_start_matches('\n');
    let attribute = "#![expect(clippy::todo, reason = \"delete this line with the last todo!\")]";
    let end = if rest.is_empty() { "" } else { "\n" };
    format!("{docs}{gap}{attribute}\n{end}{rest}")
}

/// Tells whether a crate root's text expects a `todo!`.
pub(crate) fn is_in_crate_root(text: &[u8]) -> bool {
    String::from_utf8_lossy(text).contains("#![expect(clippy::todo")
}

/// Lists the lints that a function with a `todo!` sets off.
fn unmet(source: &Source<'_>, function: &Function) -> Vec<&'static str> {
    let (reachable, unreachable) = reachable(source, function.body.clone());
    let mut bindings = parameters(&source.code, function.parameters.clone());
    bindings.iter_mut().for_each(|binding| binding.from = 0);
    bindings.extend(local(&reachable));
    let unused: Vec<_> = bindings
        .iter()
        .filter(|binding| words(&reachable).all(|(at, word)| at < binding.from || word != binding.name))
        .collect();
    let mut lints = Vec::new();
    if !unused.is_empty() {
        lints.push("unused_variables");
    }
    if unused.iter().any(|binding| binding.mutable) {
        lints.push("unused_mut");
    }
    if unreachable {
        lints.push("unreachable_code");
    }
    lints
}

/// Gives a body's code with what follows a `todo!` in its block blanked (the compiler counts no use there), and
/// whether there was anything to blank.
fn reachable(source: &Source<'_>, body: Range<usize>) -> (String, bool) {
    let code = &source.code[body];
    let mut out = code.as_bytes().to_vec();
    let mut unreachable = false;
    for (at, _) in code.match_indices("todo!(") {
        let Some(close) = closing(code, at + "todo!(".len(), b'(', b')') else {
            continue;
        };
        let end = closing(code, close, b'{', b'}').unwrap_or(code.len());
        for byte in &mut out[close + 1..end] {
            unreachable |= !byte.is_ascii_whitespace() && *byte != b';';
            *byte = b' ';
        }
    }
    (
        String::from_utf8(out).expect("whole characters are blanked"),
        unreachable,
    )
}

#[derive(Debug, PartialEq, Eq)]
struct Binding<'a> {
    name: &'a str,
    mutable: bool,
    /// Where its uses can start.
    from: usize,
}

fn parameters(code: &str, range: Range<usize>) -> Vec<Binding<'_>> {
    let mut found = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let end = outside_brackets(code, start, range.end, |rest| rest.starts_with(','));
        let colon = outside_brackets(code, start, end, |rest| {
            rest.starts_with(':') && !rest.starts_with("::")
        });
        if colon < end {
            found.extend(bound(code, start..colon));
        }
        start = end + 1;
    }
    found
}

/// Finds what `let`, `for`, the arms of a `match` and closures bind.
fn local(code: &str) -> Vec<Binding<'_>> {
    let mut found = Vec::new();
    for (at, word) in words(code) {
        let start = at + word.len();
        let stop = match word {
            "let" => outside_brackets(code, start, code.len(), |rest| {
                rest.starts_with(['=', ';']) || (rest.starts_with(':') && !rest.starts_with("::"))
            }),
            "for" => outside_brackets(code, start, code.len(), |rest| rest.starts_with("in ")),
            _ => continue,
        };
        // A second colon of a path is not where a pattern ends: `let Shape::Square(side) = …`.
        found.extend(bound(code, start..stop));
    }
    for (arrow, _) in code.match_indices("=>") {
        let start = arm_start(code, arrow);
        let guard = code[start..arrow]
            .find(" if ")
            .map_or(arrow, |guard| start + guard);
        found.extend(bound(code, start..guard));
    }
    for (bar, _) in code.match_indices('|') {
        let before = code[..bar].trim_end();
        if (before.ends_with(['(', ',', '=', '{']) || before.ends_with("move"))
            && let Some(length) = code[bar + 1..].find('|')
        {
            let mut inside = parameters(code, bar + 1..bar + 1 + length);
            inside.extend(untyped(code, bar + 1..bar + 1 + length));
            inside
                .iter_mut()
                .for_each(|binding| binding.from = bar + 1 + length);
            found.extend(inside);
        }
    }
    found
}

/// Finds the parameters of a closure that have no type.
fn untyped(code: &str, range: Range<usize>) -> Vec<Binding<'_>> {
    if code[range.clone()].contains(':') {
        Vec::new()
    } else {
        bound(code, range)
    }
}

/// Finds where the pattern of the arm before `arrow` starts.
fn arm_start(code: &str, arrow: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code
        .bytes()
        .enumerate()
        .take(arrow)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
    {
        match byte {
            b')' | b']' => depth += 1,
            // The brace of the arm before ends it; one inside this pattern has the pattern's name before it.
            b'}' if depth == 0
                && code[at..arrow]
                    .trim_start_matches('}')
                    .trim_start()
                    .starts_with(is_name) =>
            {
                return at + 1;
            }
            b'}' => depth += 1,
            b'(' | b'[' | b'{' if depth > 0 => depth -= 1,
            b'(' | b'[' | b'{' | b',' | b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    0
}

fn is_name(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

/// Lists the names that a pattern binds.
fn bound(code: &str, pattern: Range<usize>) -> Vec<Binding<'_>> {
    let text = &code[pattern.clone()];
    let mut found = Vec::new();
    let mut mutable = false;
    for (at, word) in words(text) {
        if matches!(word, "mut" | "ref") {
            mutable |= word == "mut";
            continue;
        }
        let after = text[at + word.len()..].trim_start();
        let names_something_else = word.starts_with(|first: char| !first.is_lowercase())
            || matches!(word, "self" | "true" | "false" | "box" | "if")
            || after.starts_with(['(', '{', '!', ':'])
            || text[..at].ends_with([':', '.', '\'']);
        if !names_something_else {
            found.push(Binding {
                name: word,
                mutable,
                from: pattern.end,
            });
        }
        mutable = false;
    }
    found
}

/// Finds the first place in `from..to`, outside of brackets, where `stop` holds; `to` when there is none.
fn outside_brackets(code: &str, from: usize, to: usize, stop: impl Fn(&str) -> bool) -> usize {
    let mut depth = 0_usize;
    let mut at = from;
    while at < to {
        let byte = code.as_bytes()[at];
        match byte {
            _ if depth == 0 && code.is_char_boundary(at) && stop(&code[at..]) => return at,
            b'(' | b'[' | b'{' | b'<' => depth += 1,
            b'>' if at > 0 && matches!(code.as_bytes()[at - 1], b'-' | b'=') => {}
            b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
            b':' if code[at..].starts_with("::") => at += 1,
            _ if is_word(byte) => at += word_at(code, at).len().saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives the lints that the only function of `text` expects when its every `todo!` stands for a cut.
    fn lints(text: &str) -> String {
        let cuts: Vec<usize> = text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains("todo!"))
            .map(|(index, _)| index)
            .collect();
        let out = above_functions(text, &cuts);
        let line = out
            .lines()
            .find(|line| line.trim_start().starts_with("#[expect("));
        line.and_then(|line| line.split("(").nth(1)?.split(", reason").next())
            .unwrap_or("")
            .to_owned()
    }

    #[test]
    fn what_a_cut_leaves_unused_is_expected() {
        let table = [
            ("fn a(x: u8) {\n    todo!()\n}\n", "unused_variables"),
            (
                "fn a(mut x: Vec<(u8, u8)>, _y: u8) {\n    todo!()\n}\n",
                "unused_variables, unused_mut",
            ),
            (
                "fn a(&self, x: &'a str, f: impl Fn(u8) -> u8) {\n    f(x);\n    todo!()\n}\n",
                "",
            ),
            ("fn a(&self) {\n    todo!()\n}\n", ""),
            (
                "fn a((x, y): (u8, u8)) {\n    dbg(x);\n    todo!()\n}\n",
                "unused_variables",
            ),
            ("fn a(x: u8) {\n    print(\"{x}\");\n    todo!()\n}\n", ""),
            (
                "fn a(x: u8) {\n    todo!();\n    use_it(x)\n}\n",
                "unused_variables, unreachable_code",
            ),
            (
                "fn a() {\n    todo!();\n    std::iter::empty()\n}\n",
                "unreachable_code",
            ),
            (
                "fn a(x: u8) {\n    let y = x;\n    todo!()\n}\n",
                "unused_variables",
            ),
            (
                "fn a(x: u8) {\n    let y = x;\n    let z: u8 = y;\n    send(z);\n    todo!()\n}\n",
                "",
            ),
            (
                "fn a(x: O) {\n    if let Some(n) = x {\n        todo!()\n    }\n}\n",
                "unused_variables",
            ),
            (
                "fn a(x: O) {\n    let Shape::Square(side) = x;\n    todo!()\n}\n",
                "unused_variables",
            ),
            (
                "fn a(x: O) {\n    for i in 0..x {\n        todo!()\n    }\n}\n",
                "unused_variables",
            ),
            (
                "fn a(x: O) {\n    match x {\n        O::A(n) => {\n            todo!()\n        }\n        O::B => 1,\n    }\n}\n",
                "unused_variables",
            ),
            (
                "fn a(x: O) {\n    match x {\n        O::A => {\n            todo!()\n        }\n        O::B { n: m, k } if k > 1 => m,\n    }\n}\n",
                "",
            ),
            (
                "fn a(x: O) {\n    match x {\n        O::A => {\n            todo!()\n        }\n        O::B { k } => 2,\n    }\n}\n",
                "unused_variables",
            ),
            (
                "fn a(x: O) {\n    let f = |n| {\n        todo!()\n    };\n    f(x)\n}\n",
                "unused_variables",
            ),
            (
                "fn a(x: O) {\n    let f = |n: u8| n;\n    f(x);\n    todo!()\n}\n",
                "",
            ),
            (
                "fn outer(x: u8) {\n    fn inner(y: u8) {\n        todo!()\n    }\n    inner(x)\n}\n",
                "unused_variables",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(lints(text), expected, "{text}");
        }
    }

    #[test]
    fn an_attribute_that_stands_there_is_not_repeated() {
        let text = "    #[must_use]\n    #[expect(unused_variables, reason = \"x\")]\n    fn a(x: u8) {\n        todo!()\n    }\n";
        assert_eq!(above_functions(text, &[3]), text);
    }

    #[test]
    fn a_crate_root_keeps_its_documentation_first() {
        let attribute = "#![expect(clippy::todo, reason = \"delete this line with the last todo!\")]";
        assert_eq!(
            in_crate_root("//! A.\n//! B.\n\nmod a;\n"),
            format!("//! A.\n//! B.\n\n{attribute}\n\nmod a;\n")
        );
        assert_eq!(
            in_crate_root("fn main() {}\n"),
            format!("{attribute}\n\nfn main() {{}}\n")
        );
        assert_eq!(in_crate_root("//! A.\n"), format!("//! A.\n\n{attribute}\n"));
    }
}
