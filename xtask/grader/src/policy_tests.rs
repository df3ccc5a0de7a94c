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
