//! Compiles and runs the Rust examples of a chapter, as `rustdoc --test` does for a library.

use std::path::Path;
use std::process::Command;

use crate::error::{Error, Result};

/// What rustdoc said of a chapter.
pub(crate) struct Outcome {
    /// How many examples ran.
    pub(crate) ran: usize,
    /// rustdoc's own words when one failed.
    pub(crate) fault: Option<String>,
}

/// Runs the examples of the chapter `text`, whose name is `chapter`, in `folder`.
///
/// # Errors
/// rustdoc cannot be started, or the folder cannot be written.
pub(crate) fn run(folder: &Path, chapter: &Path, text: &str) -> Result<Outcome> {
    if !text.lines().any(|line| line.trim_start().starts_with("```rust")) {
        return Ok(Outcome { ran: 0, fault: None });
    }
    let file = folder.join(chapter);
    let parent = file.parent().unwrap_or(folder);
    std::fs::create_dir_all(parent)
        .and_then(|()| std::fs::write(&file, text))
        .map_err(|source| Error::Write {
            path: file.clone(),
            source,
        })?;
    let rustdoc = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let output = Command::new(&rustdoc)
        .args(["--test", "--edition", "2024"])
        .arg(&file)
        .output()
        .map_err(|source| Error::Read {
            path: rustdoc.into(),
            source,
        })?;
    let said = String::from_utf8_lossy(&output.stdout);
    let ran = said.lines().filter_map(passed).sum();
    let fault = (!output.status.success()).then(|| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        format!(
            "{}: an example does not hold\n{}{stderr}",
            chapter.display(),
            said.trim_start()
        )
    });
    Ok(Outcome { ran, fault })
}

/// Reads the number of passed tests from rustdoc's line `test result: ok. 12 passed; …`.
fn passed(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("test result: ")?;
    let (_, rest) = rest.split_once(". ")?;
    rest.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_example_is_a_fault_and_a_right_one_is_counted() {
        let folder = std::env::temp_dir().join(format!("course-book-examples-{}", std::process::id()));
        let right = run(
            &folder,
            Path::new("a.md"),
            "```rust\nassert_eq!(1 + 1, 2);\n```\n",
        )
        .unwrap();
        let wrong = run(
            &folder,
            Path::new("b.md"),
            "```rust\nassert_eq!(1 + 1, 3);\n```\n",
        )
        .unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!((right.ran, right.fault), (1, None));
        assert!(wrong.fault.unwrap().starts_with("b.md: an example does not hold"));
    }
}
