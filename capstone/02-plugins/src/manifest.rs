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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn parse(path: &Path, text: &str) -> Result<Self, Error> {
        todo!(
            "manifest: toml::from_str and the checks of each key. An error's span tells the line: count the line feeds before it."
        )
    }

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
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn read_set(paths: &[PathBuf]) -> (Vec<Manifest>, Vec<Error>) {
    todo!(
        "manifest: All of them; what is wrong with one does not touch the others. A name that is taken is an error that says by which file."
    )
}
