//! The class's page, for the instructor: who is where, and where the class is stuck.

use std::collections::BTreeMap;

use xtask::course::Lab;

use super::document::{Document, Person};
use super::escape::html;
use super::others::said;
use super::style;
use crate::results::{Graded, Stage, Verdict};

/// How many students are named behind a case that many fail.
const NAMED: usize = 8;

/// Writes the page.
pub(crate) fn page(document: &Document<'_>) -> String {
    let mut out = format!(
        "<h1>The class</h1>\n<p class=\"dim\">{} students. Tier {}; {}; {}.</p>\n",
        document.people.len(),
        html(&document.tier),
        html(&document.compiler),
        if document.seeded {
            "seeded cases were run"
        } else {
            "seeded cases were left out, for want of a key"
        }
    );
    attention(document, &mut out);
    for lab in &document.labs {
        stuck(document, lab, &mut out);
    }
    table(document, &mut out);
    style::page("The class", &out)
}

fn link(person: &Person, anchor: &str, text: &str) -> String {
    format!(
        "<a href=\"students/{}/index.html#{}\">{}</a>",
        html(&person.slug),
        html(anchor),
        html(text)
    )
}

/// Everything that somebody has to look at.
fn attention(document: &Document<'_>, out: &mut String) {
    let mut lines = Vec::new();
    for person in &document.people {
        for (graded, score) in &person.labs {
            let lab = &graded.unit.lab;
            let why = match &graded.verdict {
                Verdict::Fault(why) => Some(format!("grader fault, nothing scored: {why}")),
                Verdict::Refused(_) => Some(said(graded)),
                Verdict::Open => Some(String::from("not graded yet")),
                _ => None,
            };
            let flaky = graded.flaky().map(|(stage, case)| {
                let (failed, tries) = case.flaky.unwrap_or_default();
                format!(
                    "flaky: {}.{} failed {failed} of {tries} times and counts as {}",
                    stage.name,
                    case.name,
                    case.outcome.word()
                )
            });
            let noted = score
                .notes
                .iter()
                .filter(|note| note.starts_with("set to") || note.starts_with("due"))
                .cloned();
            for why in why.into_iter().chain(flaky).chain(noted) {
                lines.push(format!(
                    "<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                    link(person, lab, &person.id),
                    html(lab),
                    html(&why)
                ));
            }
        }
    }
    if !lines.is_empty() {
        out.push_str("<h2 id=\"look\">To look at</h2>\n<table><tbody>\n");
        out.extend(lines);
        out.push_str("</tbody></table>\n");
    }
}

/// How far the class is in one lab, and on which cases it fails.
fn stuck(document: &Document<'_>, lab: &Lab, out: &mut String) {
    let all: Vec<(&Person, &Graded)> = document
        .people
        .iter()
        .flat_map(|person| person.labs.iter().map(move |(graded, _)| (person, graded)))
        .filter(|(_, graded)| graded.unit.lab == lab.id)
        .collect();
    out.push_str(&format!(
        "<h2 id=\"{0}\">{0} {1}</h2>\n",
        html(&lab.id),
        html(&lab.package)
    ));
    let count =
        |wanted: fn(&Verdict) -> bool| all.iter().filter(|(_, graded)| wanted(&graded.verdict)).count();
    out.push_str(&format!(
        "<p>{} handed in; {} do not compile, {} refused. Points: {}</p>\n",
        all.len() - count(|verdict| matches!(verdict, Verdict::Missing)),
        count(|verdict| matches!(verdict, Verdict::Broken(_))),
        count(|verdict| matches!(verdict, Verdict::Refused(_))),
        spread(&all),
    ));
    out.push_str("<table><thead><tr><th>stage</th><th></th><th class=\"number\">pass</th><th>fails most often</th></tr></thead><tbody>\n");
    for stage in &lab.stages {
        let of = |graded: &'_ Graded| graded.stages().iter().find(|of| of.name == stage.name).cloned();
        let stages: Vec<(&Person, Stage)> = all
            .iter()
            .filter_map(|(person, graded)| Some((*person, of(graded)?)))
            .collect();
        let passed = stages.iter().filter(|(_, stage)| stage.passed()).count();
        let mut failing: BTreeMap<&str, Vec<&Person>> = BTreeMap::new();
        for (person, stage) in &stages {
            for case in stage
                .failures()
                .filter(|_| stage.count(xtask::verdict::Outcome::NotWritten) == 0)
            {
                failing.entry(&case.name).or_default().push(person);
            }
        }
        let mut failing: Vec<_> = failing.into_iter().collect();
        failing.sort_by_key(|(name, people)| (std::cmp::Reverse(people.len()), *name));
        let cases: Vec<String> = failing
            .iter()
            .take(3)
            .map(|(name, people)| {
                let anchor = format!("{}.{}.{name}", lab.id, stage.name);
                let who: Vec<String> = people
                    .iter()
                    .take(NAMED)
                    .map(|person| link(person, &anchor, &person.id))
                    .collect();
                let more = if people.len() > NAMED { " …" } else { "" };
                format!(
                    "{} ({}): {}{more}",
                    html(&name.replace('_', " ")),
                    people.len(),
                    who.join(", ")
                )
            })
            .collect();
        out.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td class=\"number\">{passed} of {}</td><td>{}</td></tr>\n",
            html(&stage.name),
            style::bar(passed, all.len()),
            all.len(),
            cases.join("<br>")
        ));
    }
    out.push_str("</tbody></table>\n");
}

/// How many reached how much, in tenths of what there is.
fn spread(all: &[(&Person, &Graded)]) -> String {
    let mut tenths = [0_usize; 11];
    for (_, graded) in all
        .iter()
        .filter(|(_, graded)| !matches!(graded.verdict, Verdict::Missing))
    {
        tenths[(10 * graded.points()).checked_div(graded.of).unwrap_or(0).min(10) as usize] += 1;
    }
    let named = |(tenth, count): (usize, &usize)| (*count > 0).then(|| format!("{}%: {count}", tenth * 10));
    let parts: Vec<String> = tenths.iter().enumerate().filter_map(named).collect();
    parts.join(", ")
}

/// Everybody, a row each.
fn table(document: &Document<'_>, out: &mut String) {
    out.push_str("<h2 id=\"students\">Students</h2>\n<div class=\"wide\"><table><thead><tr><th>student</th><th class=\"number\">points</th>");
    for lab in &document.labs {
        out.push_str(&format!("<th>{}</th>", html(&lab.id)));
    }
    out.push_str("</tr></thead><tbody>\n");
    for person in &document.people {
        out.push_str(&format!(
            "<tr><td>{}</td><td class=\"number\">{}</td>",
            link(person, "", &person.id),
            person.total().points()
        ));
        for (graded, score) in &person.labs {
            let first = graded
                .stages()
                .iter()
                .find_map(|stage| Some((stage, stage.failures().next()?)));
            let anchor = first.map_or(graded.unit.lab.clone(), |(stage, case)| {
                format!("{}.{}.{}", graded.unit.lab, stage.name, case.name)
            });
            let signs: String = graded
                .stages()
                .iter()
                .map(|stage| if stage.passed() { '●' } else { '○' })
                .collect();
            let word = if signs.is_empty() {
                graded.word().to_owned()
            } else {
                signs
            };
            let late = if score.late_days > 0 {
                format!(" <span class=\"dim\">{} d late</span>", score.late_days)
            } else {
                String::new()
            };
            out.push_str(&format!(
                "<td>{} {}{late}</td>",
                score.points(),
                link(person, &anchor, &word)
            ));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
}
