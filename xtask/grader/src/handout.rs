//! `handout`: the students' repository, without what is not theirs to see, and with a history of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use xtask::check::print_quietly;
use xtask::course::{Course, place_of};
use xtask::exit::{FAULT, OK, Result, Stop};
use xtask::subject::{Files, write};
use xtask::tree;

use crate::prints;

/// What a hand-out lacks.
const KEPT_BACK: [&str; 12] = [
    "solutions",
    "tests/mutants",
    "tests/hidden",
    "tests/hostile",
    "tests/fuzz",
    "xtask/grader",
    "book/src/grading.md",
    "docs/ARCHITECTURE.md",
    "docs/STYLE.md",
    "CONTRIBUTING.md",
    ".ci",
    ".github",
];

/// Of what is kept back, that of which nothing may be anywhere in a hand-out, under whatever name. A given file of a solution is the same in
/// the starter.
const SECRET: [&str; 4] = ["tests/mutants", "tests/hidden", "tests/hostile", "xtask/grader"];

/// What checks the students' work at each push.
const WORKFLOW: &str = "\
name: check

on: [push, pull_request]

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 45
    steps:
      - uses: actions/checkout@v4
      # rust-toolchain.toml names the version; rustup comes with the image.
      - run: rustup toolchain install
      - uses: actions/cache@v4
        with:
          path: |
            ~/.cargo/registry
            target
          key: check-${{ hashFiles('Cargo.lock') }}
      # Red until every stage passes: the log says which do.
      - run: cargo xtask check all
";

/// Writes the students' repository into `out`: a new one, or a new version in one that an earlier hand-out made.
///
/// # Errors
/// `out` is something else, git or cargo fail, or something that is kept back would be in it.
pub fn run(course: &Course, out: &Path) -> Result<u8> {
    let again = out.join(".git").is_dir();
    let empty = fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    if !again && !empty {
        return Err(Stop::usage(format!(
            "{} is not empty, and no repository",
            out.display()
        )));
    }
    let files = files(course)?;
    leaks(course, &files)?;
    fs::create_dir_all(out).map_err(|error| Stop::io(out, error))?;
    if again {
        for path in tracked(out)? {
            tree::remove(out, &path)?;
        }
    } else {
        git(out, &["init", "--quiet", "--initial-branch=main"])?;
    }
    for (path, bytes) in &files {
        write(&out.join(path), bytes)?;
        let from = course.root.join(path);
        if let Ok(data) = fs::metadata(&from) {
            let place = out.join(path);
            fs::set_permissions(&place, data.permissions()).map_err(|error| Stop::io(&place, error))?;
        }
    }
    // Without the grader the lock file needs less; cargo would write it anew at a student's first build.
    let mut lock = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    lock.args(["metadata", "--offline", "--format-version", "1", "--quiet"])
        .current_dir(out);
    succeed(lock.stdout(Stdio::null()))?;
    git(out, &["add", "--all"])?;
    let same = git(out, &["diff", "--cached", "--quiet"]).is_ok();
    if !same {
        let name = if again {
            "New course material"
        } else {
            "The course"
        };
        git(out, &["commit", "--quiet", "--message", name])?;
    }
    print_quietly(&format!("{}: {} files\n", out.display(), files.len()))?;
    Ok(OK)
}

/// Everything that students get, by its path.
fn files(course: &Course) -> Result<Files> {
    let homes: Vec<PathBuf> = course.labs.iter().map(|lab| place_of(&lab.dir)).collect();
    let mut files = Files::new();
    for path in tracked(&course.root)? {
        let back = KEPT_BACK.iter().any(|back| path.starts_with(back));
        // Whoever teaches may have solved a lab here. The pristine copy is handed out.
        if !back && !homes.iter().any(|home| path.starts_with(home)) {
            let file = course.root.join(&path);
            files.insert(path, fs::read(&file).map_err(|error| Stop::io(&file, error))?);
        }
    }
    for (lab, home) in course.labs.iter().zip(homes) {
        for (path, bytes) in tree::read(&course.starter_dir(lab))? {
            files.insert(home.join(path), bytes);
        }
    }
    edit(&mut files, "Cargo.toml", |text| {
        Some(text.replacen("\"xtask/grader\", ", "", 1)).filter(|new| new != text)
    })?;
    edit(&mut files, "README.md", |text| {
        Some(without_sections(text, &["## For instructors", "## For authors"]))
    })?;
    edit(&mut files, "book/src/SUMMARY.md", |text| {
        Some(
            text.split_inclusive('\n')
                .filter(|line| !line.contains("(grading.md)"))
                .collect(),
        )
    })?;
    files.insert(".github/workflows/check.yml".into(), WORKFLOW.into());
    Ok(files)
}

