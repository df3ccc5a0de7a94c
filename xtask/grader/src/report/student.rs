//! What one student gets: a page, the same as Markdown, and replay files of seeded cases that failed.

use std::path::Path;

use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};
use xtask::subject::Files;
use xtask::verdict::{Kind, Outcome};

use super::document::{Document, Person};
use super::escape::html;
use super::others::said;
use super::style;
use crate::model::State;
use crate::results::{Case, Graded, Shown, Stage, Verdict};

/// The most lines of a difference that a report shows.
const LINES: usize = 300;

/// Adds everything of `person` to `files`.
pub(crate) fn files(document: &Document<'_>, person: &Person, files: &mut Files) {
    let home = Path::new("students").join(&person.slug);
    files.insert(home.join("index.html"), page(document, person).into_bytes());
    files.insert(
        home.join("report.md"),
        super::markdown::write(document, person).into_bytes(),
    );
    for (graded, _) in &person.labs {
        for (stage, case) in failing(graded) {
            if let Some(value) = replay(graded, stage, case) {
                files.insert(
                    home.join(replay_file(graded, stage, case)),
                    format!("{value:#}\n").into_bytes(),
                );
            }
        }
    }
}

fn failing(graded: &Graded) -> Vec<(&Stage, &Case)> {
    let of = |stage| Stage::failures(stage).map(move |case| (stage, case));
    graded.stages().iter().flat_map(of).collect()
}

/// The cases of a stage that are shown, and how many more only met the same `todo!` as the first of them.
pub(crate) fn told(stage: &Stage) -> (Vec<&Case>, usize) {
    let mut unwritten = 0;
    let shown = stage.failures().filter(|case| {
        unwritten += usize::from(case.outcome == Outcome::NotWritten);
        case.outcome != Outcome::NotWritten || unwritten == 1
    });
    (shown.collect(), unwritten.saturating_sub(1))
}

pub(crate) fn more(count: usize) -> String {
    format!("{count} more cases of this stage are not written yet.")
}

fn replay_file(graded: &Graded, stage: &Stage, case: &Case) -> String {
    format!("replay/{}.{}.{}.json", graded.unit.lab, stage.name, case.name)
}

/// What `cargo xtask check --replay` reads.
fn replay(graded: &Graded, stage: &Stage, case: &Case) -> Option<Value> {
    let Value::Object(mut replay) = case.shown.as_ref()?.replay.clone()? else {
        return None;
    };
    let State::Taken { seed: Some(seed), .. } = graded.unit.state else {
        return None;
    };
    replay.insert("lab".into(), json!(graded.unit.lab));
    replay.insert("case".into(), json!(format!("{}.{}", stage.name, case.name)));
    replay.insert("seed".into(), json!(seed));
    Some(Value::Object(replay))
}

/// The lines of a difference, each with `-` (expected), `+` (what came) or a space before it.
pub(crate) fn difference(shown: &Shown) -> Vec<(char, String)> {
    let (Some(expected), Some(actual)) = (&shown.expected, &shown.actual) else {
        let only = shown
            .expected
            .as_ref()
            .map(|text| ('-', text))
            .or(shown.actual.as_ref().map(|text| ('+', text)));
        return only
            .into_iter()
            .flat_map(|(sign, text)| text.lines().map(move |line| (sign, line.to_owned())))
            .take(LINES)
            .collect();
    };
    let diff = TextDiff::from_lines(expected.as_str(), actual.as_str());
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        if !lines.is_empty() {
            lines.push(('@', String::from("…")));
        }
        for change in hunk.iter_changes() {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push((sign, change.value().trim_end_matches('\n').to_owned()));
        }
    }
    if lines.len() > LINES {
        let more = lines.len() - LINES;
        lines.truncate(LINES);
        lines.push(('@', format!("… and {more} lines more")));
    }
    lines
}

/// What the student types to see a case again.
pub(crate) fn again(graded: &Graded, stage: &Stage, case: &Case) -> String {
    match case.kind {
        Kind::Seeded => format!("cargo xtask check --replay {}", replay_file(graded, stage, case)),
        _ => format!(
            "cargo xtask check {} --case {}.{}",
            graded.unit.lab, stage.name, case.name
        ),
    }
}

