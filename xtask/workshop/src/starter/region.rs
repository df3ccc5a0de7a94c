//! The marks that make a solution the source of its own starters: see "Regions" in docs/ARCHITECTURE.md.

use crate::source::Source;
use xtask::t;

/// Says what is wrong with a mark, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) mistake: Mistake,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// It looks like a mark and is none.
    Malformed,
    /// A mark behind code on its line.
    NotAlone,
    /// The stage is not one of the lab's.
    UnknownStage(String),
    /// A region opened inside the one that was opened at this line.
    Nested(usize),
    /// An end whose region was never opened.
    NeverOpened(String),
    /// An end with another tag than the region that was opened at this line.
    OtherEnd { opened: usize, tag: String },
    /// A region without an end.
    NeverClosed(String),
    /// A region around nothing.
    Empty(String),
    /// `//~` with a stage inside a stage's region, or without one outside.
    StubOutOfPlace,
}

impl Mistake {
    /// Says it to an author.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Malformed => t!("region.malformed"),
            Self::NotAlone => t!("region.not_alone"),
            Self::UnknownStage(stage) => t!("region.unknown_stage", stage = stage),
            Self::Nested(line) => t!("region.nested", line = line),
            Self::NeverOpened(tag) => t!("region.never_opened", tag = tag),
            Self::OtherEnd { opened, tag } => t!("region.other_end", line = opened, tag = tag),
            Self::NeverClosed(tag) => t!("region.never_closed", tag = tag),
            Self::Empty(tag) => t!("region.empty", tag = tag),
            Self::StubOutOfPlace => t!("region.stub_out_of_place"),
        }
    }
}

/// Is one part of a solution's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A line that the starter has too.
    Line(&'a str),
    /// The place of a mark of a given region: nothing, in every rendering.
    Mark,
    /// `//~STAGE CODE`: a line that only the unsolved have.
    Stub {
        stage: usize,
        indent: &'a str,
        code: &'a str,
    },
    /// What the student writes.
    Region(Region<'a>),
}

/// Is what a student writes in one place of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Region<'a> {
    /// The line of its opening mark, counted from 1.
    pub(crate) line: usize,
    /// Its place among the lab's stages, from 0.
    pub(crate) stage: usize,
    pub(crate) indent: &'a str,
    pub(crate) sentence: Option<&'a str>,
    /// The reference's lines.
    pub(crate) body: Vec<&'a str>,
    /// The starter's: the indentation and the code of every `//~`.
    pub(crate) stubs: Vec<(&'a str, &'a str)>,
}

/// Reads the marks of one Rust source text. `stages` are the lab's, in order.
pub(crate) fn parse<'a>(text: &'a str, stages: &[&str]) -> Result<Vec<Piece<'a>>, Fault> {
    let source = Source::new(text);
    let mut comments = source.comments.iter().copied().peekable();
    let mut pieces = Vec::new();
    let mut open: Option<Open<'a>> = None;
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let number = index + 1;
        let fault = |mistake| Fault {
            line: number,
            mistake,
        };
        let end = start + line.len();
        let comment = comments.next_if(|&at| at < end).map(|at| at - start);
        start = end;
        let line = line.trim_end_matches(['\n', '\r']);
        match comment.map_or(Ok(None), |at| {
            mark(&line[at..]).map(|mark| mark.map(|mark| (at, mark)))
        }) {
            Err(mistake) => return Err(fault(mistake)),
            Ok(None) => match &mut open {
                Some(Open {
                    region: Some(region), ..
                }) => region.body.push(line),
                Some(given) => {
                    given.lines += 1;
                    pieces.push(Piece::Line(line));
                }
                None => pieces.push(Piece::Line(line)),
            },
            Ok(Some((at, mark))) => {
                let indent = &line[..at];
                if !indent.trim().is_empty() {
                    return Err(fault(Mistake::NotAlone));
                }
                match mark {
                    Mark::Open { tag, sentence } => {
                        if let Some(open) = &open {
                            return Err(fault(Mistake::Nested(open.line)));
                        }
                        let stage = stage_of(tag, stages).map_err(fault)?;
                        if stage.is_none() && sentence.is_some() {
                            return Err(fault(Mistake::Malformed));
                        }
                        let region = stage.map(|stage| Region {
                            line: number,
                            stage,
                            indent,
                            sentence,
                            body: Vec::new(),
                            stubs: Vec::new(),
                        });
                        if region.is_none() {
                            pieces.push(Piece::Mark);
                        }
                        open = Some(Open {
                            line: number,
                            tag,
                            lines: 0,
                            region,
                        });
                    }
                    Mark::Close { tag } => {
                        let Some(closed) = open.take() else {
                            return Err(fault(Mistake::NeverOpened(tag.to_owned())));
                        };
                        if closed.tag != tag {
                            let tag = closed.tag.to_owned();
                            return Err(fault(Mistake::OtherEnd {
                                opened: closed.line,
                                tag,
                            }));
                        }
                        if closed.lines() == 0 {
                            return Err(Fault {
                                line: closed.line,
                                mistake: Mistake::Empty(tag.to_owned()),
                            });
                        }
                        pieces.push(closed.region.map_or(Piece::Mark, Piece::Region));
                    }
                    Mark::Stub { stage: "", code } => match &mut open {
                        Some(Open {
                            region: Some(region), ..
                        }) => region.stubs.push((indent, code)),
                        _ => return Err(fault(Mistake::StubOutOfPlace)),
                    },
                    Mark::Stub { stage, code } => {
                        if matches!(open, Some(Open { region: Some(_), .. })) {
                            return Err(fault(Mistake::StubOutOfPlace));
                        }
                        let unknown = || fault(Mistake::UnknownStage(stage.to_owned()));
                        let stage = stages
                            .iter()
                            .position(|name| *name == stage)
                            .ok_or_else(unknown)?;
                        pieces.push(Piece::Stub { stage, indent, code });
                    }
                }
            }
        }
    }
    match open {
        Some(open) => Err(Fault {
            line: open.line,
            mistake: Mistake::NeverClosed(open.tag.to_owned()),
        }),
        None => Ok(pieces),
    }
}

