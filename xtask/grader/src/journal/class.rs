//! Who is in the class, and what they have.

use rusqlite::params;
use serde_json::{Value, json};
use xtask::exit::Result;

use super::{Journal, broken};
use crate::intake::Student;
use crate::model::{State, Unit};
use crate::moment::Moment;

impl Journal {
    /// Replaces who is in the class and what they have, in one step.
    pub fn set_class(&self, students: &[Student], units: &[Unit]) -> Result {
        let mut db = self.db();
        let change = db.transaction().map_err(broken)?;
        change
            .execute_batch("DELETE FROM student; DELETE FROM unit;")
            .map_err(broken)?;
        for student in students {
            let submitted = student.submitted.map(|moment| moment.0);
            change
                .execute(
                    "INSERT INTO student VALUES (?1, ?2, ?3)",
                    params![student.id, student.slug, submitted],
                )
                .map_err(broken)?;
        }
        for unit in units {
            let (state, why, key, seed, content) = match &unit.state {
                State::Missing => ("missing", "", None, None, None),
                State::Refused(why) => ("refused", &**why, None, None, None),
                State::Taken { key, seed, content } => {
                    ("taken", "", Some(key), seed.map(u64::cast_signed), Some(content))
                }
            };
            let row = params![
                unit.student,
                unit.lab,
                state,
                why,
                json!(unit.remarks).to_string(),
                key,
                seed,
                content
            ];
            change
                .execute("INSERT INTO unit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", row)
                .map_err(broken)?;
        }
        change.commit().map_err(broken)
    }

    /// Everybody in the class, in the order of their ids, with slug and time of handing in.
    pub fn students(&self) -> Result<Vec<(String, String, Option<Moment>)>> {
        let db = self.db();
        let mut all = db
            .prepare("SELECT id, slug, submitted FROM student ORDER BY id")
            .map_err(broken)?;
        let rows = all.query_map([], |row| {
            let submitted: Option<i64> = row.get(2)?;
            Ok((row.get(0)?, row.get(1)?, submitted.map(Moment)))
        });
        rows.and_then(Iterator::collect).map_err(broken)
    }

    /// Everything that the class has, in the order of students and labs.
    pub fn units(&self) -> Result<Vec<Unit>> {
        let db = self.db();
        let mut all = db
            .prepare("SELECT student, lab, state, why, remarks, key, seed, content FROM unit ORDER BY student, lab")
            .map_err(broken)?;
        let rows = all.query_map([], |row| {
            let state: String = row.get(2)?;
            let remarks: String = row.get(4)?;
            let seed: Option<i64> = row.get(6)?;
            Ok(Unit {
                student: row.get(0)?,
                lab: row.get(1)?,
                state: match &*state {
                    "taken" => State::Taken {
                        key: row.get(5)?,
                        seed: seed.map(i64::cast_unsigned),
                        content: row.get(7)?,
                    },
                    "refused" => State::Refused(row.get(3)?),
                    _ => State::Missing,
                },
                remarks: serde_json::from_str::<Value>(&remarks)
                    .ok()
                    .and_then(|value| value.as_array().cloned())
                    .into_iter()
                    .flatten()
                    .filter_map(|remark| remark.as_str().map(str::to_owned))
                    .collect(),
            })
        });
        rows.and_then(Iterator::collect).map_err(broken)
    }
}
