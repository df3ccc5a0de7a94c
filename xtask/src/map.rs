//! The map: every lab and stage, and the one thing to do next.

use crate::check::{current_lab, print_quietly};
use crate::course::{Course, Lab};
use crate::exit::Result;
use crate::progress::{Progress, Standing};
use crate::t;
use crate::term::Style;

/// Prints the map.
pub(crate) fn run(course: &Course) -> Result {
    let style = Style::stdout();
    let progress = Progress::load(course);
    let mut out = String::from("\n");
    for lab in &course.labs {
        let (have, all) = points(&progress, lab);
        let points = t!("show.points", have = have, all = all);
        out.push_str(&format!(
            "{} {}  {}  {}\n",
            style.bold(&lab.id),
            style.bold(&lab.package),
            points,
            style.dim(&lab.summary)
        ));
        for (number, stage) in lab.stages.iter().enumerate() {
            let standing = progress.standing(lab, &stage.name);
            let (sign, note) = match standing {
                Standing::Passed => (style.green(style.sign("✔", "ok")), String::new()),
                Standing::CaughtUp => (style.yellow(style.sign("↷", "->")), t!("map.caught_up")),
                Standing::Failed => (style.red(style.sign("✘", "x")), t!("map.failed")),
                Standing::NotWritten | Standing::Unknown => (style.dim(style.sign("○", "--")), String::new()),
            };
            let gap = " ".repeat(12_usize.saturating_sub(stage.name.len()));
            let points = format!("{:>3}", stage.points);
            out.push_str(&format!(
                "  {sign} {} {}{gap} {}  {}  {}\n",
                number + 1,
                stage.name,
                style.dim(&points),
                stage.title,
                style.yellow(&note)
            ));
        }
        out.push('\n');
    }
    out.push_str(&format!("{}\n", next(course, &progress, style)?));
    print_quietly(&out)
}

/// Points that a lab's standing is worth, and those it could be.
fn points(progress: &Progress, lab: &Lab) -> (u32, u32) {
    let worth =
        |stage: &&crate::course::Stage| matches!(progress.standing(lab, &stage.name), Standing::Passed);
    let have = lab.stages.iter().filter(worth).map(|stage| stage.points).sum();
    (have, lab.stages.iter().map(|stage| stage.points).sum())
}

/// The one thing to do next: go on where the last check failed, else the first stage that is not done.
fn next(course: &Course, progress: &Progress, style: Style) -> Result<String> {
    let current = current_lab(course, progress)?;
    let open = |lab: &Lab| {
        lab.stages.iter().position(|stage| {
            !matches!(
                progress.standing(lab, &stage.name),
                Standing::Passed | Standing::CaughtUp
            )
        })
    };
    let labs = std::iter::once(current).chain(&course.labs);
    let Some((lab, stage)) = labs.filter_map(|lab| Some((lab, open(lab)?))).next() else {
        return Ok(style.green(&t!("map.all_done")));
    };
    Ok(t!(
        "map.next",
        command = style.cyan(&format!("cargo xtask check {}", lab.id)),
        title = lab.stages[stage].title
    ))
}
