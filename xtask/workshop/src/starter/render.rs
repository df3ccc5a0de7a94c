//! Writes what a solution is once some of its stages are solved.

use super::region::Piece;

/// Is a rendering of a file, before it is formatted.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) text: String,
    /// The lines, counted from 0, directly before which something was cut.
    pub(crate) cuts: Vec<usize>,
}

/// Writes a file as it is once the stages are solved for which `solved` holds: none gives the starter.
pub(crate) fn render(pieces: &[Piece<'_>], stages: &[&str], solved: &impl Fn(usize) -> bool) -> Rendered {
    let mut out = Lines::default();
    for piece in pieces {
        match piece {
            Piece::Line(line) => out.push((*line).to_owned()),
            Piece::Mark => out.seam = true,
            Piece::Stub { stage, indent, code } if !solved(*stage) => out.push(format!("{indent}{code}")),
            Piece::Stub { .. } => out.seam = true,
            Piece::Region(region) if solved(region.stage) => {
                out.seam = true;
                region.body.iter().for_each(|line| out.push((*line).to_owned()));
                out.seam = true;
            }
            Piece::Region(region) => {
                out.seam = true;
                out.cuts.push(out.lines.len());
                if let Some(sentence) = region.sentence {
                    out.todo = Some(out.lines.len());
                    let literal = literal(&format!("{}: {sentence}", stages[region.stage]));
                    out.push(format!("{}todo!({literal})", region.indent));
                }
                region
                    .stubs
                    .iter()
                    .for_each(|(indent, code)| out.push(format!("{indent}{code}")));
                out.seam = true;
            }
        }
    }
    let Lines { mut lines, cuts, .. } = out;
    while lines.last().is_some_and(|last| last.is_empty()) {
        lines.pop();
    }
    let mut text = lines.join("\n");
    text.push('\n');
    Rendered { text, cuts }
}

/// Collects a rendering's lines and closes the gaps that cutting leaves.
#[derive(Default)]
struct Lines {
    lines: Vec<String>,
    cuts: Vec<usize>,
    /// Something vanished directly before the next line.
    seam: bool,
    /// The line of a `todo!` that nothing followed yet: whether it takes a semicolon depends on what does.
    todo: Option<usize>,
}

impl Lines {
    fn push(&mut self, line: String) {
        if self.seam {
            let closes = line.trim_start().starts_with(['}', ')', ']']);
            while closes && self.lines.last().is_some_and(|last| last.is_empty()) {
                self.lines.pop();
            }
            let last = self.lines.last().map(|last| last.trim_end());
            if line.is_empty() && last.is_none_or(|last| last.is_empty() || last.ends_with(['{', '(', '['])) {
                return;
            }
            self.seam = false;
        }
        if let Some(todo) = self
            .todo
            .filter(|&todo| todo < self.lines.len() && !line.trim().is_empty())
        {
            if !line.trim_start().starts_with('}') {
                self.lines[todo].push(';');
            }
            self.todo = None;
        }
        self.lines.push(line);
        let last = self.lines.len() - 1;
        self.cuts.iter_mut().for_each(|cut| *cut = (*cut).min(last));
    }
}

/// Writes a sentence as the format string of a `todo!`.
fn literal(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len() + 2);
    out.push('"');
    for character in sentence.chars() {
        match character {
            '{' | '}' => out.push(character),
            '"' | '\\' => out.push('\\'),
            _ => {}
        }
        out.push(character);
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::region::parse;
    use super::*;

    const STAGES: &[&str] = &["count", "freq"];

    const SOLUTION: &str = r#"//! A lab.

use std::io;
// region:freq
use std::fmt;
// endregion:freq

// region:given/type
/// Counts.
pub struct Counts;
// endregion:given/type

/// Counts.
pub(crate) fn count(text: &[u8]) -> usize {
    // region:count/loop Walk the "bytes" {once}.
    let mut n = 0;

    // Why.
    n += text.len();
    n
    // endregion:count/loop
}

//~freq #[expect(dead_code, reason = "used by freq")]
pub(crate) fn freq() -> std::iter::Empty<u8> {
    // region:freq Rank.
    //~ std::iter::empty()
    unreal()
    // endregion:freq
}

// region:freq

fn unreal() -> ! {
    loop {}
}
// endregion:freq
"#;

    fn rendered(solved: usize) -> String {
        render(&parse(SOLUTION, STAGES).unwrap(), STAGES, &|stage| stage < solved).text
    }

    #[test]
    fn a_starter_has_sentences_for_bodies_and_nothing_for_helpers() {
        assert_eq!(
            rendered(0),
            r#"//! A lab.

use std::io;

/// Counts.
pub struct Counts;

/// Counts.
pub(crate) fn count(text: &[u8]) -> usize {
    todo!("count: Walk the \"bytes\" {{once}}.")
}

#[expect(dead_code, reason = "used by freq")]
pub(crate) fn freq() -> std::iter::Empty<u8> {
    todo!("freq: Rank.");
    std::iter::empty()
}

"#
            .trim_end()
            .to_owned()
                + "\n"
        );
    }

    #[test]
    fn a_solved_stage_keeps_its_code_and_loses_its_marks() {
        let text = rendered(1);
        assert!(text.contains("    n += text.len();\n    n\n}\n"));
        assert!(text.contains("todo!(\"freq: Rank.\");"));
        let text = rendered(2);
        assert!(!text.contains("region:") && !text.contains("//~") && !text.contains("todo!"));
        assert!(text.contains("use std::fmt;\n") && text.ends_with("fn unreal() -> ! {\n    loop {}\n}\n"));
        assert!(text.contains("/// Counts.\npub struct Counts;\n\n/// Counts."));
    }
}
