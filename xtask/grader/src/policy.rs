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
mod tests {
    use super::*;
    use crate::model::{State, Unit};
    use crate::results::{Case, Stage, Verdict};
    use xtask::verdict::{Kind, Outcome};

    const POLICY: &str = r#"
[late]
free_days = 2
percent_per_day = 10
most_days = 5
[labs]
lab01.due = "2026-10-01T00:00:00Z"
lab02.due = "2026-10-02T00:00:00Z"
[[override]]
student = "ann"
lab = "lab02"
due = "2026-10-04T00:00:00Z"
reason = "ill"
[[override]]
student = "bob"
lab = "lab01"
points = 42
reason = "shown in person"
"#;

    fn graded(student: &str, lab: &str, points: u32) -> Graded {
        let case = Case {
            name: "x".into(),
            kind: Kind::Snapshot,
            outcome: Outcome::Pass,
            flaky: None,
            shown: None,
        };
        let stage = Stage {
            name: "s".into(),
            points,
            cases: vec![case],
        };
        Graded {
            unit: Unit {
                student: student.into(),
                lab: lab.into(),
                state: State::Missing,
                remarks: Vec::new(),
            },
            verdict: Verdict::Ran(vec![stage]),
            of: 100,
        }
    }

    fn scores(student: &str, submitted: Option<&str>) -> Vec<(String, Vec<String>)> {
        let labs = [graded(student, "lab01", 75), graded(student, "lab02", 100)];
        let policy = Policy::parse(POLICY).unwrap();
        let scores = policy.scores(&[&labs[0], &labs[1]], submitted.map(|text| text.parse().unwrap()));
        scores
            .into_iter()
            .map(|score| (score.points(), score.notes))
            .collect()
    }

    #[test]
    fn late_days_are_spent_in_the_order_of_the_labs_and_then_cost() {
        let scores = scores("eve", Some("2026-10-02T00:00:01Z"));
        assert_eq!(
            scores[0],
            (
                "75".into(),
                vec!["2 days late: 2 of the free days, 0 % less".into()]
            )
        );
        assert_eq!(
            scores[1],
            (
                "90".into(),
                vec!["1 days late: 0 of the free days, 10 % less".into()]
            )
        );
        let scores = self::scores("eve", Some("2026-10-04T12:00:00Z"));
        assert_eq!(scores[0].0, "60");
        assert_eq!(scores[1].0, "70");
        assert_eq!(self::scores("eve", Some("2026-10-09T00:00:00Z"))[0].0, "0");
        assert_eq!(
            self::scores("eve", Some("2026-09-30T00:00:00Z"))[0],
            ("75".into(), vec![])
        );
    }

    #[test]
    fn exceptions_stand_with_their_reasons() {
        let scores = scores("ann", Some("2026-10-03T12:00:00Z"));
        assert_eq!(
            scores[1],
            ("100".into(), vec!["due 2026-10-04 00:00:00 UTC: ill".into()])
        );
        let scores = self::scores("bob", Some("2026-10-09T00:00:00Z"));
        assert_eq!(scores[0].0, "42");
        assert_eq!(scores[0].1.last().unwrap(), "set to 42 points: shown in person");
    }

    #[test]
    fn who_does_not_say_when_is_in_time_and_the_report_says_so() {
        assert_eq!(
            scores("eve", None)[0],
            (
                "75".into(),
                vec!["when it was handed in is not known; it counts as in time".into()]
            )
        );
    }

    #[test]
    fn a_policy_that_means_something_else_is_refused() {
        for (text, why) in [
            (
                "[late]\nfree_day = 1",
                "`late` has no key `free_day`; there are free_days, percent_per_day, most_days",
            ),
            (
                "[late]\npercent_per_day = 101",
                "`percent_per_day` is no whole number from 0 to 100",
            ),
            (
                "[[override]]\nstudent='x'\nlab='lab01'\npoints=1",
                "an override has no `reason`",
            ),
            (
                "[labs.lab01]\ndue = \"tomorrow\"",
                "`tomorrow` is no moment like 2026-10-05T23:59:00+02:00",
            ),
        ] {
            assert_eq!(Policy::parse(text), Err(why.to_owned()));
        }
    }
}