struct Open<'a> {
    line: usize,
    tag: &'a str,
    /// How many lines of a given region were seen.
    lines: usize,
    /// None for a given region.
    region: Option<Region<'a>>,
}

impl Open<'_> {
    fn lines(&self) -> usize {
        self.region
            .as_ref()
            .map_or(self.lines, |region| region.body.len())
    }
}

enum Mark<'a> {
    Open { tag: &'a str, sentence: Option<&'a str> },
    Close { tag: &'a str },
    Stub { stage: &'a str, code: &'a str },
}

/// Reads a comment as a mark, if it is one.
fn mark(comment: &str) -> Result<Option<Mark<'_>>, Mistake> {
    if let Some(rest) = comment.strip_prefix("//~") {
        let (stage, code) = rest.split_once(' ').ok_or(Mistake::Malformed)?;
        let code = code.trim();
        if code.is_empty() {
            return Err(Mistake::Malformed);
        }
        return Ok(Some(Mark::Stub { stage, code }));
    }
    let exact = comment.strip_prefix("// ").unwrap_or("");
    if let Some(rest) = exact.strip_prefix("region:") {
        let (tag, sentence) = rest.split_once(' ').unwrap_or((rest, ""));
        let sentence = Some(sentence.trim()).filter(|sentence| !sentence.is_empty());
        return if tag.is_empty() {
            Err(Mistake::Malformed)
        } else {
            Ok(Some(Mark::Open { tag, sentence }))
        };
    }
    if let Some(tag) = exact.strip_prefix("endregion:") {
        let tag = tag.trim_end();
        return if tag.is_empty() || tag.contains(' ') {
            Err(Mistake::Malformed)
        } else {
            Ok(Some(Mark::Close { tag }))
        };
    }
    let loose = comment.trim_start_matches(['/', '!']).trim().to_ascii_lowercase();
    if loose.starts_with("region:") || loose.starts_with("endregion:") || loose == "endregion" {
        return Err(Mistake::Malformed);
    }
    Ok(None)
}

/// Finds the stage of a region's tag; a given region has none.
fn stage_of(tag: &str, stages: &[&str]) -> Result<Option<usize>, Mistake> {
    let (stage, name) = tag
        .split_once('/')
        .map_or((tag, None), |(stage, name)| (stage, Some(name)));
    if name == Some("") || (stage == "given" && name.is_none()) {
        return Err(Mistake::Malformed);
    }
    if stage == "given" {
        return Ok(None);
    }
    let unknown = || Mistake::UnknownStage(stage.to_owned());
    stages
        .iter()
        .position(|known| *known == stage)
        .map(Some)
        .ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: &[&str] = &["count", "freq"];

    #[test]
    fn a_wrong_mark_is_named_with_its_line() {
        let given = "// region:given/a\nx\n// endregion:given/a\n";
        let table: &[(&str, usize, Mistake)] = &[
            (
                "// region:parse\nx\n// endregion:parse",
                1,
                Mistake::UnknownStage("parse".into()),
            ),
            ("x\n//~parse y", 2, Mistake::UnknownStage("parse".into())),
            ("// region:count\nx", 1, Mistake::NeverClosed("count".into())),
            ("x\n// endregion:count", 2, Mistake::NeverOpened("count".into())),
            ("// region:count\nx\n// region:freq\n", 3, Mistake::Nested(1)),
            (
                "// region:count\nx\n// endregion:freq\n",
                3,
                Mistake::OtherEnd {
                    opened: 1,
                    tag: "count".into(),
                },
            ),
            (
                "// region:count\n// endregion:count",
                1,
                Mistake::Empty("count".into()),
            ),
            (
                "// region:given/x\n// endregion:given/x",
                1,
                Mistake::Empty("given/x".into()),
            ),
            ("// region:given\n", 1, Mistake::Malformed),
            ("// region:count/ Do it.\n", 1, Mistake::Malformed),
            ("//region:count\n", 1, Mistake::Malformed),
            ("// region: count\n", 1, Mistake::Malformed),
            ("// endregion\n", 1, Mistake::Malformed),
            ("// endregion:count now\n", 1, Mistake::Malformed),
            ("let a = 1; // region:count\n", 1, Mistake::NotAlone),
            ("//~ y\n", 1, Mistake::StubOutOfPlace),
            ("// region:count\n//~count y\n", 2, Mistake::StubOutOfPlace),
            ("//~count\n", 1, Mistake::Malformed),
            ("// region:given/x Sentence.\n", 1, Mistake::Malformed),
        ];
        for (text, line, mistake) in table {
            let text = format!("{given}{text}");
            let mut expected = Fault {
                line: line + 3,
                mistake: mistake.clone(),
            };
            match &mut expected.mistake {
                Mistake::Nested(line) | Mistake::OtherEnd { opened: line, .. } => *line += 3,
                _ => {}
            }
            assert_eq!(parse(&text, STAGES), Err(expected), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        let text = "let a = \"// region:count\"; // a region of memory\nlet b = r\"\n// region:x\n\";\n/// regions\n";
        assert!(
            parse(text, STAGES)
                .unwrap()
                .iter()
                .all(|piece| matches!(piece, Piece::Line(_)))
        );
    }
}
