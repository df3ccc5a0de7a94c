//! The directives that a chapter may hold.

use crate::error::{Error, Result};

/// Something that a chapter takes from the tree.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Directive<'a> {
    /// A region of the reference.
    Code {
        lab: &'a str,
        file: &'a str,
        region: &'a str,
    },
    /// A committed snapshot, `case` being `STAGE.CASE`.
    Snapshot { lab: &'a str, case: &'a str },
    /// The figures of a lab's bench.
    Bench { lab: &'a str },
    /// A drawing below `src/figures`.
    Figure { file: &'a str, caption: &'a str },
}

impl<'a> Directive<'a> {
    /// Reads the directive on `line`, or nothing when the line holds none.
    ///
    /// # Errors
    /// An unknown name, arguments that do not fit, or text beside the directive.
    pub(crate) fn parse(line: &'a str) -> Result<Option<Self>> {
        let Some(start) = line.find("{{#") else {
            return Ok(None);
        };
        let inner = line
            .trim()
            .strip_prefix("{{#")
            .and_then(|rest| rest.strip_suffix("}}"));
        let text = inner.unwrap_or(&line[start + 3..]);
        let name_end = text
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(text.len());
        let (name, arguments) = text.split_at(name_end);
        let usage = match name {
            "code" => "{{#code LAB/src/FILE.rs NAME}}",
            "snapshot" => "{{#snapshot LAB/STAGE.CASE}}",
            "bench" => "{{#bench LAB}}",
            "figure" => "{{#figure FILE.svg CAPTION}}",
            _ => return Err(Error::UnknownDirective(name.to_owned())),
        };
        if inner.is_none() || text.contains("}}") {
            return Err(Error::Usage(usage));
        }
        let arguments = arguments.trim();
        let parsed = match name {
            "code" => two(arguments, ' ').and_then(|(path, region)| {
                let (lab, file) = two(path, '/')?;
                Some(Self::Code { lab, file, region })
            }),
            "snapshot" => two(arguments, '/').map(|(lab, case)| Self::Snapshot { lab, case }),
            "bench" => one(arguments).map(|lab| Self::Bench { lab }),
            _ => two(arguments, ' ').map(|(file, caption)| Self::Figure { file, caption }),
        };
        match parsed {
            Some(directive) if !directive.climbs() => Ok(Some(directive)),
            _ => Err(Error::Usage(usage)),
        }
    }

    /// Tells whether a path of the directive leaves its folder.
    fn climbs(&self) -> bool {
        let climbs = |path: &str| path.starts_with('/') || path.split('/').any(|part| part == "..");
        match self {
            Self::Code { lab, file, .. } => climbs(lab) || climbs(file),
            Self::Snapshot { lab, case } => climbs(lab) || climbs(case),
            Self::Bench { lab } => climbs(lab),
            Self::Figure { file, .. } => climbs(file),
        }
    }
}

/// Takes `text` as one word.
fn one(text: &str) -> Option<&str> {
    (!text.is_empty() && !text.contains(char::is_whitespace)).then_some(text)
}

/// Cuts `text` in two at the first `at`, neither half being empty.
fn two(text: &str, at: char) -> Option<(&str, &str)> {
    let (first, second) = text.split_once(at)?;
    let (first, second) = (first.trim(), second.trim());
    (!first.is_empty() && !second.is_empty()).then_some((first, second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directive_is_read_with_its_arguments() {
        let cases = [
            (
                "{{#code lab01-wordcount/src/count.rs count/walk}}",
                Directive::Code {
                    lab: "lab01-wordcount",
                    file: "src/count.rs",
                    region: "count/walk",
                },
            ),
            (
                "  {{#snapshot lab01-wordcount/count.one_file}}  ",
                Directive::Snapshot {
                    lab: "lab01-wordcount",
                    case: "count.one_file",
                },
            ),
            (
                "{{#bench lab02-loganalysis}}",
                Directive::Bench {
                    lab: "lab02-loganalysis",
                },
            ),
            (
                "{{#figure inode.svg A name leads to an inode.}}",
                Directive::Figure {
                    file: "inode.svg",
                    caption: "A name leads to an inode.",
                },
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(Directive::parse(line).unwrap(), Some(expected), "{line}");
        }
    }

    #[test]
    fn a_line_without_a_directive_holds_none() {
        assert_eq!(
            Directive::parse("a set is written {1, 2}, never {{1}}").unwrap(),
            None
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_form_that_would() {
        for line in [
            "{{#include src/lib.rs}}",
            "{{#code lab01-wordcount/src/count.rs}}",
            "{{#code src}}",
            "{{#code lab01-wordcount/../../etc/passwd root}}",
            "{{#snapshot count.one_file}}",
            "{{#bench lab01 lab02}}",
            "{{#bench}}",
            "see {{#bench lab01-wordcount}}",
            "{{#bench lab01-wordcount",
        ] {
            assert!(Directive::parse(line).is_err(), "{line}");
        }
    }
}
