//! One measure of the drawing: a bar for each program, and what stands beside it.

use std::fmt::Write as _;

use xtask::measures::Goal;
use xtask::t;

use super::super::figures::{Contest, Figures, Kind, Row};
use super::super::table::{memory, rate, time};
use super::super::words;
use super::scale::{Axis, Scale};
use super::{BAR, GROUP, LEFT, RIGHT, ROW, count, escaped, shortened, text};

/// How words are coloured that a goal is about.
fn class_of(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "",
    }
}

/// Whether a measure's bars show times or rates.
pub(super) fn axis_of(contest: &Contest) -> Axis {
    match contest.by_rate() {
        true => Axis::Rate,
        false => Axis::Time,
    }
}

/// How long a bar is, in seconds or in units a second.
pub(super) fn length(axis: Axis, figures: &Figures) -> f64 {
    match axis {
        Axis::Time => figures.median.as_secs_f64(),
        Axis::Rate => figures.rate.unwrap_or_default(),
    }
}

/// From a figure to a place on the page.
pub(super) fn place(scale: &Scale, value: f64) -> f64 {
    LEFT + (RIGHT - LEFT) * scale.share(value)
}

/// Draws one measure below `top`.
pub(super) fn group(svg: &mut String, contest: &Contest, scale: &Scale, top: f64) {
    let rows: Vec<_> = contest.measured().collect();
    let first_row = top + GROUP;
    let bottom = first_row + ROW * count(rows.len()) - (ROW - BAR);
    let title = escaped(&contest.name);
    let _ = writeln!(
        svg,
        "  <text class=\"measure\" x=\"20\" y=\"{:.1}\">{title}  <tspan class=\"small\">{}</tspan></text>",
        first_row - 12.0,
        escaped(&contest.input)
    );
    for tick in scale.ticks() {
        let x = place(scale, tick);
        let _ = writeln!(
            svg,
            "  <path class=\"line\" d=\"M{x:.1} {:.1}V{bottom:.1}\"/>",
            first_row - 4.0
        );
    }
    let first = contest.first().map(|(row, _)| &*row.name);
    for (index, (row, figures)) in rows.iter().enumerate() {
        let y = first_row + ROW * count(index);
        let x = place(scale, length(scale.axis, figures));
        let class = match row.kind {
            Kind::Lab => "own",
            Kind::Peer => "peer",
            Kind::Ideal => "ideal",
        };
        text(svg, "name", LEFT - 10.0, y + 11.5, &shortened(&row.name));
        let _ = writeln!(
            svg,
            "  <rect class=\"{class}\" x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{BAR}\" rx=\"2\"/>",
            (x - LEFT).max(1.0)
        );
        let class = class_of(row.met(true));
        let _ = writeln!(
            svg,
            "  <text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            RIGHT + 14.0,
            y + 11.5,
            beside(contest, row, figures, first == Some(&*row.name))
        );
        if first == Some(&*row.name) {
            for goal in goals(contest) {
                let x = place(scale, goal);
                let _ = writeln!(
                    svg,
                    "  <path class=\"goal\" d=\"M{x:.1} {:.1}V{:.1}\"/>",
                    y - 3.0,
                    y + BAR + 3.0
                );
            }
        }
    }
}

/// What stands beside a bar, as SVG: its figure, and one more for which there is room.
fn beside(contest: &Contest, row: &Row, figures: &Figures, first: bool) -> String {
    let rated = contest.unit.as_ref().zip(figures.rate).map(|(unit, value)| {
        let unit = t!("bench.rate", unit = unit);
        format!("{} {unit}", rate(value))
    });
    let watched = |goal: &Goal| matches!(goal, Goal::Memory(_));
    let by_memory = contest.rows.iter().flat_map(|row| &row.goals).any(watched);
    let median = time(figures.median);
    let (words, more) = match (axis_of(contest), rated) {
        (Axis::Rate, Some(rated)) => {
            let said = contest.said.as_ref().zip(figures.said);
            let said = said.map(|(name, said)| format!("{name} {}", time(said)));
            let memory = by_memory.then(|| memory(figures.peak_kib));
            let more: Vec<String> = said.into_iter().chain(memory).collect();
            (rated, more.join(", "))
        }
        (_, Some(rated)) => (format!("{median}, {rated}"), String::new()),
        // What stands in a row is said of the row: the comparison turns round.
        (_, None) if figures.ratio.is_finite() && !first && row.kind != Kind::Lab => (
            format!("{median}: {}", words::time(figures.ratio.recip())),
            String::new(),
        ),
        _ => (median, String::new()),
    };
    match more.is_empty() {
        true => escaped(&words),
        false => format!(
            "{}  <tspan class=\"small {}\">{}</tspan>",
            escaped(&words),
            class_of(row.met(false)),
            escaped(&more)
        ),
    }
}

/// What the lab's program has to reach to meet each goal that can be drawn, as the length of a bar.
pub(super) fn goals(contest: &Contest) -> impl Iterator<Item = f64> {
    let first = contest.first().map(|(_, figures)| figures);
    let axis = axis_of(contest);
    let of_goal = move |goal: &Goal, figures: &Figures| {
        // The time and the rate of one run are tied to each other by the units that the lab's program does.
        let units = || Some(first?.median.as_secs_f64() * first?.rate?);
        match (*goal, axis) {
            (Goal::Time(most), Axis::Time) => Some(most * figures.median.as_secs_f64()),
            (Goal::Time(most), Axis::Rate) => Some(units()? / (most * figures.median.as_secs_f64())),
            (Goal::Rate(least), Axis::Time) => Some(units()? / (least * figures.rate?)),
            (Goal::Rate(least), Axis::Rate) => Some(least * figures.rate?),
            (Goal::Said(_) | Goal::Memory(_), _) => None,
        }
    };
    let rows = contest.measured();
    rows.flat_map(move |(row, figures)| row.goals.iter().filter_map(move |goal| of_goal(goal, figures)))
}
