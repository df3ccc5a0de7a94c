//! Makes the labs that students start from out of the solutions, and puts files where they belong.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::expects;
use crate::region::{self, Fault};
use crate::source::Source;

/// Holds the files of a folder by their paths below it.
pub(crate) type Tree = BTreeMap<PathBuf, Vec<u8>>;

/// Says why a starter could not be made.
#[derive(Debug)]
pub(crate) enum Error {
    Io {
        path: PathBuf,
        source: io::Error,
    },
    Mark {
        path: PathBuf,
        fault: Fault,
    },
    Utf8 {
        path: PathBuf,
    },
    Rustfmt {
        path: PathBuf,
        said: String,
    },
    /// No region of this stage has a sentence: a student could not start.
    NoTask {
        dir: PathBuf,
        stage: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Mark { path, fault } => write!(f, "{}:{}: {}", path.display(), fault.line, fault.mistake),
            Self::Utf8 { path } => write!(f, "{}: not UTF-8", path.display()),
            Self::Rustfmt { path, said } => write!(f, "{}: rustfmt: {said}", path.display()),
            Self::NoTask { dir, stage } => {
                write!(
                    f,
                    "{}: no region of stage `{stage}` has a sentence",
                    dir.display()
                )
            }
        }
    }
}

impl std::error::Error for Error {}

