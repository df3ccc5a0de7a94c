//! The files that `bench` measures on: made once by the suite's own program.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use xtask::cargo;
use xtask::course::{Course, Lab};
use xtask::exit::{Result, Stop};
use xtask::subject::Subject;
use xtask::t;
use xtask::term::Status;

use xtask::measures::{Client, Input, Measure, Spec};

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

/// The suite's own client, if one of `measures` uses it.
pub(crate) fn load(course: &Course, lab: &Lab, measures: &[&Measure]) -> Result<Option<PathBuf>> {
    let clients = measures.iter().filter_map(|measure| measure.client.as_ref());
    let own = |client: &Client| client.words.iter().any(|word| word == "{load}");
    match clients.into_iter().any(own) {
        true => example(course, lab, "load").map(Some),
        false => Ok(None),
    }
}

/// Builds the example `PACKAGE-NAME` of the lab's suite.
fn example(course: &Course, lab: &Lab, name: &str) -> Result<PathBuf> {
    let example = format!("{}-{name}", lab.package);
    let mut command = cargo::cargo(course, &Subject::Labs, "build");
    command.args([
        "--release",
        "--package",
        &lab.suite_package(),
        "--example",
        &example,
    ]);
    cargo::executables(command)?
        .remove(&example)
        .ok_or_else(|| Stop::failed(t!("bench.no_maker", program = example)))
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
        status.show(&t!("bench.making", input = input.name, size = megabytes(size)));
        std::thread::sleep(Duration::from_millis(50));
    };
    status.clear();
    if !ended.success() {
        let _ = fs::remove_file(&draft);
        return Err(failed(ended.to_string()));
    }
    fs::rename(&draft, path).map_err(|error| Stop::io(path, error))
}

/// A size for people, in units of a million bytes.
pub(crate) fn megabytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a rounded figure for people")]
    let millions = bytes as f64 / 1e6;
    if millions < 10.0 {
        format!("{millions:.1} MB")
    } else {
        format!("{millions:.0} MB")
    }
}
