//! The result of `bench` as a drawing: one bar a program, one group a measure, one scale for all.

use std::fmt::Write as _;

use xtask::measures::Goal;
use xtask::t;

use super::figures::{Contest, Kind};
use super::table::{rate, time};
use super::words;

/// Where things stand, in user units of the drawing.
const WIDTH: f64 = 900.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 700.0;
const TOP: f64 = 92.0;
const ROW: f64 = 22.0;
const BAR: f64 = 14.0;
const GROUP: f64 = 38.0;

/// From this ratio of the longest time to the shortest on, a linear scale would show the shortest as nothing.
const LINEAR_UP_TO: f64 = 25.0;

/// The colours of a light and of a dark page. The drawing brings its own ground: an `img` does not see the page's.
const STYLE: &str = "\
    .ground { fill: #fbfbf9; stroke: #d5d5cf }
    text { font: 13px system-ui, sans-serif; fill: #24292f }
    .title { font-size: 16px; font-weight: 600 }
    .measure { font-weight: 600 }
    .small { font-size: 11.5px; fill: #59616a }
    .name, .tick { text-anchor: end }
    .tick { text-anchor: middle }
    .line { stroke: #dcdcd6 }
    .own { fill: #2a78b8 }
    .peer { fill: #a8adb3 }
    .ideal { fill: none; stroke: #a8adb3; stroke-dasharray: 3 2 }
    .goal { stroke: #24292f; stroke-width: 2 }
    .met { fill: #1a7f37 }
    .missed { fill: #c02f1d }
    @media (prefers-color-scheme: dark) {
      .ground { fill: #1d2026; stroke: #3a3f47 }
      text { fill: #dfe3e8 }
      .small { fill: #9aa4af }
      .line { stroke: #363b43 }
      .own { fill: #4c9fe0 }
      .peer { fill: #6b727b }
      .ideal { stroke: #6b727b }
      .goal { stroke: #ffffff }
      .met { fill: #57c26f }
      .missed { fill: #ff8673 }
    }";

/// Draws all measures as one SVG document.
pub(crate) fn draw(title: &str, machine: &str, contests: &[Contest]) -> String {
    let scale = Scale::over(contests);
    let rows: usize = contests.iter().map(|contest| contest.measured().count()).sum();
    let height = TOP + GROUP * count(contests.len()) + ROW * count(rows) + 44.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\">\n  <title>{title}</title>\n  <style>\n{STYLE}\n  </style>\n  \
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{:.0}\" height=\"{:.0}\" rx=\"6\"/>\n",
        WIDTH - 1.0,
        height - 1.0,
        title = escaped(title),
    );
    text(&mut svg, "title", 20.0, 30.0, title);
    text(&mut svg, "small", 20.0, 50.0, machine);
    text(&mut svg, "small", 20.0, 70.0, &t!("bench.plot_about"));
    if scale.log {
        text(&mut svg, "small", 20.0, 86.0, &t!("bench.plot_log"));
    }
    let mut y = TOP;
    for contest in contests {
        group(&mut svg, contest, &scale, y);
        y += GROUP + ROW * count(contest.measured().count());
    }
    for tick in scale.ticks() {
        text(&mut svg, "small tick", scale.x(tick), y + 18.0, &tick_label(tick));
    }
    svg.push_str("</svg>\n");
    svg
}

/// Draws one measure below `top`.
fn group(svg: &mut String, contest: &Contest, scale: &Scale, top: f64) {
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
        let x = scale.x(tick);
        let _ = writeln!(
            svg,
            "  <path class=\"line\" d=\"M{x:.1} {:.1}V{bottom:.1}\"/>",
            first_row - 4.0
        );
    }
    let first = contest.first().map(|(row, _)| &*row.name);
    for (index, (row, figures)) in rows.iter().enumerate() {
        let y = first_row + ROW * count(index);
        let x = scale.x(figures.median.as_secs_f64());
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
        let class = match row.met() {
            Some(true) => "met",
            Some(false) => "missed",
            None => "",
        };
        // There is room for one more figure. What stands in a row is said of the row: the comparison turns round.
        let mut words = time(figures.median);
        if let (Some(unit), Some(value)) = (&contest.unit, figures.rate) {
            words = format!("{words}, {} {}", rate(value), t!("bench.rate", unit = unit));
        } else if figures.ratio.is_finite() && first != Some(&*row.name) {
            words = format!("{words}: {}", words::time(figures.ratio.recip()));
        }
        text(svg, class, RIGHT + 14.0, y + 11.5, &words);
        if first == Some(&*row.name) {
            for goal in goals(contest) {
                let x = scale.x(goal);
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

/// The times, in seconds, that the lab's program may take to meet each goal. A goal in units a second is one too, for the units that it does.
fn goals(contest: &Contest) -> impl Iterator<Item = f64> {
    let first = contest.first().map(|(_, figures)| figures);
    contest
        .measured()
        .filter_map(move |(row, figures)| match row.goal? {
            Goal::Time(most) => Some(most * figures.median.as_secs_f64()),
            Goal::Rate(least) => {
                let first = first?;
                Some(first.median.as_secs_f64() * first.rate? / (least * figures.rate?))
            }
        })
}

/// From seconds to a place on the page.
struct Scale {
    log: bool,
    /// The times at both ends, in seconds.
    from: f64,
    to: f64,
}

impl Scale {
    fn over(contests: &[Contest]) -> Self {
        let bars = contests
            .iter()
            .flat_map(Contest::measured)
            .map(|(_, figures)| figures.median.as_secs_f64().max(1e-4));
        let (least, most) = bars
            .chain(contests.iter().flat_map(goals))
            .fold((f64::INFINITY, 1e-3_f64), |(least, most), s| {
                (least.min(s), most.max(s))
            });
        if most / least.min(most) <= LINEAR_UP_TO {
            let (from, to) = (0.0, most * 1.02);
            return Self { log: false, from, to };
        }
        // A bar on a logarithmic scale has no true zero: it begins at the power of ten below the shortest.
        Self {
            log: true,
            from: 10_f64.powf((least * 0.9).log10().floor()),
            to: most * 1.1,
        }
    }

    fn x(&self, seconds: f64) -> f64 {
        let share = if self.log {
            (seconds / self.from).ln() / (self.to / self.from).ln()
        } else {
            (seconds - self.from) / (self.to - self.from)
        };
        LEFT + (RIGHT - LEFT) * share.clamp(0.0, 1.0)
    }

    /// Round times from one end to the other: powers of ten, or four to eight even steps.
    fn ticks(&self) -> Vec<f64> {
        let step = if self.log {
            self.from
        } else {
            let rough = self.to / 5.0;
            let power = 10_f64.powf(rough.log10().floor());
            let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
            steps.into_iter().find(|step| *step >= rough).unwrap_or(rough)
        };
        let ticks = (0..16).map(|n| {
            if self.log {
                step * 10_f64.powi(n)
            } else {
                step * f64::from(n)
            }
        });
        ticks.take_while(|tick| *tick <= self.to).collect()
    }
}

/// A tick's time, which is round: no digits behind the point but those it has.
fn tick_label(seconds: f64) -> String {
    let whole = |value: f64| {
        format!("{value:.3}")
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    };
    if seconds < 1.0 && seconds > 0.0 {
        format!("{} ms", whole(seconds * 1e3))
    } else {
        format!("{} s", whole(seconds))
    }
}

/// A name as long as the place left of the bars.
fn shortened(name: &str) -> String {
    const LONGEST: usize = 25;
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let kept: String = name.chars().take(LONGEST - 1).collect();
    format!("{}…", kept.trim_end())
}

fn text(svg: &mut String, class: &str, x: f64, y: f64, words: &str) {
    let words = escaped(words);
    let _ = writeln!(
        svg,
        "  <text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>"
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[expect(clippy::cast_precision_loss, reason = "a number of rows, far below 2^52")]
fn count(rows: usize) -> f64 {
    rows as f64
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::figures::{Figures, Row};
    use super::*;

    fn contest(times_ms: &[u64]) -> Contest {
        let row = |(index, ms): (usize, &u64)| Row {
            name: format!("a <b> & {index}"),
            kind: if index == 0 { Kind::Lab } else { Kind::Peer },
            goal: (index == 1).then_some(Goal::Time(0.5)),
            figures: Ok(Figures {
                median: Duration::from_millis(*ms),
                least: Duration::from_millis(*ms),
                cpu: Duration::ZERO,
                peak_kib: 0,
                rate: None,
                ratio: 1.0,
                rate_ratio: f64::NAN,
            }),
        };
        Contest {
            name: "m".into(),
            input: "i".into(),
            about: String::new(),
            unit: None,
            rows: times_ms.iter().enumerate().map(row).collect(),
        }
    }

    #[test]
    fn times_of_one_size_get_a_linear_scale_and_others_a_logarithmic_one() {
        let near = Scale::over(&[contest(&[400, 800])]);
        assert!(!near.log && near.ticks()[0] == 0.0 && near.ticks().len() > 3);
        let far = Scale::over(&[contest(&[400, 90_000])]);
        assert!(far.log && far.x(0.4) > LEFT && far.x(90.0) < RIGHT);
        assert_eq!(far.ticks().len(), 3, "0.1 s, 1 s, 10 s");
    }

    #[test]
    fn every_bar_and_goal_is_drawn_and_names_are_escaped() {
        let svg = draw("t", "m", &[contest(&[400, 800, 80])]);
        assert_eq!(svg.matches("<rect class=\"own\"").count(), 1);
        assert_eq!(svg.matches("<rect class=\"peer\"").count(), 2);
        assert_eq!(svg.matches("class=\"goal\"").count(), 1);
        assert!(
            svg.contains("a &lt;b&gt; &amp; 1") && !svg.contains("NaN"),
            "{svg}"
        );
    }

    #[test]
    fn ticks_are_named_without_empty_digits_and_long_names_are_cut() {
        assert_eq!(
            [0.0, 0.05, 0.0001, 2.0, 2.5].map(tick_label),
            ["0 s", "50 ms", "0.1 ms", "2 s", "2.5 s"]
        );
        assert_eq!(
            shortened("mawk, two passes over the file"),
            "mawk, two passes over th…"
        );
    }

    #[test]
    fn nothing_measured_is_still_a_drawing() {
        assert!(!draw("t", "m", &[contest(&[])]).contains("NaN"));
    }
}
