//! `new-lab`: a lab that passes `verify` from the first minute, to be turned into a real one step by step.

use std::fs;
use std::path::PathBuf;

use crate::{bless, starter, starters};
use xtask::check::print_quietly;
use xtask::course::{Course, Lab, lab_number};
use xtask::exit::{OK, Result, Stop};
use xtask::subject::write_atomically;
use xtask::t;

/// The files of a new lab: where they go, and what they hold. `@NAME@` and `@DIR@` are filled in in both.
const TEMPLATES: &[(&str, &str)] = &[
    (
        "solutions/@DIR@/Cargo.toml",
        include_str!("../templates/new-lab/solution.toml"),
    ),
    (
        "solutions/@DIR@/src/lib.rs",
        include_str!("../templates/new-lab/lib.rs"),
    ),
    (
        "solutions/@DIR@/src/main.rs",
        include_str!("../templates/new-lab/main.rs"),
    ),
    (
        "tests/@DIR@/Cargo.toml",
        include_str!("../templates/new-lab/suite.toml"),
    ),
    (
        "tests/@DIR@/lab.toml",
        include_str!("../templates/new-lab/lab.toml"),
    ),
    (
        "tests/@DIR@/lab.en.toml",
        include_str!("../templates/new-lab/lab.en.toml"),
    ),
    (
        "tests/@DIR@/stages.rs",
        include_str!("../templates/new-lab/stages.rs"),
    ),
    (
        "tests/@DIR@/number.rs",
        include_str!("../templates/new-lab/number.rs"),
    ),
    (
        "book/src/@DIR@.md",
        include_str!("../templates/new-lab/chapter.md"),
    ),
    (
        "tests/mutants/@DIR@/begins-with-zero.toml",
        include_str!("../templates/new-lab/wrong/begins-with-zero.toml"),
    ),
    (
        "tests/mutants/@DIR@/drops-carriage-returns.toml",
        include_str!("../templates/new-lab/wrong/drops-carriage-returns.toml"),
    ),
    (
        "tests/mutants/@DIR@/ends-every-line.toml",
        include_str!("../templates/new-lab/wrong/ends-every-line.toml"),
    ),
    (
        "tests/mutants/@DIR@/passes-over-empty-lines.toml",
        include_str!("../templates/new-lab/wrong/passes-over-empty-lines.toml"),
    ),
    (
        "tests/mutants/@DIR@/replaces-what-is-no-text.toml",
        include_str!("../templates/new-lab/wrong/replaces-what-is-no-text.toml"),
    ),
];

/// Words that a crate, or one of ours, cannot be called.
const TAKEN: &[&str] = &["all", "alloc", "core", "lab", "std", "support", "test", "xtask"];

/// Makes a lab called `name` with the next free number.
pub(crate) fn run(course: &Course, name: &str) -> Result<u8> {
    course.solutions()?;
    usable(course, name)?;
    let number = course
        .labs
        .iter()
        .filter_map(|lab| lab_number(&lab.dir))
        .max()
        .unwrap_or(0)
        + 1;
    let dir = format!("lab{number:02}-{name}");
    let files: Vec<(PathBuf, String)> = TEMPLATES
        .iter()
        .map(|(path, text)| (PathBuf::from(fill(path, name, &dir)), fill(text, name, &dir)))
        .collect();
    for (path, _) in &files {
        if course.root.join(path).exists() {
            return Err(Stop::failed(t!("new_lab.exists", file = path.display())));
        }
    }
    for (path, text) in &files {
        let text = if starter::is_rust(path) {
            starter::rustfmt(&course.root, path, text.as_bytes())?
        } else {
            text.clone().into_bytes()
        };
        write_atomically(&course.root.join(path), &text)?;
    }
    let summary = course.root.join("book/src/SUMMARY.md");
    let text = fs::read_to_string(&summary).map_err(|error| Stop::io(&summary, error))?;
    write_atomically(&summary, listed(&text, name, &dir).as_bytes())?;

    let course = Course::load(&course.root)?;
    let lab: &Lab = course.target(name)?.lab;
    let made = starter::generate(&course.solutions()?.join(&dir), &lab.stage_names(), 0)?;
    starters::write(&course, lab, &made)?;
    bless::bless(&course, lab, true)?;
    print_quietly(&format!("\n{}\n", t!("new_lab.done", dir = dir, name = name)))?;
    Ok(OK)
}

/// Refuses a name that is no crate's, or is one's already.
fn usable(course: &Course, name: &str) -> Result {
    let plain = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|character| character.is_ascii_lowercase() || character.is_ascii_digit());
    if !plain || is_keyword(name) {
        return Err(Stop::usage(t!("new_lab.bad_name", name = name)));
    }
    let lock = course.root.join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|error| Stop::io(&lock, error))?;
    let numbered = name
        .strip_prefix("lab")
        .is_some_and(|rest| rest.parse::<u32>().is_ok());
    if TAKEN.contains(&name) || numbered || lock.contains(&format!("\nname = \"{name}\"\n")) {
        return Err(Stop::usage(t!("new_lab.taken", name = name)));
    }
    Ok(())
}

/// Source: The Rust Reference, "Keywords", strict and reserved ones.
fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else enum extern \
        false final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self static \
        struct super trait true try type typeof unsafe unsized use virtual where while yield";
    KEYWORDS.split(' ').any(|keyword| keyword == name)
}

fn fill(text: &str, name: &str, dir: &str) -> String {
    text.replace("@NAME@", name).replace("@DIR@", dir)
}

/// Lists the chapter behind the last lab's, or at the end.
fn listed(summary: &str, name: &str, dir: &str) -> String {
    let line = format!("- [{name}]({dir}.md)\n");
    let is_lab = |line: &str| {
        let file = line.rsplit_once("](").map_or("", |(_, file)| file);
        lab_number(file).is_some()
    };
    let mut at = summary.len();
    let mut end = 0;
    for line in summary.split_inclusive('\n') {
        end += line.len();
        if is_lab(line) {
            at = end;
        }
    }
    let (before, after) = summary.split_at(at);
    let gap = if before.ends_with('\n') || before.is_empty() {
        ""
    } else {
        "\n"
    };
    format!("{before}{gap}{line}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_chapter_is_listed_behind_the_last_labs() {
        let summary = "# Labs\n\n- [a](lab01-a.md)\n- [b](lab02-b.md)\n\n# Background\n\n- [c](c.md)\n";
        assert_eq!(
            listed(summary, "x", "lab03-x"),
            summary.replace("(lab02-b.md)\n", "(lab02-b.md)\n- [x](lab03-x.md)\n")
        );
        assert_eq!(listed("# Labs", "x", "lab01-x"), "# Labs\n- [x](lab01-x.md)\n");
    }

    #[test]
    fn every_template_file_is_used() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/new-lab");
        let files = xtask::tree::read(&dir).unwrap();
        for (path, bytes) in &files {
            let text = String::from_utf8_lossy(bytes);
            assert!(
                TEMPLATES.iter().any(|(_, template)| *template == text),
                "{}",
                path.display()
            );
        }
        assert_eq!(files.len(), TEMPLATES.len());
    }

    #[test]
    fn keywords_are_known() {
        assert!(is_keyword("match") && is_keyword("yield") && !is_keyword("pinger"));
    }
}
