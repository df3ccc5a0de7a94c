//! Expected beside actual, with white space made visible where it matters.

use similar::{ChangeTag, TextDiff};

use crate::t;
use crate::term::Style;

/// The narrowest terminal on which two columns are still worth reading.
const NARROWEST: usize = 90;

/// The most lines of a difference that are shown, and the lines of context around each.
const SHOWN: usize = 40;
const CONTEXT: usize = 2;

/// One row: a line of what was expected, of what came, or of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row<'a> {
    Same(&'a str),
    Differs(Option<&'a str>, Option<&'a str>),
    /// So many equal lines were left out.
    Skipped(usize),
}

/// Draws the difference: in two columns on a wide terminal, else below each other with `-` and `+`.
pub(crate) fn draw(expected: &str, actual: &str, style: Style) -> String {
    let mut rows = shorten(&rows(expected, actual));
    let left_out = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    let mut out = match style.width() {
        Some(width) if width >= NARROWEST => columns(&rows, width, style),
        _ => stacked(&rows, style),
    };
    if left_out > 0 {
        out.push_str(&format!("  {}\n", style.dim(&t!("diff.more", count = left_out))));
    }
    if let Some((line, column)) = first_difference(expected, actual) {
        out.push_str(&format!(
            "  {}\n",
            style.dim(&t!("diff.first", line = line, column = column))
        ));
    }
    out
}

/// Finds the line and the column, counted from 1, where two texts part.
fn first_difference(expected: &str, actual: &str) -> Option<(usize, usize)> {
    let same = expected
        .chars()
        .zip(actual.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let before: String = expected.chars().take(same).collect();
    (before.len() < expected.len() || before.len() < actual.len()).then(|| {
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before[line_start..]
            .strip_prefix("  ")
            .unwrap_or(&before[line_start..])
            .chars()
            .count()
            + 1;
        let line = before.matches('\n').count();
        // A transcript's first line only says which stream it is.
        let line = if expected.starts_with("stdout:\n") {
            line.max(1)
        } else {
            line + 1
        };
        (line, column)
    })
}

fn rows<'a>(expected: &'a str, actual: &'a str) -> Vec<Row<'a>> {
    let diff = TextDiff::from_lines(expected, actual);
    let (mut rows, mut gone, mut came) = (Vec::new(), Vec::new(), Vec::new());
    let flush = |rows: &mut Vec<Row<'a>>, gone: &mut Vec<&'a str>, came: &mut Vec<&'a str>| {
        for at in 0..gone.len().max(came.len()) {
            rows.push(Row::Differs(gone.get(at).copied(), came.get(at).copied()));
        }
        gone.clear();
        came.clear();
    };
    for change in diff.iter_all_changes() {
        let line = change.value().trim_end_matches('\n');
        match change.tag() {
            ChangeTag::Delete => gone.push(line),
            ChangeTag::Insert => came.push(line),
            ChangeTag::Equal => {
                flush(&mut rows, &mut gone, &mut came);
                rows.push(Row::Same(line));
            }
        }
    }
    flush(&mut rows, &mut gone, &mut came);
    rows
}

/// Leaves out equal lines that are far from any difference.
fn shorten<'a>(rows: &[Row<'a>]) -> Vec<Row<'a>> {
    let changed: Vec<usize> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| matches!(row, Row::Differs(..)))
        .map(|(at, _)| at)
        .collect();
    let near = |at: usize| {
        let next = changed.partition_point(|&other| other < at);
        changed[next.saturating_sub(1)..changed.len().min(next + 1)]
            .iter()
            .any(|&other| other.abs_diff(at) <= CONTEXT)
    };
    let mut short = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        if near(at) {
            short.push(*row);
        } else if let Some(Row::Skipped(count)) = short.last_mut() {
            *count += 1;
        } else {
            short.push(Row::Skipped(1));
        }
    }
    // To leave out one line takes a line.
    short
        .into_iter()
        .scan(0, |at, row| {
            let own = *at;
            *at += if let Row::Skipped(count) = row { count } else { 1 };
            Some(if row == Row::Skipped(1) { rows[own] } else { row })
        })
        .collect()
}

