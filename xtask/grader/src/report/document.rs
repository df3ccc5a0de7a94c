//! The whole grading as one value.

use serde_json::{Value, json};
use xtask::course::Lab;
use xtask::exit::Result;

use crate::journal::Journal;
use crate::model::State;
use crate::moment::Moment;
use crate::policy::{Policy, Score};
use crate::results::{Case, Graded, Stage, Verdict};

/// A class with all that was found.
#[derive(Debug)]
pub(crate) struct Document<'c> {
    pub(crate) labs: Vec<&'c Lab>,
    pub(crate) people: Vec<Person>,
    pub(crate) tier: String,
    /// The compiler, in a line.
    pub(crate) compiler: String,
    /// Whether seeded cases were run.
    pub(crate) seeded: bool,
}

/// One student.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) slug: String,
    pub(crate) submitted: Option<Moment>,
    /// In the order of [`Document::labs`].
    pub(crate) labs: Vec<(Graded, Score)>,
}

impl Person {
    /// What all labs count, in hundredths of a point.
    pub(crate) fn total(&self) -> Score {
        Score {
            hundredths: self.labs.iter().map(|(_, score)| score.hundredths).sum(),
            late_days: 0,
            notes: Vec::new(),
        }
    }
}

impl<'c> Document<'c> {
    /// Puts it together; `all` is in the order of students and labs.
    pub(crate) fn make(
        labs: &[&'c Lab],
        all: Vec<Graded>,
        journal: &Journal,
        policy: &Policy,
    ) -> Result<Self> {
        let mut people = Vec::new();
        let mut all = all.into_iter().peekable();
        for (id, slug, submitted) in journal.students()? {
            let mut own = Vec::new();
            while let Some(graded) = all.next_if(|graded| graded.unit.student == id) {
                own.push(graded);
            }
            let scores = policy.scores(&own.iter().collect::<Vec<_>>(), submitted);
            people.push(Person {
                id,
                slug,
                submitted,
                labs: own.into_iter().zip(scores).collect(),
            });
        }
        let toolchain = journal.meta("toolchain")?.unwrap_or_default();
        Ok(Self {
            labs: labs.to_vec(),
            people,
            tier: journal.meta("tier")?.unwrap_or_default(),
            compiler: toolchain.lines().next().unwrap_or_default().to_owned(),
            seeded: journal.meta("key")?.is_some_and(|key| !key.is_empty()),
        })
    }

    /// With how many submissions the grader failed.
    pub(crate) fn faults(&self) -> usize {
        let all = self.people.iter().flat_map(|person| &person.labs);
        all.filter(|(graded, _)| matches!(graded.verdict, Verdict::Fault(_)))
            .count()
    }

    /// The lab called `id`.
    pub(crate) fn lab(&self, id: &str) -> Option<&'c Lab> {
        self.labs.iter().copied().find(|lab| lab.id == id)
    }

    /// The whole for machines: for the instructor, who may see how often hidden cases failed, but not what is in them either.
    pub(crate) fn json(&self) -> Value {
        let lab = |lab: &&Lab| {
            json!({
                "lab": lab.id,
                "package": lab.package,
                "stages": lab.stages.iter().map(|stage| json!({"stage": stage.name, "points": stage.points})).collect::<Vec<_>>(),
            })
        };
        let person = |person: &Person| {
            json!({
                "student": person.id,
                "folder": format!("students/{}", person.slug),
                "submitted": person.submitted.map(|moment| moment.to_string()),
                "points": person.total().points(),
                "labs": person.labs.iter().map(|(graded, score)| of_lab(graded, score)).collect::<Vec<_>>(),
            })
        };
        json!({
            "tier": self.tier,
            "compiler": self.compiler,
            "seeded": self.seeded,
            "labs": self.labs.iter().map(lab).collect::<Vec<_>>(),
            "students": self.people.iter().map(person).collect::<Vec<_>>(),
        })
    }
}

fn of_lab(graded: &Graded, score: &Score) -> Value {
    let why = match &graded.verdict {
        Verdict::Refused(why) | Verdict::Broken(why) | Verdict::Fault(why) => Some(why),
        _ => None,
    };
    let seed = match &graded.unit.state {
        State::Taken { seed, .. } => *seed,
        _ => None,
    };
    json!({
        "lab": graded.unit.lab,
        "verdict": graded.word(),
        "why": why,
        "seed": seed,
        "reached": graded.points(),
        "points": score.points(),
        "points_of": graded.of,
        "late_days": score.late_days,
        "notes": score.notes,
        "left_out": graded.unit.remarks,
        "stages": graded.stages().iter().map(of_stage).collect::<Vec<_>>(),
    })
}

fn of_stage(stage: &Stage) -> Value {
    json!({
        "stage": stage.name,
        "passed": stage.passed(),
        "points": if stage.passed() { stage.points } else { 0 },
        "points_of": stage.points,
        "cases": stage.cases.iter().map(of_case).collect::<Vec<_>>(),
    })
}

fn of_case(case: &Case) -> Value {
    let mut value = json!({
        "case": case.name,
        "kind": case.kind.word(),
        "outcome": case.outcome.word(),
    });
    if let Some((failed, tries)) = case.flaky {
        value["flaky"] = json!({"failed": failed, "tries": tries});
    }
    if let Some(shown) = &case.shown {
        value["what"] = json!(shown.what);
        value["command"] = json!(shown.command);
        value["expected"] = json!(shown.expected);
        value["actual"] = json!(shown.actual);
        value["ended"] = json!(shown.ended);
        value["stderr"] = json!(shown.stderr);
    }
    value
}
