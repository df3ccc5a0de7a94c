//! What the instructor has decided: deadlines, late days, what lateness costs, and exceptions with their reasons.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use toml_span::value::{Table, Value};
use xtask::course::Course;
use xtask::exit::{Result, Stop};

use crate::moment::{DAY, Moment};
use crate::results::Graded;

/// The whole policy. Without a file nothing is due.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Late days of the whole term that cost nothing, spent in the order of the labs.
    free_days: i64,
    /// What each other late day costs, in percent of what was reached.
    percent_per_day: i64,
    /// So many late days in all are the most; later than that nothing counts.
    most_days: Option<i64>,
    /// By the lab's id.
    due: BTreeMap<String, Moment>,
    exceptions: Vec<Exception>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Exception {
    student: String,
    lab: String,
    /// What the lab counts, whatever was reached.
    points: Option<i64>,
    /// Another deadline.
    due: Option<Moment>,
    reason: String,
}

/// What a lab counts for a student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// In hundredths of a point.
    pub hundredths: i64,
    /// Days late, begun ones whole.
    pub late_days: i64,
    /// Why it is not just what was reached, a sentence each.
    pub notes: Vec<String>,
}

impl Score {
    /// `80`, or `72.5`.
    pub fn points(&self) -> String {
        let (whole, rest) = (self.hundredths / 100, self.hundredths % 100);
        match rest {
            0 => whole.to_string(),
            rest => format!("{whole}.{rest:02}").trim_end_matches('0').to_owned(),
        }
    }
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// It cannot be read, is no TOML, or has a key that means nothing; the key is named.
    pub fn read(course: &Course, file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).map_err(|error| Stop::io(file, error))?;
        let policy = Self::parse(&text).map_err(|why| Stop::io(file, why))?;
        let labs = policy
            .due
            .keys()
            .chain(policy.exceptions.iter().map(|exception| &exception.lab));
        for lab in labs {
            if !course.labs.iter().any(|known| known.id == *lab) {
                return Err(Stop::io(file, format!("there is no lab `{lab}`")));
            }
        }
        Ok(policy)
    }

    fn parse(text: &str) -> std::result::Result<Self, String> {
        let document = toml_span::parse(text).map_err(|error| error.to_string())?;
        let root = table(&document, "the policy")?;
        known(root, "the policy", &["late", "labs", "override"])?;
        let mut policy = Self::default();
        if let Some(late) = root.get("late") {
            let late = table(late, "late")?;
            known(late, "late", &["free_days", "percent_per_day", "most_days"])?;
            policy.free_days = number(late, "free_days", 365)?.unwrap_or(0);
            policy.percent_per_day = number(late, "percent_per_day", 100)?.unwrap_or(0);
            policy.most_days = number(late, "most_days", 365)?;
        }
        for (name, lab) in root
            .get("labs")
            .map(|labs| table(labs, "labs"))
            .transpose()?
            .into_iter()
            .flatten()
        {
            let lab = table(lab, &name.name)?;
            known(lab, &name.name, &["due"])?;
            if let Some(due) = moment(lab, "due")? {
                policy.due.insert(name.name.to_string(), due);
            }
        }
        let exceptions = root.get("override").and_then(Value::as_array);
        for exception in exceptions.into_iter().flatten() {
            let exception = table(exception, "override")?;
            known(
                exception,
                "override",
                &["student", "lab", "points", "due", "reason"],
            )?;
            let needed =
                |key: &str| word(exception, key)?.ok_or_else(|| format!("an override has no `{key}`"));
            policy.exceptions.push(Exception {
                student: needed("student")?,
                lab: needed("lab")?,
                points: number(exception, "points", 1000)?,
                due: moment(exception, "due")?,
                reason: needed("reason")?,
            });
        }
        Ok(policy)
    }

    /// What the labs of one student count. `labs` are in the course's order.
    pub fn scores(&self, labs: &[&Graded], submitted: Option<Moment>) -> Vec<Score> {
        let mut free = self.free_days;
        labs.iter()
            .map(|graded| self.score(graded, submitted, &mut free))
            .collect()
    }

    fn score(&self, graded: &Graded, submitted: Option<Moment>, free: &mut i64) -> Score {
        let (student, lab) = (&graded.unit.student, &graded.unit.lab);
        let exceptions = || {
            self.exceptions
                .iter()
                .filter(|one| one.student == *student && one.lab == *lab)
        };
        let mut notes = Vec::new();
        let mut due = self.due.get(lab).copied();
        for exception in exceptions() {
            if let Some(later) = exception.due {
                due = Some(later);
                notes.push(format!("due {later}: {}", exception.reason));
            }
        }
        let reached = i64::from(graded.points()) * 100;
        let mut score = Score {
            hundredths: reached,
            late_days: 0,
            notes,
        };
        // What earned nothing costs no late day.
        if let (Some(due), Some(submitted), true) = (due, submitted, reached > 0) {
            let late = (submitted.0 - due.0).max(0);
            score.late_days = (late + DAY - 1) / DAY;
            self.charge(&mut score, free);
        } else if due.is_some() && submitted.is_none() && reached > 0 {
            score.notes.push(String::from(
                "when it was handed in is not known; it counts as in time",
            ));
        }
        for exception in exceptions() {
            if let Some(points) = exception.points {
                score
                    .notes
                    .push(format!("set to {points} points: {}", exception.reason));
                score.hundredths = points * 100;
            }
        }
        score
    }

    fn charge(&self, score: &mut Score, free: &mut i64) {
        let late = score.late_days;
        if late == 0 {
            return;
        }
        if self.most_days.is_some_and(|most| late > most) {
            score.notes.push(format!("{late} days late: too late to count"));
            score.hundredths = 0;
            return;
        }
        let spent = late.min(*free);
        *free -= spent;
        let percent = ((late - spent) * self.percent_per_day).min(100);
        score.hundredths -= score.hundredths * percent / 100;
        score.notes.push(format!(
            "{late} days late: {spent} of the free days, {percent} % less"
        ));
    }
}

fn table<'v, 'd>(value: &'v Value<'d>, name: &str) -> std::result::Result<&'v Table<'d>, String> {
    value.as_table().ok_or_else(|| format!("`{name}` is no table"))
}

fn known(table: &Table<'_>, name: &str, keys: &[&str]) -> std::result::Result<(), String> {
    let stranger = table.keys().find(|key| !keys.contains(&&*key.name));
    stranger.map_or(Ok(()), |key| {
        Err(format!(
            "`{name}` has no key `{}`; there are {}",
            key.name,
            keys.join(", ")
        ))
    })
}

fn number(table: &Table<'_>, key: &str, most: i64) -> std::result::Result<Option<i64>, String> {
    let Some(value) = table.get(key) else {
        return Ok(None);
    };
    let number = value.as_integer().filter(|number| (0..=most).contains(number));
    number
        .map(Some)
        .ok_or_else(|| format!("`{key}` is no whole number from 0 to {most}"))
}

fn word(table: &Table<'_>, key: &str) -> std::result::Result<Option<String>, String> {
    let Some(value) = table.get(key) else {
        return Ok(None);
    };
    let word = value.as_str().filter(|word| !word.trim().is_empty());
    word.map(|word| Some(word.to_owned()))
        .ok_or_else(|| format!("`{key}` is no text"))
}

fn moment(table: &Table<'_>, key: &str) -> std::result::Result<Option<Moment>, String> {
    word(table, key)?.map(|word| word.parse()).transpose()
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
