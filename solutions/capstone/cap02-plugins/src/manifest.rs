//! What a plug-in is: a file of TOML for each, and a folder of them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::ops::Range;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use daemon::duration;
use serde::Deserialize;
use toml::Spanned;

use crate::script::{self, Digest};
use crate::{Error, Form, Name};

/// What the name of a manifest's file ends with.
pub const SUFFIX: &str = ".plugin.toml";
/// The longest manifest, in bytes.
pub const LONGEST: u64 = 64 << 10;
/// The time limit of a plug-in that says none.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// The shortest interval, and the longest.
pub const INTERVALS: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(24 * 3600)];

// region:given/manifest
/// What a manifest says.
///
/// | key | value | if it is not there |
/// |---|---|---|
/// | `command` | the script and its arguments, without a shell | refused |
/// | `form` | `"prometheus"`, `"pairs"` or `"nagios"` | refused |
/// | `sha256` | of the script, 64 hexadecimal digits | refused |
/// | `interval` | how often it runs: `100ms` to `24h` | refused |
/// | `timeout` | how long a run may take, at most the interval | `"10s"`, or the interval if that is shorter |
/// | `name` | a lower-case letter, then letters and digits, 32 at most | the file's name before `.plugin.toml` |
/// | `user` | whom it runs as, a name in /etc/passwd | who runs the scheduler |
/// | `environment` | a table of variables, beside those that all get | none |
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The file that it is from.
    pub path: PathBuf,
    /// What the plug-in is called.
    pub name: Name,
    /// The script, seen from the folder of the manifest.
    pub script: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// How its output is read.
    pub form: Form,
    /// Which bytes the script has.
    pub sha256: Digest,
    /// From one run's beginning to the next.
    pub interval: Duration,
    /// How long a run may take.
    pub timeout: Duration,
    /// Whom it runs as.
    pub user: Option<String>,
    /// Further variables.
    pub environment: BTreeMap<String, String>,
}
// endregion:given/manifest

// region:manifest/file
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    command: Spanned<Vec<String>>,
    form: Spanned<String>,
    sha256: Spanned<String>,
    interval: Spanned<String>,
    timeout: Option<Spanned<String>>,
    name: Option<Spanned<String>>,
    user: Option<Spanned<String>>,
    environment: Option<Spanned<BTreeMap<String, String>>>,
}

/// What is wrong, and where in the text.
type Wrong = (Range<usize>, String);

/// Checks a value, and says where it stands if it is wrong.
fn check<T, R>(value: &Spanned<T>, check: impl FnOnce(&T) -> Result<R, String>) -> Result<R, Wrong> {
    check(value.get_ref()).map_err(|what| (value.span(), what))
}

fn interval(text: &String) -> Result<Duration, String> {
    let time = duration::parse(text).map_err(|why| why.to_string())?;
    match (INTERVALS[0]..=INTERVALS[1]).contains(&time) {
        true => Ok(time),
        false => Err(format!("{text} is not between 100ms and 24h")),
    }
}

/// Says whether a text can be the name of a variable that a manifest may set.
fn is_variable(name: &str) -> bool {
    let is_letter = |byte: u8| byte == b'_' || byte.is_ascii_alphabetic();
    name.bytes().next().is_some_and(is_letter)
        && name.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit())
        && !name.starts_with("PLUGIN_")
}

/// Says whether the system could take a text: as an argument, a path, a variable.
fn is_for_the_system(text: &str) -> Result<(), String> {
    match text.contains('\0') {
        true => Err("a NUL character, which no program can be given".to_owned()),
        false => Ok(()),
    }
}
// endregion:manifest/file

