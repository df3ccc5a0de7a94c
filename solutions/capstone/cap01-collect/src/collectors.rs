use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::{Problem, Reading, load};

/// Reads all that a host says of itself, again and again, with one buffer.
///
/// ```
/// use collect::Collectors;
///
/// let mut collectors = Collectors::new("/".as_ref());
/// let mut readings = Vec::new();
/// let problems = collectors.collect(&mut readings);
/// assert!(problems.is_empty());
/// assert!(readings.iter().any(|reading| reading.metric.name == "load.1m"));
/// ```
#[derive(Debug)]
pub struct Collectors {
    root: PathBuf,
    text: String,
}

impl Collectors {
    /// Makes the collectors of a root: `/`, or a folder that has a `proc` in it.
    pub fn new(root: &Path) -> Collectors {
        Collectors { root: root.into(), text: String::new() }
    }

    /// Adds all readings of this moment to `into`, and returns what could not be read.
    pub fn collect(&mut self, into: &mut Vec<Reading>) -> Vec<Problem> {
        let mut problems = Vec::new();
        let path = self.root.join(load::FILE);
        self.text.clear();
        match File::open(&path).and_then(|mut file| file.read_to_string(&mut self.text)) {
            Ok(_) => {
                if let Err((line, what)) = load::parse(&self.text, into) {
                    problems.push(Problem::Line { path, line, what });
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => problems.push(Problem::Read { path, source }),
        }
        problems
    }
}