fn edit(files: &mut Files, path: &str, change: impl Fn(&str) -> Option<String>) -> Result {
    let wrong = || Stop::new(FAULT, format!("{path} is not as a hand-out expects it"));
    let bytes = files.get_mut(Path::new(path)).ok_or_else(wrong)?;
    let text = String::from_utf8_lossy(bytes).into_owned();
    *bytes = change(&text).ok_or_else(wrong)?.into_bytes();
    Ok(())
}

/// Leaves out the sections with these headings.
fn without_sections(text: &str, headings: &[&str]) -> String {
    let mut keep = true;
    let wanted = |line: &&str| {
        if line.starts_with("## ") {
            keep = !headings.contains(&line.trim_end());
        }
        keep
    };
    text.split_inclusive('\n').filter(wanted).collect()
}

/// Looks whether anything that is kept back is among `files` under another name, or is named in them.
fn leaks(course: &Course, files: &Files) -> Result {
    let (mut secret, mut names) = (BTreeSet::new(), BTreeSet::new());
    for folder in SECRET {
        for (path, bytes) in tree::read(&course.root.join(folder))? {
            if folder == "tests/hidden"
                && let Some(name) = path.file_stem().and_then(|name| name.to_str())
            {
                names.insert(name.to_owned());
            }
            let one = Files::from([(PathBuf::new(), bytes)]);
            secret.insert(prints::of_files(&one));
        }
    }
    for (path, bytes) in files {
        let back = KEPT_BACK.iter().any(|back| path.starts_with(back)) && !path.starts_with(".github");
        let one = Files::from([(PathBuf::new(), bytes.clone())]);
        let text = String::from_utf8_lossy(bytes);
        let named = names.iter().find(|name| text.contains(&***name));
        if back || secret.contains(&prints::of_files(&one)) {
            return Err(Stop::new(
                FAULT,
                format!("{} would be handed out", path.display()),
            ));
        }
        if let Some(name) = named {
            return Err(Stop::new(
                FAULT,
                format!("{} names the hidden case {name}", path.display()),
            ));
        }
    }
    Ok(())
}

fn tracked(root: &Path) -> Result<Vec<PathBuf>> {
    let mut command = Command::new("git");
    command.args(["ls-files", "-z"]).current_dir(root);
    let output = command
        .output()
        .map_err(|error| Stop::failed(format!("git: {error}")))?;
    if !output.status.success() {
        return Err(Stop::failed(String::from_utf8_lossy(&output.stderr)));
    }
    let names = String::from_utf8_lossy(&output.stdout).into_owned();
    let paths = names.split_terminator('\0').map(PathBuf::from);
    Ok(paths.filter(|path| root.join(path).is_file()).collect())
}

/// Runs git as nobody in particular, whatever is configured here.
fn git(dir: &Path, args: &[&str]) -> Result {
    let mut command = Command::new("git");
    command.args([
        "-c",
        "user.name=The course",
        "-c",
        "user.email=course@localhost",
        "-c",
        "commit.gpgsign=false",
    ]);
    command
        .args(["-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false"])
        .args(args)
        .current_dir(dir);
    succeed(&mut command)
}

fn succeed(command: &mut Command) -> Result {
    let output = command.stdin(Stdio::null()).stderr(Stdio::piped()).output();
    let output =
        output.map_err(|error| Stop::failed(format!("{}: {error}", command.get_program().display())))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Stop::failed(format!(
        "{}: {}",
        command.get_program().display(),
        String::from_utf8_lossy(&output.stderr)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_back_is_not_among_the_files_and_the_rest_is() {
        let course = Course::find().expect("the tests run inside of the course");
        let files = files(&course).unwrap();
        leaks(&course, &files).unwrap();
        for path in [
            "labs/lab01-wordcount/src/main.rs",
            "tests/lab01-wordcount/lab.toml",
            "tests/starters/lab01-wordcount/Cargo.toml",
            "xtask/src/main.rs",
        ] {
            assert!(files.contains_key(Path::new(path)), "{path}");
        }
        let root = String::from_utf8_lossy(&files[Path::new("Cargo.toml")]).into_owned();
        assert!(!root.contains("xtask/grader"));
        let mut with = files.clone();
        let hidden = tree::read(&course.root.join("tests/hidden")).unwrap();
        with.insert("docs/x.json".into(), hidden.values().next().unwrap().clone());
        assert!(leaks(&course, &with).is_err());
    }

    #[test]
    fn a_section_ends_with_the_next_one() {
        assert_eq!(
            without_sections("# a\n## b\nx\n### c\n## d\ny\n", &["## b"]),
            "# a\n## d\ny\n"
        );
    }
}
