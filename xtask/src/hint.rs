//! `hint`: one more hint each time, from a nudge to almost the answer.

use crate::check::print_quietly;
use crate::course::{Course, Lab};
use crate::exit::{Result, Stop};
use crate::progress::{Progress, Standing};
use crate::t;
use crate::term::Style;

/// Shows the hints of `name` (LAB.STAGE; a lab alone is its first open stage): those seen, and one more.
pub(crate) fn run(course: &Course, name: Option<&str>) -> Result {
    let mut progress = Progress::load(course);
    let target = match name {
        Some(name) => course.target(name)?,
        None => crate::course::Target {
            lab: crate::check::current_lab(course, &progress)?,
            stage: None,
        },
    };
    let stage = target.stage.unwrap_or_else(|| first_open(target.lab, &progress));
    let text = next_hint(&mut progress, target.lab, stage)?;
    print_quietly(&text)
}

/// Returns the text of the hints of a stage, one more than the last time, and notes it.
pub(crate) fn next_hint(progress: &mut Progress, lab: &Lab, stage: usize) -> Result<String> {
    let style = Style::stdout();
    let of = &lab.stages[stage];
    let shown = (progress.hints(lab, &of.name) + 1).min(of.hints.len());
    if shown == 0 {
        return Err(Stop::failed(t!("hint.none", stage = lab.name_of(Some(stage)))));
    }
    progress.set_hints(lab, &of.name, shown);
    if let Err(stop) = progress.save() {
        eprintln!("{}", t!("check.progress_lost", why = stop.message));
    }
    let mut out = format!(
        "\n{} {}\n",
        style.bold(&lab.name_of(Some(stage))),
        style.dim(&of.goal)
    );
    for (number, hint) in of.hints[..shown].iter().enumerate() {
        let words = t!("hint.number", number = number + 1, all = of.hints.len());
        let body = hint.trim().replace('\n', "\n  ");
        let last = number + 1 == shown;
        out.push_str(&format!(
            "\n  {}\n  {}\n",
            style.dim(&words),
            if last { body } else { style.dim(&body) }
        ));
    }
    if shown < of.hints.len() {
        out.push_str(&format!("\n  {}\n", style.dim(&t!("hint.more"))));
    } else {
        out.push_str(&format!("\n  {}\n", style.dim(&t!("hint.last", lab = lab.id))));
    }
    Ok(out)
}

/// The first stage of a lab that is not passed, or its last.
pub(crate) fn first_open(lab: &Lab, progress: &Progress) -> usize {
    let open = |stage: &crate::course::Stage| {
        !matches!(
            progress.standing(lab, &stage.name),
            Standing::Passed | Standing::CaughtUp
        )
    };
    lab.stages
        .iter()
        .position(open)
        .unwrap_or(lab.stages.len().saturating_sub(1))
}