impl Manifest {
    /// Reads one.
    ///
    /// # Errors
    /// What is wrong with which file, and in which line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let file = fs::File::open(path).map_err(Error::read(path))?;
        let wrong = |what: &str| Error::File {
            path: path.to_owned(),
            what: what.to_owned(),
        };
        let is = file.metadata().map_err(Error::read(path))?;
        if !is.is_file() {
            return Err(wrong("it is no file"));
        }
        if is.permissions().mode() & 0o002 != 0 {
            return Err(wrong("everybody may write to it"));
        }
        let mut text = String::new();
        let length = file.take(LONGEST + 1).read_to_string(&mut text);
        if length.map_err(Error::read(path))? as u64 > LONGEST {
            return Err(wrong("it is longer than 65536 bytes"));
        }
        Self::parse(path, &text)
    }

    /// Reads the text of one.
    ///
    /// # Errors
    /// What is wrong with it, and in which line.
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        // region:manifest/parse toml::from_str and the checks of each key. An error's span tells the line: count the line feeds before it.
        let parsed = toml::from_str::<File>(text)
            .map_err(|error| (error.span().unwrap_or(0..0), error.message().replace('\n', " ")))
            .and_then(|file| Self::from_file(path, file));
        parsed.map_err(|(span, what)| {
            let before = text.get(..span.start).unwrap_or(text);
            Error::Manifest {
                path: path.to_owned(),
                line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
                what,
            }
        })
        // endregion:manifest/parse
    }

    // region:manifest/from_file
    fn from_file(path: &Path, file: File) -> Result<Self, Wrong> {
        let name = match &file.name {
            Some(name) => check(name, |name| Name::new(name))?,
            None => Name::new(name_of(path)).map_err(|what| (0..0, what))?,
        };
        let (script, arguments) = check(&file.command, |command| {
            command.iter().try_for_each(|word| is_for_the_system(word))?;
            match command.split_first() {
                Some((script, arguments)) if !script.is_empty() => {
                    Ok((folder(path).join(script), arguments.to_vec()))
                }
                _ => Err("the script is missing".to_owned()),
            }
        })?;
        let form = check(&file.form, |form| {
            Form::from_name(form).ok_or_else(|| format!("{form:?} is neither prometheus, pairs nor nagios"))
        })?;
        let sha256 = check(&file.sha256, |text| {
            Digest::parse(text).ok_or_else(|| format!("{text:?} is not 64 hexadecimal digits"))
        })?;
        let every = check(&file.interval, interval)?;
        let timeout = match &file.timeout {
            None => TIMEOUT.min(every),
            Some(timeout) => check(timeout, |text| {
                let time = duration::parse(text).map_err(|why| why.to_string())?;
                match time {
                    Duration::ZERO => Err("it must be longer than nothing".to_owned()),
                    time if time > every => Err(format!("{text} is longer than the interval")),
                    time => Ok(time),
                }
            })?,
        };
        if let Some(user) = &file.user {
            check(user, |user| match user.is_empty() {
                true => Err("the user is missing".to_owned()),
                false => is_for_the_system(user),
            })?;
        }
        if let Some(environment) = &file.environment {
            check(environment, |variables| {
                variables
                    .iter()
                    .try_for_each(|(name, value)| match is_variable(name) {
                        true => is_for_the_system(value),
                        false => Err(format!("{name:?} is no variable that a manifest may set")),
                    })
            })?;
        }
        Ok(Self {
            path: path.to_owned(),
            name,
            script,
            arguments,
            form,
            sha256,
            interval: every,
            timeout,
            user: file.user.map(Spanned::into_inner),
            environment: file.environment.map(Spanned::into_inner).unwrap_or_default(),
        })
    }
    // endregion:manifest/from_file

    /// Compares the script with what the manifest says.
    ///
    /// # Errors
    /// It cannot be read, or is another one.
    pub fn check_script(&self) -> Result<(), Error> {
        let wrong = |what| Error::File {
            path: self.path.clone(),
            what,
        };
        let script = self.script.display();
        match script::hash(&self.script) {
            Err(why) => Err(wrong(format!("cannot read its script {script}: {why}"))),
            Ok(digest) if digest != self.sha256 => {
                Err(wrong(format!("its script {script} has the sha256 {digest}")))
            }
            Ok(_) => Ok(()),
        }
    }

    /// Returns the folder of the script, in which it runs.
    pub fn folder(&self) -> &Path {
        folder(&self.script)
    }
}

// region:manifest
/// Returns what a manifest's file calls its plug-in.
fn name_of(path: &Path) -> &str {
    let file = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    file.strip_suffix(SUFFIX).unwrap_or(file)
}
// endregion:manifest

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Finds the manifests of a folder, sorted by the names of their files; not those in folders below, nor those whose names
/// begin with a dot.
///
/// # Errors
/// The folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(Error::read(folder))? {
        let name = entry.map_err(Error::read(folder))?.file_name();
        let is_one = |name: &str| name.ends_with(SUFFIX) && !name.starts_with('.');
        if name.to_str().is_some_and(is_one) {
            paths.push(folder.join(name));
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads all manifests of a folder ([`list`]). Returns those that are in order, and what is wrong with the others.
///
/// # Errors
/// The folder cannot be read.
pub fn read_folder(folder: &Path) -> Result<(Vec<Manifest>, Vec<Error>), Error> {
    Ok(read_set(&list(folder)?))
}

/// Reads manifests. A name belongs to the first that has it.
pub fn read_set(paths: &[PathBuf]) -> (Vec<Manifest>, Vec<Error>) {
    // region:manifest/set All of them; what is wrong with one does not touch the others. A name that is taken is an error that says by which file.
    let (mut manifests, mut errors): (Vec<Manifest>, Vec<Error>) = (Vec::new(), Vec::new());
    for path in paths {
        match Manifest::read(path) {
            Err(error) => errors.push(error),
            Ok(manifest) => match manifests.iter().find(|other| other.name == manifest.name) {
                None => manifests.push(manifest),
                Some(other) => errors.push(Error::File {
                    path: path.clone(),
                    what: format!("the name {} is taken by {}", manifest.name, other.path.display()),
                }),
            },
        }
    }
    (manifests, errors)
    // endregion:manifest/set
}
