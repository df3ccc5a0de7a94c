//! Takes a named region out of a source file of the reference.

use std::path::Path;

use crate::error::{Error, Result};

const BEGIN: &str = "// region:";
const END: &str = "// endregion:";
const STARTER_LINE: &str = "//~";

/// Returns the lines of the region that answers to `name`, marks and starter lines dropped, common indentation removed.
///
/// A region `STAGE/NAME` answers to `NAME` and to `STAGE/NAME`, a region `STAGE` to `STAGE`.
///
/// # Errors
/// No such region, more than one, or marks that do not pair; `path` is only used to say where.
pub(crate) fn extract(path: &Path, source: &str, name: &str) -> Result<String> {
    let regions = regions(path, source)?;
    let found: Vec<_> = regions.iter().filter(|region| region.answers_to(name)).collect();
    match found.as_slice() {
        [region] => Ok(unindent(&region.lines)),
        [] => Err(Error::NoRegion {
            path: path.to_owned(),
            region: name.to_owned(),
            known: known(&regions),
        }),
        several => Err(Error::AmbiguousRegion {
            path: path.to_owned(),
            region: name.to_owned(),
            count: several.len(),
        }),
    }
}

/// What stands between a pair of marks.
struct Region<'a> {
    label: &'a str,
    lines: Vec<&'a str>,
}

impl Region<'_> {
    fn answers_to(&self, name: &str) -> bool {
        self.label == name || self.label.split_once('/').is_some_and(|(_, own)| own == name)
    }
}

fn regions<'a>(path: &Path, source: &'a str) -> Result<Vec<Region<'a>>> {
    let unpaired = |line: usize, mark: &str| Error::UnpairedMark {
        path: path.to_owned(),
        line,
        mark: mark.to_owned(),
    };
    let mut regions = Vec::new();
    let mut open: Option<(usize, &str, Region<'a>)> = None;
    for (number, line) in (1..).zip(source.lines()) {
        let mark = line.trim_start();
        if let Some(label) = mark.strip_prefix(BEGIN) {
            if open.is_some() {
                return Err(unpaired(number, mark));
            }
            open = Some((
                number,
                mark,
                Region {
                    label: first_word(label),
                    lines: Vec::new(),
                },
            ));
        } else if let Some(label) = mark.strip_prefix(END) {
            match open.take() {
                Some((_, _, region)) if region.label == first_word(label) => regions.push(region),
                _ => return Err(unpaired(number, mark)),
            }
        } else if let Some((_, _, region)) = &mut open
            && !mark.starts_with(STARTER_LINE)
        {
            region.lines.push(line);
        }
    }
    match open {
        Some((number, mark, _)) => Err(unpaired(number, mark)),
        None => Ok(regions),
    }
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or("")
}

fn known(regions: &[Region]) -> String {
    if regions.is_empty() {
        return "none".to_owned();
    }
    let labels: Vec<_> = regions.iter().map(|region| region.label).collect();
    labels.join(", ")
}

/// Removes the indentation that all lines share, and empty lines at both ends.
fn unindent(lines: &[&str]) -> String {
    let filled = |line: &&str| !line.trim().is_empty();
    let indent = lines
        .iter()
        .filter(|line| filled(line))
        .map(|line| line.len() - line.trim_start().len());
    let shared = indent.min().unwrap_or(0);
    let body: Vec<_> = lines
        .iter()
        .map(|line| line.get(shared..).unwrap_or(""))
        .collect();
    body.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "\
use std::io;
impl Counts {
    // region:count/walk Walk the bytes once.
    let mut n = 0;
    //~ let n = 0;

    if true {
        n += 1;
    }
    // endregion:count/walk
}
// region:freq
fn a() {}
// endregion:freq
// region:freq
fn b() {}
// endregion:freq
";

    fn extract(source: &str, name: &str) -> Result<String> {
        super::extract(Path::new("count.rs"), source, name)
    }

    #[test]
    fn a_region_comes_without_marks_starter_lines_and_indentation() {
        let expected = "let mut n = 0;\n\nif true {\n    n += 1;\n}";
        for name in ["walk", "count/walk"] {
            assert_eq!(extract(SOURCE, name).unwrap(), expected);
        }
    }

    #[test]
    fn an_unknown_region_is_refused_with_those_that_exist() {
        let message = extract(SOURCE, "run").unwrap_err().to_string();
        assert_eq!(
            message,
            "count.rs has no region `run`; it has count/walk, freq, freq"
        );
    }

    #[test]
    fn two_regions_of_one_name_are_refused() {
        assert!(matches!(
            extract(SOURCE, "freq"),
            Err(Error::AmbiguousRegion { count: 2, .. })
        ));
    }

    #[test]
    fn a_mark_without_its_partner_is_refused_with_its_line() {
        let cases = [
            ("// region:a\nx", 1),
            ("x\n// endregion:a\n", 2),
            ("// region:a\n// region:b\n// endregion:b\n", 2),
            ("// region:a\n// endregion:b\n", 2),
        ];
        for (source, expected) in cases {
            match extract(source, "a") {
                Err(Error::UnpairedMark { line, .. }) => assert_eq!(line, expected, "{source}"),
                other => panic!("{source}: {other:?}"),
            }
        }
    }
}
