//! Makes the labs that students start from out of the solutions.

pub(crate) mod expects;
pub(crate) mod region;
pub(crate) mod render;

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::source::Source;
use xtask::exit::{NOT_INSTALLED, Result, Stop};
use xtask::subject::Files;
use xtask::{earlier, t, tree};

/// Renders the solution in the folder `solution` as it is once the first `solved` of the lab's `stages` are solved: 0
/// gives the starter.
///
/// # Errors
/// A mark is wrong (the message names file and line), a stage asks for nothing, or the result is no Rust.
pub(crate) fn generate(solution: &Path, stages: &[&str], solved: usize) -> Result<Files> {
    generate_with(solution, stages, |stage| stage < solved)
}

/// Renders a solution in which just the stages are solved for which `solved` holds.
///
/// # Errors
/// Those of [`generate`].
pub(crate) fn generate_with(
    solution: &Path,
    stages: &[&str],
    solved: impl Fn(usize) -> bool,
) -> Result<Files> {
    let mut files = tree::read(solution)?;
    let lab = solution.file_name().and_then(OsStr::to_str).unwrap_or_default();
    if let Some(manifest) = files.get_mut(Path::new("Cargo.toml")) {
        *manifest = earlier::in_students_tree(lab, &String::from_utf8_lossy(manifest)).into_bytes();
    }
    let mut tasks = vec![false; stages.len()];
    let mut cut = Vec::new();
    for (path, bytes) in files.iter_mut().filter(|(path, _)| is_rust(path)) {
        let whole = solution.join(path);
        let text = std::str::from_utf8(bytes).map_err(|error| Stop::io(&whole, error))?;
        let pieces = region::parse(text, stages).map_err(|fault| {
            Stop::failed(format!(
                "{}:{}: {}",
                whole.display(),
                fault.line,
                fault.mistake.sentence()
            ))
        })?;
        for piece in &pieces {
            if let region::Piece::Region(region) = piece {
                tasks[region.stage] |= region.sentence.is_some();
            }
        }
        let rendered = render::render(&pieces, stages, &solved);
        let text = if rendered.cuts.is_empty() {
            rendered.text
        } else {
            cut.push(path.clone());
            expects::above_functions(&rendered.text, &rendered.cuts)
        };
        *bytes = text.into_bytes();
    }
    if let Some(stage) = tasks.iter().position(|task| !task) {
        return Err(Stop::io(solution, t!("starters.no_task", stage = stages[stage])));
    }
    for root in roots_with_todo(&files) {
        let text = expects::in_crate_root(&String::from_utf8_lossy(&files[&root]));
        files.insert(root.clone(), text.into_bytes());
        cut.push(root);
    }
    cut.sort();
    cut.dedup();
    for path in cut {
        let formatted = rustfmt(solution, &path, &files[&path])?;
        files.insert(path, formatted);
    }
    Ok(files)
}

/// Is the place of one piece of work in a student's lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Todo {
    pub(crate) stage: String,
    pub(crate) sentence: String,
    /// Below the lab's folder.
    pub(crate) file: PathBuf,
    /// Counted from 1.
    pub(crate) line: usize,
    /// The place in the file's text, in bytes.
    pub(crate) at: usize,
}

/// Finds every `todo!("STAGE: …")` of one file's text.
pub(crate) fn todos_in(path: &Path, text: &str) -> Vec<Todo> {
    if !is_rust(path) {
        return Vec::new();
    }
    let source = Source::new(text);
    let macros = source.code.match_indices("todo!(");
    macros
        .filter_map(|(at, start)| {
            let said = text[at + start.len()..].trim_start().strip_prefix('"')?;
            let said = unescape(said)?;
            let (stage, sentence) = said.split_once(": ")?;
            let (stage, sentence) = (stage.to_owned(), sentence.to_owned());
            Some(Todo {
                stage,
                sentence,
                file: path.to_owned(),
                line: source.line(at),
                at,
            })
        })
        .collect()
}

/// Reads a format string up to its closing quote.
fn unescape(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return Some(out.replace("{{", "{").replace("}}", "}")),
            '\\' => out.push(characters.next()?),
            character => out.push(character),
        }
    }
}

/// Finds the crate roots whose crates hold a `todo!`.
pub(crate) fn roots_with_todo(tree: &Files) -> Vec<PathBuf> {
    let roots = tree.keys().filter(|path| {
        let parts: Vec<&str> = path.iter().filter_map(OsStr::to_str).collect();
        match parts.as_slice() {
            ["src", "lib.rs" | "main.rs"] => true,
            ["src", "bin", file] | ["tests" | "examples" | "benches", file] => file.ends_with(".rs"),
            ["src", "bin", _, "main.rs"] => true,
            _ => false,
        }
    });
    roots
        .filter(|root| holds_todo(tree, root, true))
        .cloned()
        .collect()
}

