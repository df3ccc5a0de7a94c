//! The submissions of `tests/hostile/`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use xtask::course::{Course, Reader};
use xtask::subject::{Files, read_tree};

/// What a submission says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Hostile {
    pub(crate) name: String,
    pub(crate) case: String,
    pub(crate) verdict: String,
    /// Its verdict without a cell, where it runs so as well.
    pub(crate) without: Option<String>,
    /// Why the cell ends its build, if it does.
    pub(crate) ended: Option<String>,
    /// The longest that it is built.
    pub(crate) build: Duration,
    pub(crate) source: Files,
}

/// Reads them all, or those that NAME names.
pub(crate) fn corpus(course: &Course) -> Vec<Hostile> {
    let home = course.root.join("tests/hostile");
    let wanted = std::env::var("NAME").ok();
    let mut all: Vec<Hostile> = fs::read_dir(&home)
        .unwrap()
        .map(|entry| {
            let dir = entry.unwrap().path();
            let path = dir.join("hostile.toml");
            let text = fs::read_to_string(&path).unwrap();
            let reader = Reader::parse(&path, &text).unwrap();
            let string = |key: &str| reader.string(reader.table(), key).unwrap();
            let mut source = Files::new();
            read_tree(&dir.join("src"), Path::new("src"), &mut source).unwrap();
            assert!(string("about").ends_with('.') && string("lab") == "lab01");
            Hostile {
                name: dir.file_name().unwrap().to_string_lossy().into_owned(),
                case: string("case"),
                verdict: string("verdict"),
                without: reader.table().contains_key("without").then(|| string("without")),
                ended: reader.table().contains_key("ended").then(|| string("ended")),
                build: Duration::from_secs(
                    reader
                        .integer(reader.table(), "build_s")
                        .unwrap()
                        .unwrap_or(120)
                        .unsigned_abs(),
                ),
                source,
            }
        })
        .filter(|hostile| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.split(',').any(|name| name == hostile.name))
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}
