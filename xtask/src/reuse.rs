//! Results of cases that passed and of which nothing has changed since: a check of the same programs need not run them again.
//!
//! Only a student's own check uses them, and only for what passed; a case that failed is always run again. `--fresh` runs all.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::course::{Course, Lab};
use crate::subject::write_atomically;

/// The reports of cases that passed, under a key that changes with anything they depend on.
#[derive(Debug)]
pub(crate) struct Passed {
    path: PathBuf,
    key: String,
    /// Report and time in ms by `STAGE.CASE`.
    reports: BTreeMap<String, (String, u64)>,
}

impl Passed {
    /// Reads what is known of `lab`, if the suite, its files, the programs and the tool itself are still the same.
    pub(crate) fn load(
        course: &Course,
        lab: &Lab,
        suite: &Path,
        programs: &BTreeMap<String, PathBuf>,
    ) -> Self {
        let path = course.work_dir().join("passed").join(format!("{}.json", lab.id));
        let tests = course.suite_dir(lab);
        let tool = std::env::current_exe().unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        for file in programs.values().map(PathBuf::as_path).chain([suite, &tool]) {
            print_of(file, &mut hasher);
        }
        let hidden = course.root.join("tests/hidden").join(&lab.dir);
        for folder in [
            tests.clone(),
            tests.join("snapshots"),
            tests.join("fixtures"),
            hidden,
        ] {
            let mut files: Vec<PathBuf> = fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .map(|entry| entry.path())
                .collect();
            files.sort();
            files.iter().for_each(|file| print_of(file, &mut hasher));
        }
        let key = format!("{:016x}", hasher.finish());
        let stored: Value = fs::read_to_string(&path)
            .ok()
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default();
        let mut reports = BTreeMap::new();
        if stored["key"].as_str() == Some(&key) {
            for (name, case) in stored["cases"].as_object().into_iter().flatten() {
                if let (Some(report), Some(wall)) = (case["report"].as_str(), case["wall_ms"].as_u64()) {
                    reports.insert(name.clone(), (report.to_owned(), wall));
                }
            }
        }
        Self { path, key, reports }
    }

    /// The report of a case that passed, and how long it took.
    pub(crate) fn get(&self, name: &str) -> Option<(&str, u64)> {
        self.reports.get(name).map(|(report, wall)| (&**report, *wall))
    }

    /// Remembers a case that passed.
    pub(crate) fn add(&mut self, name: String, report: String, wall_ms: u64) {
        self.reports.insert(name, (report, wall_ms));
    }

    /// Writes what is known. Where that fails the next check only takes longer.
    pub(crate) fn save(&self) {
        let cases: BTreeMap<_, _> = self
            .reports
            .iter()
            .map(|(name, (report, wall))| (name, json!({ "report": report, "wall_ms": wall })))
            .collect();
        let _ = write_atomically(
            &self.path,
            json!({ "key": self.key, "cases": cases }).to_string().as_bytes(),
        );
    }
}

/// Takes in what tells one version of a file from another without reading it.
fn print_of(file: &Path, hasher: &mut DefaultHasher) {
    file.hash(hasher);
    if let Ok(data) = fs::metadata(file) {
        (
            data.dev(),
            data.ino(),
            data.len(),
            data.mtime(),
            data.mtime_nsec(),
        )
            .hash(hasher);
    }
}