fn stacked(rows: &[Row<'_>], style: Style) -> String {
    let mut out = format!(
        "  {}  {}\n",
        style.green(&t!("diff.minus")),
        style.red(&t!("diff.plus"))
    );
    for row in rows {
        match row {
            Row::Same(line) => out.push_str(&format!("    {line}\n")),
            Row::Skipped(count) => {
                out.push_str(&format!("  {}\n", style.dim(&t!("diff.skipped", count = count))))
            }
            Row::Differs(expected, actual) => {
                for (line, mark, green) in [(expected, "-", true), (actual, "+", false)] {
                    if let Some(line) = line {
                        let text = format!("  {mark} {}", revealed(line, style));
                        out.push_str(&if green {
                            style.green(&text)
                        } else {
                            style.red(&text)
                        });
                        out.push('\n');
                    }
                }
            }
        }
    }
    out
}

fn columns(rows: &[Row<'_>], width: usize, style: Style) -> String {
    let column = (width - 7) / 2;
    let bar = style.dim(style.sign("│", "|"));
    let line = |left: &str,
                right: &str,
                mark: &str,
                paint: fn(Style, &str) -> String,
                paint_right: fn(Style, &str) -> String| {
        let mut out = String::new();
        let (left, right) = (wrap(left, column), wrap(right, column));
        for at in 0..left.len().max(right.len()) {
            let l = left.get(at).map_or("", String::as_str);
            let r = right.get(at).map_or("", String::as_str);
            let gap = " ".repeat(column - display_width(l));
            let mark = if at == 0 { mark } else { " " };
            let row = format!("  {}{gap} {bar}{mark}{}", paint(style, l), paint_right(style, r));
            out.push_str(row.trim_end());
            out.push('\n');
        }
        out
    };
    let plain: fn(Style, &str) -> String = |_, text| text.to_owned();
    let mut out = line(
        &t!("diff.expected"),
        &t!("diff.actual"),
        " ",
        Style::bold,
        Style::bold,
    );
    for row in rows {
        out.push_str(&match row {
            Row::Same(text) => line(&expand(text), &expand(text), " ", plain, plain),
            Row::Skipped(count) => line(
                &t!("diff.skipped", count = count),
                "",
                " ",
                Style::dim,
                Style::dim,
            ),
            Row::Differs(expected, actual) => {
                let show = |side: &Option<&str>| side.map(|text| revealed(text, style)).unwrap_or_default();
                line(
                    &show(expected),
                    &show(actual),
                    style.sign("▸", ">"),
                    Style::green,
                    Style::red,
                )
            }
        });
    }
    out
}

/// Shows tabs and spaces that a reader would not see.
fn revealed(line: &str, style: Style) -> String {
    let (dot, arrow) = (style.sign("·", " "), style.sign("⇥", "\\t"));
    // The two columns that every block is indented by are no output of the program.
    let (indent, body) = line.strip_prefix("  ").map_or(("", line), |body| ("  ", body));
    let body = body.replace(' ', dot).replace('\t', arrow);
    format!("{indent}{body}")
}

fn expand(line: &str) -> String {
    line.replace('\t', "    ")
}

/// Counts columns: wide characters of East Asian scripts and emoji take two, combining marks none.
///
/// An estimate by block is enough here: a bar that stands one column off still separates.
fn display_width(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
            0x1100..=0x115f
            | 0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff00..=0xff60 => 2,
            0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
            _ => 1,
        })
        .sum()
}

/// Breaks `text` into pieces of at most `columns`.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        let wide = display_width(c.encode_utf8(&mut [0; 4]));
        if used + wide > columns {
            pieces.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_lines_stand_beside_each_other() {
        assert_eq!(
            rows("a\nb\nc\n", "a\nB\nc\nd\n"),
            [
                Row::Same("a"),
                Row::Differs(Some("b"), Some("B")),
                Row::Same("c"),
                Row::Differs(None, Some("d"))
            ]
        );
    }

    #[test]
    fn the_first_difference_is_told_by_line_and_column_of_the_output() {
        assert_eq!(
            first_difference("stdout:\n  ab\n", "stdout:\n  aX\n"),
            Some((1, 2))
        );
        assert_eq!(first_difference("same", "same"), None);
    }

    #[test]
    fn equal_lines_far_from_a_difference_are_left_out_but_never_only_one() {
        let text: String = (0..20).map(|n| format!("{n}\n")).collect();
        let changed = text.replace("10\n", "x\n");
        let short = shorten(&rows(&text, &changed));
        assert_eq!(short[0], Row::Skipped(8));
        assert_eq!(short.len(), 7);
        let short = shorten(&rows("0\n1\n2\n3\n", "0\n1\n2\nx\n"));
        assert_eq!(short[0], Row::Same("0"));
    }
}
