//! What a new grading would change in the reports of the last one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use xtask::exit::{Result, Stop};

use super::document::Document;
use crate::intake::visible;

/// Compares the document in `file`, if there is one, with the new one: a line for each lab of a student whose points or verdict differ.
///
/// What was not graded yet does not count: it could only be added.
///
/// # Errors
/// The file cannot be read.
pub(crate) fn between(file: &Path, document: &Document<'_>) -> Result<Vec<String>> {
    let old = match fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| Stop::io(file, error))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Stop::io(file, error)),
    };
    let (old, new) = (all(&old), all(&document.json()));
    let mut lines = Vec::new();
    for (name, before) in &old {
        let after = new.get(name);
        if before.ends_with("(not graded yet)") || before.ends_with("(grader fault)") || after == Some(before)
        {
            continue;
        }
        let after = after.map_or("not in the class any more", |after| after);
        lines.push(format!("  {} {}: {before} -> {after}", visible(&name.0), name.1));
    }
    Ok(lines)
}

fn all(document: &Value) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for student in list(&document["students"]) {
        for lab in list(&student["labs"]) {
            let said = format!("{} points ({})", word(&lab["points"]), word(&lab["verdict"]));
            found.insert((word(&student["student"]), word(&lab["lab"])), said);
        }
    }
    found
}