/// Tells whether a module's file or one of the modules that it declares holds a `todo!`.
fn holds_todo(tree: &Files, file: &Path, root: bool) -> bool {
    let Some(bytes) = tree.get(file) else { return false };
    let text = String::from_utf8_lossy(bytes);
    let source = Source::new(&text);
    if source.code.contains("todo!(") {
        return true;
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let inside = match file.file_stem() {
        Some(stem) if !root && stem != "mod" => folder.join(stem),
        _ => folder.to_owned(),
    };
    let modules = source.code.lines().filter_map(|line| {
        let line = line.trim().strip_suffix(';')?;
        let (before, name) = line.rsplit_once(' ')?;
        before.ends_with("mod").then_some(name)
    });
    let modules: Vec<&str> = modules.collect();
    modules.into_iter().any(|name| {
        holds_todo(tree, &inside.join(format!("{name}.rs")), false)
            || holds_todo(tree, &inside.join(name).join("mod.rs"), false)
    })
}

/// Tells a Rust source by its name.
pub(crate) fn is_rust(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("rs"))
}

/// Formats a source with the settings that hold in `dir`.
pub(crate) fn rustfmt(dir: &Path, path: &Path, bytes: &[u8]) -> Result<Vec<u8>> {
    let absent = |error: std::io::Error| Stop::new(NOT_INSTALLED, t!("starters.no_rustfmt", error = error));
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(absent)?;
    // rustfmt reads all of its input before it writes.
    let fed = child
        .stdin
        .take()
        .map_or(Ok(()), |mut stdin| stdin.write_all(bytes));
    let output = child.wait_with_output().map_err(absent)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Stop::io(&dir.join(path), format!("rustfmt: {}", said.trim())));
    }
    fed.map_err(absent)?;
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use xtask::tree::scratch::Scratch;

    const STAGES: &[&str] = &["count", "freq"];

    const LAB: &[(&str, &str)] = &[
        ("Cargo.toml", "[package]\nname = \"tiny\"\nedition = \"2024\"\n"),
        ("src/lib.rs", "//! A lab.\n\nmod count;\n"),
        (
            "src/count.rs",
            "\
/// Counts, and ranks the words of a text, whatever it is that somebody calls a word in these difficult times.
pub fn count(text: &[u8], words: &mut Vec<u8>) -> usize {
    // region:count Walk the bytes once and remember whether the last one was inside of a word or of the space between.
    let n = text.len();
    words.clear();

    n
    // endregion:count
}

/// Ranks.
pub fn freq(text: &[u8]) -> usize {
    let all = text.len();
    // region:freq Rank.
    all
    // endregion:freq
}
",
        ),
        ("src/main.rs", "//! A program.\n\nfn main() {\n    println!();\n}\n"),
    ];

    fn text<'a>(tree: &'a Files, path: &str) -> &'a str {
        std::str::from_utf8(&tree[Path::new(path)]).unwrap()
    }

    #[test]
    fn a_starter_has_its_sentences_and_expectations_and_is_formatted() {
        let lab = Scratch::new("generate", LAB);
        let tree = generate(&lab.0, STAGES, 0).unwrap();
        let root = "//! A lab.\n\n#![expect(clippy::todo, reason = \"delete this line with the last todo!\")]\n\nmod count;\n";
        assert_eq!(text(&tree, "src/lib.rs"), root);
        assert_eq!(
            text(&tree, "src/main.rs"),
            LAB[3].1,
            "the program's own crate holds no todo!"
        );
        let count = text(&tree, "src/count.rs");
        assert_eq!(
            count.matches("#[expect(unused_variables, reason").count(),
            2,
            "{count}"
        );
        for (path, bytes) in tree
            .iter()
            .filter(|(path, _)| path.extension() == Some(OsStr::new("rs")))
        {
            assert_eq!(
                &rustfmt(&lab.0, path, bytes).unwrap(),
                bytes,
                "{}",
                path.display()
            );
        }
        let todos: Vec<_> = todos_in(Path::new("count.rs"), count)
            .into_iter()
            .map(|todo| (todo.stage, todo.sentence.len(), todo.line))
            .collect();
        assert_eq!(
            todos,
            [("count".to_owned(), 99, 4), ("freq".to_owned(), 5, 13)],
            "{count}"
        );
    }

    #[test]
    fn all_stages_solved_give_the_solution_without_marks() {
        let lab = Scratch::new("solved", LAB);
        let tree = generate(&lab.0, STAGES, 2).unwrap();
        assert_eq!(text(&tree, "src/lib.rs"), LAB[1].1);
        let plain: String = LAB[2]
            .1
            .split_inclusive('\n')
            .filter(|line| !line.contains("region:"))
            .collect();
        assert_eq!(text(&tree, "src/count.rs"), plain);
    }

    #[test]
    fn a_stage_without_a_sentence_and_a_wrong_mark_are_named() {
        let lab = Scratch::new("wrong", LAB);
        let Stop { message: error, .. } = generate(&lab.0, &["count", "freq", "range"], 0).unwrap_err();
        assert!(
            error.contains("no region of stage `range` has a sentence"),
            "{error}"
        );
        std::fs::write(lab.0.join("src/main.rs"), "fn main() {}\n// region:coutn\n").unwrap();
        let Stop { message: error, .. } = generate(&lab.0, STAGES, 0).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("src/main.rs:2: this lab has no stage `coutn`"),
            "{error}"
        );
    }
}
