//! What other systems read: Gradescope's `results.json` and JUnit XML, of one student.

use serde_json::{Value, json};
use xtask::subject::Files;
use xtask::verdict::{Kind, Outcome};

use super::document::{Document, Person};
use super::escape::{html, plain};
use crate::results::{Case, Graded, Verdict};

/// Adds both to `files`.
pub(crate) fn files(document: &Document<'_>, person: &Person, files: &mut Files) {
    let home = std::path::Path::new("students").join(&person.slug);
    files.insert(
        home.join("results.json"),
        format!("{:#}\n", gradescope(document, person)).into_bytes(),
    );
    files.insert(home.join("junit.xml"), junit(document, person).into_bytes());
}

/// One test for each stage.
///
/// Source: Gradescope, "Autograder Specifications", "Output Format".
fn gradescope(document: &Document<'_>, person: &Person) -> Value {
    let mut tests = Vec::new();
    for (graded, _) in &person.labs {
        let Some(lab) = document.lab(&graded.unit.lab) else {
            continue;
        };
        for stage in &lab.stages {
            let found = graded.stages().iter().find(|of| of.name == stage.name);
            let passed = found.is_some_and(|of| of.passed());
            let output = match found {
                Some(of) => of.failures().map(|case| format!("{}\n", words(case))).collect(),
                None => said(graded),
            };
            tests.push(json!({
                "name": format!("{}.{}: {}", lab.id, stage.name, stage.title),
                "score": if passed { stage.points } else { 0 },
                "max_score": stage.points,
                "status": if passed { "passed" } else { "failed" },
                "output": plain(&output),
                "output_format": "text",
                "visibility": "visible",
            }));
        }
    }
    let notes = person.labs.iter().flat_map(|(graded, score)| {
        score
            .notes
            .iter()
            .map(|note| format!("{}: {note}\n", graded.unit.lab))
    });
    let score: f64 = person.total().points().parse().unwrap_or(0.0);
    json!({
        "score": score,
        "output": plain(&notes.collect::<String>()),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    })
}

/// What is wrong with a submission that has no stages.
pub(crate) fn said(graded: &Graded) -> String {
    match &graded.verdict {
        Verdict::Refused(why) => format!("refused: {why}"),
        Verdict::Broken(why) => format!("does not compile:\n{why}"),
        Verdict::Fault(_) => String::from("the grader failed; nothing was scored, and your instructor knows"),
        _ => graded.word().to_owned(),
    }
}

/// A case that did not pass, in a few lines.
fn words(case: &Case) -> String {
    let mut out = format!("{}: {}", case.name.replace('_', " "), case.outcome.word());
    if let Some(shown) = &case.shown {
        out.push_str(&format!("\n  {}", shown.what));
        if let Some(command) = &shown.command {
            out.push_str(&format!("\n  $ {command}"));
        }
    }
    out
}

/// One suite for each lab, one class for each stage.
///
/// Source: the schema of the Jenkins xUnit plugin, junit-10.xsd.
fn junit(document: &Document<'_>, person: &Person) -> String {
    let mut suites = String::new();
    for (graded, _) in &person.labs {
        let lab = &graded.unit.lab;
        let cases = || graded.stages().iter().flat_map(|stage| &stage.cases);
        let count = |wanted: fn(&Case) -> bool| cases().filter(|case| wanted(case)).count();
        let whole = graded.stages().is_empty();
        let skipped = count(|case| case.outcome == Outcome::NotRun);
        let errors = count(|case| case.outcome == Outcome::Fault) + usize::from(whole);
        let failures =
            count(|case| !matches!(case.outcome, Outcome::Pass | Outcome::NotRun | Outcome::Fault));
        let all = cases().count() + usize::from(whole);
        suites.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{all}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">\n",
            html(lab)
        ));
        if whole {
            suites.push_str(&format!(
                "    <testcase classname=\"{}\" name=\"{}\"><error message=\"{}\">{}</error></testcase>\n",
                html(lab),
                html(document.lab(lab).map_or(lab, |lab| &lab.package)),
                html(graded.word()),
                html(&said(graded))
            ));
        }
        for stage in graded.stages() {
            for case in &stage.cases {
                suites.push_str(&testcase(&format!("{lab}.{}", stage.name), case));
            }
        }
        suites.push_str("  </testsuite>\n");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\">\n{suites}</testsuites>\n",
        html(&person.id)
    )
}

fn testcase(class: &str, case: &Case) -> String {
    let name = html(&case.name.replace('_', " "));
    let message = html(case.outcome.word());
    let inside = match (case.outcome, &case.shown) {
        (Outcome::Pass, _) => String::new(),
        (Outcome::NotRun, _) => String::from("<skipped/>"),
        (_, Some(shown)) if case.kind != Kind::Hidden => {
            let mut text = format!("{}\n", shown.what);
            for (name, part) in [
                ("$", &shown.command),
                ("expected:\n", &shown.expected),
                ("actual:\n", &shown.actual),
            ] {
                text.push_str(
                    &part
                        .as_ref()
                        .map(|part| format!("{name} {part}\n"))
                        .unwrap_or_default(),
                );
            }
            let element = if case.outcome == Outcome::Fault {
                "error"
            } else {
                "failure"
            };
            format!("<{element} message=\"{message}\">{}</{element}>", html(&text))
        }
        _ => format!("<failure message=\"{message}\"/>"),
    };
    format!(
        "    <testcase classname=\"{}\" name=\"{name}\">{inside}</testcase>\n",
        html(class)
    )
}
