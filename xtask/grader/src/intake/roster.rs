//! Who is in a class: the folder's entries, or a roster that names them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use xtask::exit::{Result, Stop};

use super::{Source, stem, visible};
use crate::csv;
use crate::moment::Moment;

/// The most bytes that a roster may have.
const ROSTER_BYTES: u64 = 16 << 20;

/// Everybody who is graded, in the order of their ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// In the order of their ids.
    pub students: Vec<Student>,
    /// What stands among the submissions and is none.
    pub strangers: Vec<String>,
}

/// One student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Student {
    /// As the roster or the name of the submission has it.
    pub id: String,
    /// A folder's name that no other student has, safe everywhere.
    pub slug: String,
    /// When it was handed in, if the roster says so.
    pub submitted: Option<Moment>,
    /// Where it is.
    pub source: Source,
}

impl Class {
    /// Reads a folder of submissions, or a roster.
    ///
    /// # Errors
    /// It cannot be read, two submissions belong to one student, or a row of the roster makes no sense.
    pub fn read(place: &Path) -> Result<Self> {
        let place = fs::canonicalize(place).map_err(|error| Stop::io(place, error))?;
        let mut class = if place.is_dir() {
            Self::of_folder(&place)?
        } else {
            Self::of_roster(&place)?
        };
        class.students.sort_by(|one, other| one.id.cmp(&other.id));
        if let Some(pair) = class.students.windows(2).find(|pair| pair[0].id == pair[1].id) {
            let id = visible(&pair[0].id);
            return Err(Stop::failed(format!(
                "{}: `{id}` has two submissions",
                place.display()
            )));
        }
        Ok(class)
    }

    fn of_folder(dir: &Path) -> Result<Self> {
        let mut class = Self::default();
        for entry in fs::read_dir(dir).map_err(|error| Stop::io(dir, error))? {
            let path = entry.map_err(|error| Stop::io(dir, error))?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if name.starts_with('.') {
                continue;
            }
            match Source::of(&path) {
                Some(source) => {
                    let id = match source {
                        Source::Archive(_) => stem(&name),
                        _ => &name,
                    };
                    class.students.push(Student::new(id, None, source));
                }
                None => class.strangers.push(visible(&name)),
            }
        }
        class.strangers.sort();
        Ok(class)
    }

    fn of_roster(file: &Path) -> Result<Self> {
        let size = fs::metadata(file).map_err(|error| Stop::io(file, error))?.len();
        if size > ROSTER_BYTES {
            return Err(Stop::io(file, "a roster has at most 16 MiB"));
        }
        let text = fs::read_to_string(file).map_err(|error| Stop::io(file, error))?;
        let rows = csv::read(&text).map_err(|error| Stop::io(file, error))?;
        let Some((head, rows)) = rows.split_first() else {
            return Err(Stop::io(file, "the roster is empty"));
        };
        let column: BTreeMap<String, usize> = head
            .iter()
            .map(|name| name.trim().to_lowercase())
            .zip(0..)
            .collect();
        let needed = |name: &str| {
            let missing = || Stop::io(file, format!("the roster has no column `{name}`"));
            column.get(name).copied().ok_or_else(missing)
        };
        let (student, submission) = (needed("student")?, needed("submission")?);
        let submitted = column.get("submitted");
        let home = file.parent().unwrap_or(Path::new("."));
        let mut class = Self::default();
        for (row, number) in rows.iter().zip(2..) {
            let wrong = |why: String| Stop::io(file, format!("row {number}: {why}"));
            let field = |at: usize| row.get(at).map_or("", |field| field.trim());
            if field(student).is_empty() {
                return Err(wrong("the student has no id".into()));
            }
            let source = match field(submission) {
                "" => Source::Nothing,
                path => {
                    let whole: PathBuf = home.join(path);
                    let none = || wrong(format!("`{}` is no folder and no archive", visible(path)));
                    Source::of(&whole).ok_or_else(none)?
                }
            };
            let moment = match submitted.map_or("", |at| field(*at)) {
                "" => None,
                text => Some(
                    text.parse()
                        .map_err(|error| wrong(format!("submitted: {error}")))?,
                ),
            };
            class.students.push(Student::new(field(student), moment, source));
        }
        Ok(class)
    }
}

impl Student {
    /// Makes one with a slug of its own.
    pub(crate) fn new(id: &str, submitted: Option<Moment>, source: Source) -> Self {
        Self {
            id: id.to_owned(),
            slug: slug(id),
            submitted,
            source,
        }
    }
}

/// Names a folder after a student. An id that is safe everywhere stands as it is; any other is followed by a dot, which no such id has,
/// and by what tells it from all that look alike.
fn slug(id: &str) -> String {
    let safe = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit();
    let plain =
        id.len() <= 40 && id.starts_with(safe) && id.chars().all(|char| safe(char) || "-_".contains(char));
    if plain {
        return id.to_owned();
    }
    let kept = id.chars().map(|char| {
        if char.is_ascii_alphanumeric() {
            char.to_ascii_lowercase()
        } else {
            '_'
        }
    });
    let kept: String = kept.take(24).collect();
    let hash = Sha256::digest(id);
    let hash: String = hash.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("s{kept}.{hash}")
}
