//! A student's report as Markdown: the same as the page.

use super::document::{Document, Person};
use super::escape::{block, line};
use super::others::said;
use super::student::{again, difference, more, told};
use crate::results::{Case, Graded, Stage, Verdict};

/// Writes the whole of it.
pub(crate) fn write(document: &Document<'_>, person: &Person) -> String {
    let mut out = format!("# {}\n\n| lab | | points |\n|---|---|---|\n", line(&person.id));
    for (graded, score) in &person.labs {
        out.push_str(&format!(
            "| {} | {} | {} of {} |\n",
            graded.unit.lab,
            graded.word(),
            score.points(),
            graded.of
        ));
    }
    for (graded, score) in &person.labs {
        let Some(lab) = document.lab(&graded.unit.lab) else {
            continue;
        };
        out.push_str(&format!("\n## {} {}\n\n", lab.id, line(&lab.package)));
        for note in graded.unit.remarks.iter().chain(&score.notes) {
            out.push_str(&format!("- {}\n", line(note)));
        }
        if !matches!(graded.verdict, Verdict::Ran(_)) {
            out.push_str(&block("text", &said(graded)));
        }
        for stage in graded.stages() {
            let failed = stage.failures().count();
            out.push_str(&format!(
                "- {} **{}**: {} of {} points; {} of {} cases pass\n",
                if stage.passed() { "✔" } else { "✘" },
                line(&stage.name),
                if stage.passed() { stage.points } else { 0 },
                stage.points,
                stage.cases.len() - failed,
                stage.cases.len(),
            ));
        }
        for stage in graded.stages() {
            let (shown, unwritten) = told(stage);
            for case in shown {
                out.push_str(&of_case(graded, stage, case));
            }
            if unwritten > 0 {
                out.push_str(&format!("\n{}\n", more(unwritten)));
            }
        }
    }
    out
}

fn of_case(graded: &Graded, stage: &Stage, case: &Case) -> String {
    let mut out = format!(
        "\n### {} › {}: {}\n\n",
        line(&stage.name),
        line(&case.name.replace('_', " ")),
        case.outcome.word()
    );
    let Some(shown) = &case.shown else {
        out.push_str("A hidden case: its name is all that is shown.\n");
        return out;
    };
    out.push_str(&format!("{}\n\n", line(&shown.what)));
    if let Some(command) = &shown.command {
        out.push_str(&block("text", &format!("$ {command}")));
    }
    let lines: String = difference(shown)
        .iter()
        .map(|(sign, text)| format!("{sign} {text}\n"))
        .collect();
    if !lines.is_empty() {
        out.push_str(&block("diff", &lines));
    }
    if !shown.stderr.trim().is_empty() {
        out.push_str(&block("text", &shown.stderr));
    }
    out.push_str(&format!("Again: `{}`\n", again(graded, stage, case)));
    out
}
