//! Tables for spreadsheets and learning platforms.

use super::document::{Document, Person};
use crate::csv;

/// One row for each student: what each lab counts, how it stands, and each stage.
pub(crate) fn class(document: &Document<'_>) -> String {
    let mut head = vec![
        String::from("student"),
        String::from("points"),
        String::from("report"),
    ];
    for lab in &document.labs {
        head.extend(["points", "verdict", "late days"].map(|what| format!("{} {what}", lab.id)));
        head.extend(
            lab.stages
                .iter()
                .map(|stage| format!("{}.{}", lab.id, stage.name)),
        );
    }
    let row = |person: &Person| {
        let mut row = vec![
            person.id.clone(),
            person.total().points(),
            format!("students/{}/index.html", person.slug),
        ];
        for (graded, score) in &person.labs {
            row.extend([
                score.points(),
                graded.word().to_owned(),
                score.late_days.to_string(),
            ]);
            let stages = document.lab(&graded.unit.lab).map(|lab| &lab.stages);
            for stage in stages.into_iter().flatten() {
                let found = graded.stages().iter().find(|of| of.name == stage.name);
                row.push(
                    found
                        .filter(|of| of.passed())
                        .map_or(0, |of| of.points)
                        .to_string(),
                );
            }
        }
        csv::line(&row)
    };
    csv::line(&head) + &document.people.iter().map(row).collect::<String>()
}

/// For Canvas: a row of the most that can be had, then the students. Their ids stand as SIS Login ID; Canvas finds them by it.
///
/// Source: Canvas Instructor Guide, "How do I import grades in the Gradebook?"
pub(crate) fn canvas(document: &Document<'_>) -> String {
    let columns = |first: [&str; 5]| first.map(str::to_owned).to_vec();
    let mut head = columns(["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]);
    let mut most = columns(["    Points Possible", "", "", "", ""]);
    for lab in &document.labs {
        head.push(lab.id.clone());
        most.push(
            lab.stages
                .iter()
                .map(|stage| stage.points)
                .sum::<u32>()
                .to_string(),
        );
    }
    let row = |person: &Person| {
        let mut row = columns(["", "", "", "", ""]);
        (row[0], row[3]) = (person.id.clone(), person.id.clone());
        row.extend(person.labs.iter().map(|(_, score)| score.points()));
        csv::line(&row)
    };
    csv::line(&head) + &csv::line(&most) + &document.people.iter().map(row).collect::<String>()
}

/// For Moodle: points and a line of feedback for each lab, by user name.
///
/// Source: Moodle documentation, "Grade import".
pub(crate) fn moodle(document: &Document<'_>) -> String {
    let mut head = vec![String::from("Username")];
    for lab in &document.labs {
        head.extend([lab.id.clone(), format!("{} feedback", lab.id)]);
    }
    let row = |person: &Person| {
        let mut row = vec![person.id.clone()];
        for (graded, score) in &person.labs {
            let said = std::iter::once(graded.word().to_owned()).chain(score.notes.iter().cloned());
            row.extend([score.points(), said.collect::<Vec<_>>().join("; ")]);
        }
        csv::line(&row)
    };
    csv::line(&head) + &document.people.iter().map(row).collect::<String>()
}
