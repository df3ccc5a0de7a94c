use std::collections::BTreeMap;

use serde_json::json;
use xtask::grading::Told;
use xtask::tree::scratch::Scratch;
use xtask::verdict::{Kind, Outcome};

use super::*;
use crate::intake::{Source, Student};
use crate::model::{Build, Ran, State, Unit};

/// What nobody but the grader may see.
const SECRET: &str = "the-hidden-expectation";

/// What a student's program prints to be taken for something else.
const NASTY: &str = "</pre><script>alert(1)</script>\u{1b}]0;x\u{7}\u{202e}`````\n]]> =1+1 \0";

fn told(outcome: Outcome, verdict: serde_json::Value) -> Told {
    Told {
        report: format!("{}\n", json!({ "verdict": verdict })),
        outcome,
        what: format!("differs {NASTY}"),
        wall_ms: 7,
    }
}

/// A class of one with an awkward name: a public case that fails, a hidden one that fails, one that is flaky.
fn class(dir: &Path) -> (Course, Arc<Journal>) {
    let course = Course::find().expect("the tests run inside of the course");
    let lab = &course.labs[0];
    let journal = Arc::new(Journal::open(&dir.join("journal.sqlite")).unwrap());
    let student = Student::new("=<b>\"x\"\u{202e}", None, Source::Nothing);
    let unit = Unit {
        student: student.id.clone(),
        lab: lab.id.clone(),
        state: State::Taken {
            key: "k".into(),
            seed: Some(7),
            content: "c".into(),
        },
        remarks: vec![NASTY.into()],
    };
    journal.set_class(&[student], &[unit]).unwrap();
    let compiles = true;
    let (said, wall_ms) = (String::new(), 1);
    journal
        .set_build(
            "k",
            &Build {
                compiles,
                said,
                wall_ms,
            },
        )
        .unwrap();
    let outcome = "wrong";
    let public = json!({"outcome": outcome, "what": NASTY, "expected": "a\n", "actual": NASTY, "ended": {"status": 0, "stderr": NASTY, "step": {"program": "wordcount", "args": [NASTY]}}});
    let hidden = json!({"outcome": outcome, "what": SECRET, "expected": SECRET, "actual": SECRET, "replay": {"x": SECRET}});
    let seeded = json!({"outcome": outcome, "what": "x", "replay": {"program": "wordcount"}});
    let stage = lab.stages[0].name.clone();
    let mut cases = Vec::new();
    for (name, kind, verdict) in [
        ("shown", Kind::Snapshot, public),
        ("secret", Kind::Hidden, hidden),
        ("drawn", Kind::Seeded, seeded),
    ] {
        let mut told = told(Outcome::Wrong, verdict);
        if kind == Kind::Hidden {
            told.what = SECRET.into();
        }
        journal
            .set_told("k", &format!("{stage}.{name}"), 1, &told)
            .unwrap();
        let (stage, name) = (stage.clone(), name.to_owned());
        cases.push(Ran { stage, name, kind });
    }
    // It failed once of three times.
    let pass = told(Outcome::Pass, json!({"outcome": "pass"}));
    for attempt in [2, 3] {
        journal
            .set_told("k", &format!("{stage}.drawn"), attempt, &pass)
            .unwrap();
    }
    journal.set_done("k", &cases).unwrap();
    (course, journal)
}

fn written(dir: &Path) -> BTreeMap<String, String> {
    let (course, journal) = class(dir);
    let labs = [&course.labs[0]];
    write(&course, &labs, &journal, &Policy::default(), dir, false).unwrap();
    let files = tree::read(&dir.join("reports")).unwrap();
    files
        .into_iter()
        .map(|(path, bytes)| (path.display().to_string(), String::from_utf8(bytes).unwrap()))
        .collect()
}

#[test]
fn nothing_of_a_hidden_case_but_its_name_is_in_any_report() {
    let dir = Scratch::new("hidden", &[]);
    std::fs::create_dir_all(&dir.0).unwrap();
    let files = written(&dir.0);
    for (path, text) in &files {
        assert!(!text.contains(SECRET), "{path}");
    }
    let page = files
        .iter()
        .find(|(path, _)| path.ends_with("index.html"))
        .unwrap()
        .1;
    assert!(page.contains("A hidden case"));
}

#[test]
fn what_a_student_wrote_is_text_everywhere() {
    let dir = Scratch::new("nasty", &[]);
    std::fs::create_dir_all(&dir.0).unwrap();
    for (path, text) in written(&dir.0) {
        let harmless = |char: char| !char.is_control() || "\n\t\r".contains(char);
        assert!(text.chars().all(harmless), "{path}: a control character");
        if path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
            continue;
        }
        assert!(!text.contains('\u{202e}'), "{path}: turned text");
        if path.ends_with(".html") || path.ends_with(".xml") {
            assert!(
                !text.contains("<script") && !text.contains("<b>\""),
                "{path}: markup"
            );
        }
        if path.ends_with(".csv") {
            for field in text.lines().skip(1).flat_map(|line| line.split(',')) {
                assert!(
                    !field.trim_start_matches('"').starts_with(['=', '@']),
                    "{path}: {field}"
                );
            }
        }
        if path.ends_with(".md") {
            assert!(
                !text
                    .lines()
                    .any(|line| line.starts_with("</pre>") && !text.contains("``````")),
                "{path}"
            );
        }
    }
}

#[test]
fn a_flaky_case_counts_as_what_came_more_often_and_is_named() {
    let dir = Scratch::new("flaky", &[]);
    std::fs::create_dir_all(&dir.0).unwrap();
    let files = written(&dir.0);
    assert!(files["class.html"].contains("drawn failed 1 of 3 times and counts as pass"));
}

#[test]
fn other_points_are_shown_before_they_are_written() {
    let dir = Scratch::new("changes", &[]);
    std::fs::create_dir_all(&dir.0).unwrap();
    let (course, journal) = class(&dir.0);
    let labs = [&course.labs[0]];
    let again = |apply| write(&course, &labs, &journal, &Policy::default(), &dir.0, apply);
    again(false).unwrap();
    let pass = told(Outcome::Pass, json!({"outcome": "pass"}));
    let stage = &course.labs[0].stages[0].name;
    for name in ["shown", "secret"] {
        journal
            .set_told("k", &format!("{stage}.{name}"), 1, &pass)
            .unwrap();
    }
    let stop = again(false).unwrap_err();
    let line = stop.message.lines().last().unwrap().to_owned();
    assert_eq!(
        line,
        "  =<b>\"x\"\\u{202e} lab01: 0 points (graded) -> 25 points (graded)"
    );
    again(true).unwrap();
    again(false).unwrap();
}
