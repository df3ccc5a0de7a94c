//! What the student has reached: one file that git ignores and a crash cannot harm.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::course::{Course, Lab};
use crate::exit::Result;
use crate::subject::write_atomically;
use crate::verdict::{LabResult, Outcome};

/// The progress file, read whole and written whole.
#[derive(Debug)]
pub struct Progress {
    path: PathBuf,
    data: Map<String, Value>,
}

/// What is known of one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Never checked.
    Unknown,
    Passed,
    /// Passed with the reference's code.
    CaughtUp,
    NotWritten,
    Failed,
}

impl Progress {
    /// Reads the file; none, or one that is no JSON, is no progress yet.
    pub fn load(course: &Course) -> Self {
        let path = course.state_dir().join("progress.json");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let data = serde_json::from_str(&text)
            .ok()
            .and_then(|value: Value| value.as_object().cloned());
        Self {
            path,
            data: data.unwrap_or_default(),
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// The folder cannot be written. Callers warn and go on: a verdict does not depend on it.
    pub fn save(&self) -> Result {
        write_atomically(
            &self.path,
            format!("{:#}\n", Value::Object(self.data.clone())).as_bytes(),
        )
    }

    /// The folder of the lab worked on last.
    pub fn last(&self) -> Option<&str> {
        self.data.get("last")?.as_str()
    }

    /// Makes `lab` the one worked on last.
    pub fn set_last(&mut self, lab: &Lab) {
        self.data.insert("last".into(), lab.dir.clone().into());
    }

    /// Takes over what a check found of the files that `files` stands for. Stages that it did not run keep what they had.
    pub fn record(&mut self, lab: &Lab, result: &LabResult, files: &str) {
        self.set_last(lab);
        for stage in &result.stages {
            if stage.count(Outcome::Fault) > 0 {
                continue;
            }
            let word = match (stage.passed(), stage.unwritten()) {
                (true, _) => "passed",
                (_, true) => "not written",
                _ => "failed",
            };
            self.set(lab, &stage.name, "standing", word.into());
            let passed_as = stage.passed().then_some(files);
            self.set(lab, &stage.name, "passed_as", passed_as.into());
        }
    }

    /// What stands for the files with which a stage passed when it was last checked; see [`crate::earlier::print_of`].
    pub fn passed_as(&self, lab: &Lab, stage: &str) -> Option<&str> {
        self.get(lab, stage, "passed_as")?.as_str()
    }

    /// What is known of a stage.
    pub fn standing(&self, lab: &Lab, stage: &str) -> Standing {
        let caught_up = self
            .get(lab, stage, "caught_up")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        match self.get(lab, stage, "standing").and_then(Value::as_str) {
            Some("passed") if caught_up => Standing::CaughtUp,
            Some("passed") => Standing::Passed,
            Some("not written") => Standing::NotWritten,
            Some("failed") => Standing::Failed,
            _ => Standing::Unknown,
        }
    }

    /// How many hints of a stage were shown.
    pub fn hints(&self, lab: &Lab, stage: &str) -> usize {
        self.get(lab, stage, "hints")
            .and_then(Value::as_u64)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or(0)
    }

    /// Sets how many hints of a stage were shown.
    pub fn set_hints(&mut self, lab: &Lab, stage: &str, shown: usize) {
        self.set(lab, stage, "hints", shown.into());
    }

    /// Notes whether a stage's code is the reference's.
    pub fn set_caught_up(&mut self, lab: &Lab, stage: &str, caught_up: bool) {
        self.set(lab, stage, "caught_up", caught_up.into());
    }

    /// Forgets how a stage stood, because its code was taken back.
    pub fn forget(&mut self, lab: &Lab, stage: &str) {
        self.set(lab, stage, "standing", Value::Null);
        self.set_caught_up(lab, stage, false);
    }

    fn get(&self, lab: &Lab, stage: &str, key: &str) -> Option<&Value> {
        self.data.get("labs")?.get(&lab.dir)?.get(stage)?.get(key)
    }

    fn set(&mut self, lab: &Lab, stage: &str, key: &str, value: Value) {
        let mut place = self.data.entry("labs").or_insert_with(|| json!({}));
        for name in [&*lab.dir, stage] {
            if !place.is_object() {
                *place = json!({});
            }
            place = &mut place[name];
        }
        if !place.is_object() {
            *place = json!({});
        }
        place[key] = value;
    }
}
