//! Running the downloader, and looking at what it left in the folder.

use std::fs;
use std::path::Path;

use support::http::Body;
use support::{Case, Ended, Running, text};

/// Runs the downloader with these arguments to its end.
pub(crate) fn downloader(case: &mut Case, args: &[&str]) -> Ended {
    case.program("downloader").args(args).run()
}

/// Starts the downloader with these arguments.
pub(crate) fn start(case: &mut Case, args: &[&str]) -> Running {
    case.program("downloader").args(args).spawn()
}

/// Expects success, the file's name on standard output, its bytes, and nothing else of the download in the folder.
pub(crate) fn expect_saved(case: &mut Case, ended: &Ended, name: &str, body: &Body) {
    if ended.code() != 0 {
        case.expect(
            ended,
            false,
            "exit status 0",
            format!("exit status {}\n{}", ended.code(), ended.stderr_text()),
        );
    }
    case.expect_stdout(ended, format!("{name}\n"));
    expect_bytes(case, ended, name, body);
    for left in [format!("{name}.part"), format!("{name}.part.journal")] {
        let there = case.dir().join(&left).exists();
        case.expect(ended, !there, &format!("no {left} at the end"), "it is there");
    }
}

/// Expects the file `name` in the case's folder to hold what `body` does.
pub(crate) fn expect_bytes(case: &mut Case, ended: &Ended, name: &str, body: &Body) {
    let found = difference(&case.dir().join(name), body);
    let what = format!("the bytes of the server in {name}");
    case.expect(ended, found.is_none(), &what, found.unwrap_or_default());
}

/// Says in what the file at `path` differs from `body`.
fn difference(path: &Path, body: &Body) -> Option<String> {
    const PIECE: u64 = 1 << 20;
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Some(error.to_string()),
    };
    let length = body.len().expect("what is saved has an end");
    if bytes.len() as u64 != length {
        return Some(format!("{} bytes and not {length}", bytes.len()));
    }
    let mut pieces = (0..).step_by(PIECE as usize).zip(bytes.chunks(PIECE as usize));
    let (from, piece, expected) = pieces.find_map(|(from, piece)| {
        let expected = body.bytes(from..from + PIECE);
        (piece != expected).then_some((from, piece, expected))
    })?;
    let first = piece.iter().zip(&expected).position(|(a, b)| a != b)? as u64;
    let wrong = piece.iter().zip(&expected).filter(|(a, b)| a != b).count();
    Some(format!(
        "it differs from byte {} on; {wrong} bytes of the same MiB are wrong",
        from + first
    ))
}

/// Writes what is in `dir` and below: a line for each file, with its length, and for each folder.
pub(crate) fn tree(dir: &Path) -> String {
    let mut lines = Vec::new();
    walk(dir, "", &mut lines);
    lines.sort();
    lines.concat()
}

fn walk(dir: &Path, before: &str, lines: &mut Vec<String>) {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = format!("{before}{}", text::visible(name.as_encoded_bytes()));
        match entry.metadata() {
            Ok(meta) if meta.is_dir() => {
                walk(&entry.path(), &format!("{name}/"), lines);
                lines.push(format!("{name}/\n"));
            }
            Ok(meta) => lines.push(format!("{name}: {} bytes\n", meta.len())),
            // It went while we looked.
            Err(_) => {}
        }
    }
}

/// The notes on standard error that contain `word`, a line each, with `…` for the milliseconds that were drawn.
pub(crate) fn notes(ended: &Ended, word: &str) -> String {
    let stderr = ended.stderr_text();
    let lines = stderr.lines().filter(|line| line.contains(word));
    lines
        .map(|line| {
            let line = match line
                .split_once(" in ")
                .and_then(|(a, b)| Some((a, b.split_once(" ms (")?)))
            {
                Some((before, (_, behind))) => format!("{before} in … ms ({behind}"),
                None => line.to_owned(),
            };
            line + "\n"
        })
        .collect()
}

/// A table whose rows are runs, for one snapshot.
#[derive(Default)]
pub(crate) struct Sheet {
    text: String,
    last: Option<Ended>,
}

impl Sheet {
    /// Adds a row: what `ended` printed, its exit status, and `more`, under `title`.
    pub(crate) fn row(&mut self, title: &str, ended: Ended, more: &str) -> &Ended {
        self.text.push_str(&format!("== {title}: {}\n", ended.code()));
        for part in [&text::visible(&ended.stdout), more] {
            self.text.push_str(part);
            if !part.is_empty() && !part.ends_with('\n') {
                self.text.push('\n');
            }
        }
        self.last.insert(ended)
    }

    /// Compares all rows with the snapshot.
    pub(crate) fn compare(self, case: &mut Case) {
        let last = self.last.expect("a sheet has rows");
        case.snapshot_text(&last, &self.text);
    }
}