/// Renders the solution in the folder `solution` as it is once the first `solved` of the lab's stages are solved.
pub(crate) fn generate(solution: &Path, stages: &[&str], solved: usize) -> Result<Tree, Error> {
    let mut tree = read_tree(solution).map_err(|(path, source)| Error::Io { path, source })?;
    let mut tasks = vec![false; stages.len()];
    let mut cut = Vec::new();
    for (path, bytes) in &mut tree {
        if path.extension() != Some(OsStr::new("rs")) {
            continue;
        }
        let whole = || solution.join(path);
        let text = std::str::from_utf8(bytes).map_err(|_| Error::Utf8 { path: whole() })?;
        let pieces = region::parse(text, stages).map_err(|fault| Error::Mark { path: whole(), fault })?;
        for piece in &pieces {
            if let region::Piece::Region(region) = piece {
                tasks[region.stage] |= region.sentence.is_some();
            }
        }
        let rendered = region::render(&pieces, stages, solved);
        let text = if rendered.cuts.is_empty() {
            rendered.text
        } else {
            cut.push(path.clone());
            expects::above_functions(&rendered.text, &rendered.cuts)
        };
        *bytes = text.into_bytes();
    }
    if let Some(stage) = tasks.iter().position(|task| !task) {
        return Err(Error::NoTask {
            dir: solution.to_owned(),
            stage: stages[stage].to_owned(),
        });
    }
    for root in roots_with_todo(&tree) {
        let text = String::from_utf8_lossy(&tree[&root]);
        let text = expects::in_crate_root(&text);
        tree.insert(root.clone(), text.into_bytes());
        cut.push(root);
    }
    cut.sort();
    cut.dedup();
    for path in cut {
        let formatted = rustfmt(solution, &path, &tree[&path])?;
        tree.insert(path, formatted);
    }
    Ok(tree)
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

/// Finds every `todo!("STAGE: …")` of the Rust sources below `dir`, by file and line.
pub(crate) fn todos(dir: &Path) -> io::Result<Vec<Todo>> {
    let tree = read_tree(dir).map_err(|(_, source)| source)?;
    Ok(tree
        .iter()
        .flat_map(|(path, bytes)| todos_in(path, &String::from_utf8_lossy(bytes)))
        .collect())
}

/// Finds every `todo!("STAGE: …")` of one file's text.
pub(crate) fn todos_in(path: &Path, text: &str) -> Vec<Todo> {
    if path.extension() != Some(OsStr::new("rs")) {
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

/// Reads the files below `dir`, but for what is hidden or built. An error comes with its path.
pub(crate) fn read_tree(dir: &Path) -> Result<Tree, (PathBuf, io::Error)> {
    fn read(dir: &Path, below: &Path, tree: &mut Tree) -> Result<(), (PathBuf, io::Error)> {
        let folder = dir.join(below);
        let fail = |path: &Path, source| (path.to_owned(), source);
        for entry in fs::read_dir(&folder).map_err(|source| fail(&folder, source))? {
            let entry = entry.map_err(|source| fail(&folder, source))?;
            let name = entry.file_name();
            if name == "target" || name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            let kind = entry.file_type().map_err(|source| fail(&path, source))?;
            if kind.is_dir() {
                read(dir, &below.join(name), tree)?;
            } else if kind.is_file() {
                let bytes = fs::read(&path).map_err(|source| fail(&path, source))?;
                tree.insert(below.join(name), bytes);
            }
        }
        Ok(())
    }
    let mut tree = Tree::new();
    read(dir, Path::new(""), &mut tree)?;
    Ok(tree)
}

/// Makes the files below `dir` equal to `tree`: each is replaced by a rename, so that none is ever half written, and
/// those that are equal already are not touched, so that nothing is built again for them.
pub(crate) fn write_tree(dir: &Path, tree: &Tree) -> io::Result<()> {
    let there = if dir.exists() {
        read_tree(dir).map_err(|(_, source)| source)?
    } else {
        Tree::new()
    };
    for (path, bytes) in tree {
        if there.get(path) != Some(bytes) {
            write_file(&dir.join(path), bytes)?;
        }
    }
    for path in there.keys().filter(|path| !tree.contains_key(*path)) {
        fs::remove_file(dir.join(path))?;
        for folder in path.ancestors().skip(1).filter(|folder| *folder != Path::new("")) {
            if fs::remove_dir(dir.join(folder)).is_err() {
                break; // it still holds something
            }
        }
    }
    Ok(())
}

/// Writes a file beside its place and renames it there.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut name = OsStr::new(".").to_owned();
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    let beside = folder.join(name);
    let mode = fs::metadata(path).map(|metadata| metadata.permissions());
    let written = fs::write(&beside, bytes)
        .and_then(|()| mode.map_or(Ok(()), |mode| fs::set_permissions(&beside, mode)))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Finds the crate roots whose crates hold a `todo!`.
fn roots_with_todo(tree: &Tree) -> Vec<PathBuf> {
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
fn holds_todo(tree: &Tree, file: &Path, root: bool) -> bool {
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

/// Formats a source with the settings that hold in `dir`.
fn rustfmt(dir: &Path, path: &Path, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let fail = |said: String| Error::Rustfmt {
        path: dir.join(path),
        said,
    };
    let mut command = Command::new("rustfmt");
    command
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(dir);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| fail(error.to_string()))?;
    // rustfmt reads all of its input before it writes.
    let fed = child
        .stdin
        .take()
        .map_or(Ok(()), |mut stdin| stdin.write_all(bytes));
    let output = child
        .wait_with_output()
        .map_err(|error| fail(error.to_string()))?;
    if !output.status.success() {
        return Err(fail(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    fed.map_err(|error| fail(error.to_string()))?;
    Ok(output.stdout)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGES: &[&str] = &["count", "freq"];

    /// A folder that a test has for itself.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str, files: &[(&str, &str)]) -> Self {
            let dir = std::env::temp_dir().join(format!("starter-test-{}-{name}", std::process::id()));
            let tree = files
                .iter()
                .map(|(path, text)| (path.into(), text.as_bytes().to_vec()))
                .collect();
            write_tree(&dir, &tree).unwrap();
            Self(dir)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

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

    fn text<'a>(tree: &'a Tree, path: &str) -> &'a str {
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
            [("count".to_owned(), 91, 4), ("freq".to_owned(), 5, 13)],
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
        let error = generate(&lab.0, &["count", "freq", "range"], 0).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("no region of stage `range` has a sentence"),
            "{error}"
        );
        fs::write(lab.0.join("src/main.rs"), "fn main() {}\n// region:coutn\n").unwrap();
        let error = generate(&lab.0, STAGES, 0).unwrap_err();
        assert!(
            error
                .to_string()
                .ends_with("src/main.rs:2: no stage of this lab is called `coutn`"),
            "{error}"
        );
    }

    #[test]
    fn writing_a_tree_touches_only_what_differs() {
        let lab = Scratch::new("write", LAB);
        let before = fs::metadata(lab.0.join("src/lib.rs"))
            .unwrap()
            .modified()
            .unwrap();
        fs::create_dir_all(lab.0.join("src/old")).unwrap();
        fs::write(lab.0.join("src/old/gone.rs"), "").unwrap();
        let mut tree = read_tree(&lab.0).unwrap();
        tree.remove(Path::new("src/old/gone.rs"));
        tree.insert("src/main.rs".into(), b"fn main() {}\n".to_vec());
        write_tree(&lab.0, &tree).unwrap();
        assert_eq!(read_tree(&lab.0).unwrap(), tree);
        assert!(!lab.0.join("src/old").exists());
        assert_eq!(
            fs::metadata(lab.0.join("src/lib.rs"))
                .unwrap()
                .modified()
                .unwrap(),
            before
        );
    }
}