fn page(document: &Document<'_>, person: &Person) -> String {
    let mut out = format!("<h1>{}</h1>\n", html(&person.id));
    out.push_str("<table><thead><tr><th>lab</th><th></th><th class=\"number\">points</th><th></th></tr></thead><tbody>\n");
    for (graded, score) in &person.labs {
        out.push_str(&format!(
            "<tr><td><a href=\"#{0}\">{0}</a></td><td>{1}</td><td class=\"number\">{2} of {3}</td><td>{4}</td></tr>\n",
            html(&graded.unit.lab),
            html(graded.word()),
            score.points(),
            graded.of,
            style::bar(graded.points() as usize, graded.of as usize),
        ));
    }
    out.push_str("</tbody></table>\n");
    for (graded, score) in &person.labs {
        let Some(lab) = document.lab(&graded.unit.lab) else {
            continue;
        };
        out.push_str(&format!(
            "<h2 id=\"{0}\">{0} {1}</h2>\n",
            html(&lab.id),
            html(&lab.package)
        ));
        for note in graded.unit.remarks.iter().chain(&score.notes) {
            out.push_str(&format!("<p>{}</p>\n", html(note)));
        }
        if !matches!(graded.verdict, Verdict::Ran(_)) {
            out.push_str(&format!("<pre>{}</pre>\n", html(&said(graded))));
        }
        for stage in graded.stages() {
            let title = lab
                .stages
                .iter()
                .find(|of| of.name == stage.name)
                .map_or("", |of| &of.title);
            let (class, sign) = if stage.passed() {
                ("good", "✔")
            } else {
                ("bad", "✘")
            };
            let failed = stage.failures().count();
            out.push_str(&format!(
                "<p id=\"{}.{}\"><b class=\"{class}\">{sign} {}</b> {} <span class=\"dim\">{} of {} points; {} of {} cases pass</span></p>\n",
                html(&lab.id),
                html(&stage.name),
                html(&stage.name),
                html(title),
                if stage.passed() { stage.points } else { 0 },
                stage.points,
                stage.cases.len() - failed,
                stage.cases.len(),
            ));
            let (shown, unwritten) = told(stage);
            for case in shown {
                out.push_str(&details(graded, stage, case));
            }
            if unwritten > 0 {
                out.push_str(&format!("<p class=\"dim\">{}</p>\n", more(unwritten)));
            }
        }
    }
    style::page(&format!("{}: report", person.id), &out)
}

fn details(graded: &Graded, stage: &Stage, case: &Case) -> String {
    let id = format!("{}.{}.{}", graded.unit.lab, stage.name, case.name);
    let mut out = format!(
        // Browsers open what a link leads into, so the name stands inside.
        "<details><summary>{} <span class=\"bad\">{}</span></summary><div id=\"{}\">\n",
        html(&case.name.replace('_', " ")),
        html(case.outcome.word()),
        html(&id),
    );
    if let Some((failed, tries)) = case.flaky {
        out.push_str(&format!("<p>It failed {failed} of {tries} times.</p>\n"));
    }
    match &case.shown {
        None => out.push_str("<p>A hidden case: its name is all that is shown.</p>\n"),
        Some(shown) if case.outcome == Outcome::NotWritten => {
            out.push_str(&format!(
                "<p>This is not written yet.</p><pre>{}</pre>\n",
                html(&shown.stderr)
            ));
        }
        Some(shown) => {
            out.push_str(&format!("<p>{}</p>\n", html(&shown.what)));
            if let Some(command) = &shown.command {
                out.push_str(&format!("<pre>$ {}</pre>\n", html(command)));
            }
            let lines = difference(shown);
            if !lines.is_empty() {
                out.push_str("<p class=\"dim\">- expected, + what came</p><pre>");
                for (sign, text) in &lines {
                    let class = match sign {
                        '-' => "minus",
                        '+' => "plus",
                        _ => "dim",
                    };
                    out.push_str(&format!("<span class=\"{class}\">{sign} {}</span>", html(text)));
                }
                out.push_str("</pre>\n");
            }
            if let Some(ended) = &shown.ended {
                out.push_str(&format!(
                    "<p class=\"dim\">The program ended with: {}</p>\n",
                    html(ended)
                ));
            }
            if !shown.stderr.trim().is_empty() {
                out.push_str(&format!(
                    "<p class=\"dim\">On standard error:</p><pre>{}</pre>\n",
                    html(&shown.stderr)
                ));
            }
        }
    }
    if let (Kind::Seeded, State::Taken { seed: Some(seed), .. }) = (case.kind, &graded.unit.state) {
        out.push_str(&format!(
            "<p class=\"dim\">Its input is drawn with the seed {seed}.</p>\n"
        ));
    }
    if replay(graded, stage, case).is_some() {
        let file = replay_file(graded, stage, case);
        out.push_str(&format!("<p><a href=\"{0}\">{0}</a></p>\n", html(&file)));
    }
    if case.kind != Kind::Hidden {
        out.push_str(&format!(
            "<p>Again: <code>{}</code></p>\n",
            html(&again(graded, stage, case))
        ));
    }
    out + "</div></details>\n"
}
