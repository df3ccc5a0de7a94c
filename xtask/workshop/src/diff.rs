//! `diff`: the student's code beside the reference's.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::source::{Function, Source};
use crate::starter::{self, region};
use xtask::check::print_quietly;
use xtask::course::{Course, place_of, reference_of};
use xtask::exit::{OK, Result, Stop};
use xtask::subject::Files;
use xtask::term::Style;
use xtask::{t, tree, unified};

/// Shows what `name` names, after a question unless `yes`.
pub(crate) fn run(course: &Course, name: &str, yes: bool) -> Result<u8> {
    let target = course.target(name)?;
    let lab = target.lab;
    let solution = course.solution_dir(lab)?;
    if !yes && !asked(&t!("diff.ask", name = target.name()))? {
        return Ok(OK);
    }
    let style = Style::stdout();
    let sides = [
        place_of(&lab.dir),
        Path::new("solutions").join(reference_of(&lab.dir)),
    ];
    let mine = tree::read(&course.lab_dir(lab))?;
    let stages = lab.stage_names();
    let out = match target.stage {
        None => {
            let reference = starter::generate(&solution, &stages, stages.len())?;
            whole(&sides, &mine, &reference, style)
        }
        Some(stage) => {
            let marked = tree::read(&solution)?;
            let mut out = String::new();
            for (path, bytes) in marked.iter().filter(|(path, _)| starter::is_rust(path)) {
                let text = String::from_utf8_lossy(bytes);
                let pieces = region::parse(&text, &stages)
                    .map_err(|fault| Stop::io(&solution.join(path), fault.mistake.sentence()))?;
                let mine = mine
                    .get(path)
                    .map(|bytes| String::from_utf8_lossy(bytes))
                    .unwrap_or_default();
                for (place, mine, reference) in items(&pieces, stage, &mine) {
                    let [ours, theirs] = sides
                        .each_ref()
                        .map(|side| format!("{}: {place}", side.join(path).display()));
                    out.push_str(&unified::draw(
                        (&ours, mine.as_bytes()),
                        (&theirs, reference.as_bytes()),
                        style,
                    ));
                }
            }
            out
        }
    };
    if out.is_empty() {
        print_quietly(&format!("{}\n", t!("diff.same", name = target.name())))?;
    } else {
        print_quietly(&out)?;
    }
    Ok(OK)
}

/// Compares all files. `sides` are the folders of both.
fn whole(sides: &[PathBuf; 2], mine: &Files, reference: &Files, style: Style) -> String {
    let paths: BTreeSet<_> = mine.keys().chain(reference.keys()).collect();
    let mut out = String::new();
    for path in paths {
        let name = |side: &Path, files: &Files| match files.get(path) {
            Some(_) => side.join(path).display().to_string(),
            None => "/dev/null".to_owned(),
        };
        let bytes = |files: &Files| files.get(path).cloned().unwrap_or_default();
        out.push_str(&unified::draw(
            (&name(&sides[0], mine), &bytes(mine)),
            (&name(&sides[1], reference), &bytes(reference)),
            style,
        ));
    }
    out
}

/// Lists what the regions of `stage` touch in one file: a name, the student's text and the reference's.
fn items(pieces: &[region::Piece<'_>], stage: usize, mine: &str) -> Vec<(String, String, String)> {
    let (text, regions) = unmarked(pieces, stage);
    let (reference, mine) = (Source::new(&text), Source::new(mine));
    let (functions, own) = (reference.functions(), mine.functions());
    let mut found: Vec<(String, String, String)> = Vec::new();
    for region in regions {
        let around =
            |function: &&Function| function.item.start <= region.start && region.end <= function.item.end;
        let inside =
            |function: &&Function| region.start <= function.item.start && function.item.end <= region.end;
        let around = functions
            .iter()
            .filter(around)
            .min_by_key(|function| function.item.len());
        let touched: Vec<&Function> = match around {
            Some(function) => vec![function],
            None => functions.iter().filter(inside).collect(),
        };
        for function in &touched {
            let own = own.iter().find(|own| own.path == function.path);
            let mine = own.map_or("", |own| &mine.text[own.item.clone()]);
            let place = format!("fn {}", function.path);
            if found.iter().all(|(known, ..)| *known != place) {
                found.push((place, mine.to_owned(), text[function.item.clone()].to_owned()));
            }
        }
        // Imports, types, tests: there is no telling which of the student's lines stand for them.
        let rest = &text[region.clone()];
        if touched.is_empty() && !mine.text.contains(rest.trim()) {
            let place = t!("diff.line", line = reference.line(region.start));
            found.push((place, String::new(), rest.to_owned()));
        }
    }
    found
}

/// Writes the solution without its marks, and says where the regions of `stage` went.
fn unmarked(pieces: &[region::Piece<'_>], stage: usize) -> (String, Vec<Range<usize>>) {
    let mut text = String::new();
    let mut regions = Vec::new();
    for piece in pieces {
        match piece {
            region::Piece::Line(line) => text.extend([line, "\n"]),
            region::Piece::Mark | region::Piece::Stub { .. } => {}
            region::Piece::Region(region) => {
                let start = text.len();
                region.body.iter().for_each(|line| text.extend([line, "\n"]));
                if region.stage == stage {
                    regions.push(start..text.len());
                }
            }
        }
    }
    (text, regions)
}

/// Asks a question that is answered with y or n, no being the default.
///
/// # Errors
/// There is no terminal to ask on.
pub(crate) fn asked(question: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(Stop::usage(t!("diff.nobody", question = question)));
    }
    eprint!("{question} [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    // A terminal that went away answers nothing, which is no.
    let _ = std::io::stdin().lock().read_line(&mut answer);
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_shows_the_functions_that_its_regions_touch() {
        let solution = "\
// region:freq
use std::fmt;
// endregion:freq
impl A {
    fn given(&self) {}
    fn count(&self) {
        // region:count Count.
        one();
        // endregion:count
    }
    fn rank(&self) {
        let given = 1;
        // region:freq Rank.
        two(given);
        // endregion:freq
    }
    // region:freq
    fn helper() {}
    // endregion:freq
}
";
        let mine = "impl A {\n    fn rank(&self) {\n        mine();\n    }\n}\n";
        let pieces = region::parse(solution, &["count", "freq"]).unwrap();
        let found = items(&pieces, 1, mine);
        let places: Vec<&str> = found.iter().map(|(place, ..)| place.as_str()).collect();
        assert_eq!(places, ["line 1", "fn impl A::rank", "fn impl A::helper"]);
        assert_eq!(found[1].1, "    fn rank(&self) {\n        mine();\n    }\n");
        assert_eq!(
            found[1].2,
            "    fn rank(&self) {\n        let given = 1;\n        two(given);\n    }\n"
        );
        assert_eq!(found[2].1, "");
    }
}
