//! The files that `bench` measures on: made once by the suite's own program.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use xtask::course::{Course, Lab};
use xtask::exit::{Result, Stop};
use xtask::t;
use xtask::term::Status;

use xtask::measures::{Input, Measure, Spec};

use super::programs::example;

/// A file that is there.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) about: String,
    pub(crate) bytes: u64,
}

/// Makes those inputs of `measures` in `dir` that are missing or older than what makes them, and removes files that no
/// input is called by.
pub(crate) fn make(
    course: &Course,
    lab: &Lab,
    spec: &Spec,
    measures: &[&Measure],
    dir: &Path,
) -> Result<Vec<Made>> {
    fs::create_dir_all(dir).map_err(|error| Stop::io(dir, error))?;
    let wanted = |input: &&Input| {
        let on = |measure: &&Measure| measure.input.as_ref() == Some(&input.name);
        measures.iter().any(on)
    };
    let wanted: Vec<&Input> = spec.inputs.iter().filter(wanted).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let maker = example(course, lab, "inputs")?;
    let newest_cause = modified(&maker).max(modified(&course.suite_dir(lab).join("bench.toml")));

    for stray in fs::read_dir(dir).map_err(|error| Stop::io(dir, error))?.flatten() {
        if !spec.inputs.iter().any(|input| stray.file_name() == *input.name) {
            let _ = fs::remove_file(stray.path());
        }
    }
    let mut made = Vec::new();
    for input in wanted {
        let path = dir.join(&input.name);
        if modified(&path) <= newest_cause {
            write(&maker, input, &path)?;
        }
        made.push(Made {
            name: input.name.clone(),
            about: input.about.clone(),
            bytes: fs::metadata(&path).map_err(|error| Stop::io(&path, error))?.len(),
            path,
        });
    }
    Ok(made)
}

/// When a file was written; of one that is not there, long ago.
fn modified(path: &Path) -> SystemTime {
    fs::metadata(path)
        .and_then(|data| data.modified())
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Writes one input to a draft, which takes its name when it is whole.
fn write(maker: &Path, input: &Input, path: &Path) -> Result {
    let draft = path.with_file_name(format!(".{}.draft", input.name));
    let file = File::create(&draft).map_err(|error| Stop::io(&draft, error))?;
    let failed = |what: String| Stop::failed(t!("bench.cannot_make", input = input.name, what = what));
    let mut child = Command::new(maker)
        .args(&input.make)
        .stdin(Stdio::null())
        .stdout(file)
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let mut status = Status::start();
    let ended = loop {
        match child.try_wait() {
            Ok(Some(ended)) => break ended,
            Ok(None) => {}
            Err(error) => return Err(failed(error.to_string())),
        }
        let size = fs::metadata(&draft).map_or(0, |data| data.len());
        status.show(&t!("bench.making", input = input.name, size = size_of(size)));
        std::thread::sleep(Duration::from_millis(50));
    };
    status.clear();
    if !ended.success() {
        let _ = fs::remove_file(&draft);
        return Err(failed(ended.to_string()));
    }
    fs::rename(&draft, path).map_err(|error| Stop::io(path, error))
}

/// A size for people: in units of a million bytes, or of 1024 where it is small.
pub(crate) fn size_of(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a rounded figure for people")]
    let (millions, kib) = (bytes as f64 / 1e6, bytes as f64 / 1024.0);
    match millions {
        ..0.1 => format!("{} KiB", format!("{kib:.1}").trim_end_matches(".0")),
        ..10.0 => format!("{millions:.1} MB"),
        _ => format!("{millions:.0} MB"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_size_is_no_nothing() {
        let sizes = [1024, 1500, 99_000, 100_000, 9_940_000, 104_857_600].map(size_of);
        assert_eq!(
            sizes,
            ["1 KiB", "1.5 KiB", "96.7 KiB", "0.1 MB", "9.9 MB", "105 MB"]
        );
    }
}
