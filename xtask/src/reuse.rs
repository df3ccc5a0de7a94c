//! Results of cases of which nothing has changed since: a check of the same programs need not run them again.
//!
//! Only a student's own check uses them, for what passed and for stages of which nothing is written: of those, the first case is
//! run to say where to start, and the others would only meet the same `todo!`. What failed is always run again. `--fresh` runs all.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::course::{Course, Lab};
use crate::subject::write_atomically;

/// The reports of cases that need not run again, under a key that changes with anything they depend on.
#[derive(Debug)]
pub(crate) struct Settled {
    path: PathBuf,
    key: String,
    /// By `STAGE.CASE`.
    reports: BTreeMap<String, Report>,
}

/// What a case reported when it ran.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) text: String,
    pub(crate) wall_ms: u64,
    /// It met a `todo!`; otherwise it passed.
    pub(crate) unwritten: bool,
}

impl Settled {
    /// Reads what is known of `lab`, if the suite, its files, the programs and the tool itself are still the same.
    pub(crate) fn load(
        course: &Course,
        lab: &Lab,
        suite: &Path,
        programs: &BTreeMap<String, PathBuf>,
    ) -> Self {
        let path = course.work_dir().join("settled").join(format!("{}.json", lab.id));
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
                if let (Some(text), Some(wall_ms)) = (case["report"].as_str(), case["wall_ms"].as_u64()) {
                    let report = Report {
                        text: text.to_owned(),
                        wall_ms,
                        unwritten: case["unwritten"].as_bool() == Some(true),
                    };
                    reports.insert(name.clone(), report);
                }
            }
        }
        Self { path, key, reports }
    }

    /// The report of a case that need not run.
    pub(crate) fn get(&self, name: &str) -> Option<&Report> {
        self.reports.get(name)
    }

    /// Remembers the report of a case.
    pub(crate) fn add(&mut self, name: String, report: Report) {
        self.reports.insert(name, report);
    }

    /// Forgets the unwritten cases that have to run: all of them, unless nothing of their stage (`cases`, in order) is written and
    /// they are not wanted `in_full`; then only the first.
    pub(crate) fn run_again(&mut self, cases: &[String], in_full: bool) {
        let unwritten = |name: &String| self.reports.get(name).is_some_and(|report| report.unwritten);
        let whole = !in_full && cases.iter().all(unwritten);
        let again: Vec<&String> = cases.iter().filter(|name| unwritten(name)).collect();
        for name in again.into_iter().take(if whole { 1 } else { usize::MAX }) {
            self.reports.remove(name);
        }
    }

    /// Writes what is known. Where that fails the next check only takes longer.
    pub(crate) fn save(&self) {
        let cases: BTreeMap<_, _> = self
            .reports
            .iter()
            .map(
                |(
                    name,
                    Report {
                        text,
                        wall_ms,
                        unwritten,
                    },
                )| {
                    (
                        name,
                        json!({ "report": text, "wall_ms": wall_ms, "unwritten": unwritten }),
                    )
                },
            )
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

#[cfg(test)]
mod tests {
    use super::*;

    fn left(unwritten: &[bool], in_full: bool) -> Vec<String> {
        let names: Vec<String> = (0..unwritten.len()).map(|nth| format!("count.{nth}")).collect();
        let report = |&unwritten: &bool| Report {
            text: String::new(),
            wall_ms: 1,
            unwritten,
        };
        let mut settled = Settled {
            path: PathBuf::new(),
            key: String::new(),
            reports: names.iter().cloned().zip(unwritten.iter().map(report)).collect(),
        };
        settled.run_again(&names, in_full);
        settled.reports.into_keys().collect()
    }

    #[test]
    fn of_a_stage_without_a_line_only_the_first_case_runs_again() {
        assert_eq!(left(&[true, true, true], false), ["count.1", "count.2"]);
        assert_eq!(left(&[true, true, true], true), [""; 0]);
    }

    #[test]
    fn of_a_stage_that_is_begun_only_what_passed_is_taken_over() {
        assert_eq!(left(&[false, true, true], false), ["count.0"]);
    }
}
