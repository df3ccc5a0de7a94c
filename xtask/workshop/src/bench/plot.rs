//! The result of `bench` as a drawing: one bar a program, one group a measure, one scale for all that is measured in time and one for all
//! that is measured in units a second.

mod group;
mod scale;

use std::fmt::Write as _;

use xtask::t;

use super::figures::Contest;
use group::{axis_of, goals, group, length, place};
use scale::{Axis, Scale};

/// Where things stand, in user units of the drawing.
const WIDTH: f64 = 900.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = 700.0;
const TOP: f64 = 50.0;
/// The sentences above a section's groups, and the scale below them.
const HEAD: f64 = 42.0;
const FOOT: f64 = 34.0;
const ROW: f64 = 22.0;
const BAR: f64 = 14.0;
const GROUP: f64 = 38.0;

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

/// The measures that share a scale.
struct Section<'c> {
    contests: Vec<&'c Contest>,
    scale: Scale,
}

impl<'c> Section<'c> {
    /// Takes the measures of one axis, if there are any.
    fn of(axis: Axis, contests: &'c [Contest]) -> Option<Self> {
        let contests: Vec<&Contest> = contests
            .iter()
            .filter(|contest| axis_of(contest) == axis)
            .collect();
        let bars = contests.iter().flat_map(|contest| contest.measured());
        let bars = bars.map(|(_, figures)| length(axis, figures));
        let scale = Scale::over(
            axis,
            bars.chain(contests.iter().flat_map(|contest| goals(contest))),
        );
        (!contests.is_empty()).then_some(Self { contests, scale })
    }

    fn height(&self) -> f64 {
        let rows: usize = self
            .contests
            .iter()
            .map(|contest| contest.measured().count())
            .sum();
        HEAD + GROUP * count(self.contests.len()) + ROW * count(rows) + FOOT
    }

    fn draw(&self, svg: &mut String, top: f64) {
        let about = match self.scale.axis {
            Axis::Time => t!("bench.plot_times"),
            Axis::Rate => t!("bench.plot_rates"),
        };
        text(svg, "small", 20.0, top + 20.0, &about);
        if self.scale.log {
            text(svg, "small", 20.0, top + 36.0, &t!("bench.plot_log"));
        }
        let mut y = top + HEAD;
        for contest in &self.contests {
            group(svg, contest, &self.scale, y);
            y += GROUP + ROW * count(contest.measured().count());
        }
        for tick in self.scale.ticks() {
            let x = place(&self.scale, tick);
            text(svg, "small tick", x, y + 18.0, &self.scale.label(tick));
        }
    }
}

/// Draws all measures as one SVG document.
pub(crate) fn draw(title: &str, machine: &str, contests: &[Contest]) -> String {
    let sections = [Axis::Time, Axis::Rate].map(|axis| Section::of(axis, contests));
    let sections: Vec<Section<'_>> = sections.into_iter().flatten().collect();
    let height = TOP + sections.iter().map(Section::height).sum::<f64>() + 10.0;
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
    let mut top = TOP;
    for section in &sections {
        section.draw(&mut svg, top);
        top += section.height();
    }
    svg.push_str("</svg>\n");
    svg
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

    use xtask::measures::Goal;

    use super::super::figures::{Figures, Kind, Row};
    use super::*;

    fn contest(times_ms: &[u64]) -> Contest {
        let row = |(index, ms): (usize, &u64)| Row {
            name: format!("a <b> & {index}"),
            kind: if index == 0 { Kind::Lab } else { Kind::Peer },
            goals: if index == 1 {
                vec![Goal::Time(0.5)]
            } else {
                Vec::new()
            },
            figures: Ok(Figures {
                median: Duration::from_millis(*ms),
                least: Duration::from_millis(*ms),
                ratio: 1.0,
                ..Figures::NONE
            }),
        };
        Contest {
            name: "m".into(),
            input: "i".into(),
            about: String::new(),
            unit: None,
            served: false,
            said: None,
            rows: times_ms.iter().enumerate().map(row).collect(),
        }
    }

    /// The same of servers: all are driven for a second, and do so many requests in it.
    fn served(rates: &[f64], goals: &[Goal]) -> Contest {
        let mut contest = contest(&vec![1000; rates.len()]);
        contest.unit = Some("requests".into());
        contest.served = true;
        for (row, rate) in contest.rows.iter_mut().zip(rates) {
            if let Ok(figures) = &mut row.figures {
                figures.rate = Some(*rate);
            }
        }
        contest.rows[1].goals = goals.to_vec();
        contest
    }

    /// The widths of the bars of a class.
    fn widths(svg: &str, class: &str) -> Vec<f64> {
        let mark = format!("<rect class=\"{class}\"");
        let width = |line: &str| line.split_once("width=\"")?.1.split_once('"')?.0.parse().ok();
        svg.lines()
            .filter(|line| line.contains(&mark))
            .filter_map(width)
            .collect()
    }

    #[test]
    fn every_bar_and_goal_is_drawn_and_names_are_escaped() {
        let svg = draw("t", "m", &[contest(&[400, 800, 80])]);
        assert_eq!((widths(&svg, "own").len(), widths(&svg, "peer").len()), (1, 2));
        assert_eq!(svg.matches("class=\"goal\"").count(), 1);
        assert!(
            svg.contains("a &lt;b&gt; &amp; 1") && !svg.contains("NaN"),
            "{svg}"
        );
    }

    #[test]
    fn servers_that_were_driven_for_one_time_differ_by_what_they_did_in_it() {
        let svg = draw("t", "m", &[served(&[30_000.0, 10_000.0], &[Goal::Rate(2.0)])]);
        let (own, peer) = (widths(&svg, "own")[0], widths(&svg, "peer")[0]);
        assert!((own / peer - 3.0).abs() < 0.01, "{svg}");
        assert_eq!(svg.matches("class=\"goal\"").count(), 1);
        assert!(svg.contains(">30000 requests/s</text>"), "{svg}");
        // A goal in time stands where it would be met: at half of the time one does twice as much.
        let place = |svg: &str| {
            svg.split_once("class=\"goal\" d=\"M")
                .map(|(_, rest)| rest[..6].to_owned())
        };
        let by_time = draw("t", "m", &[served(&[30_000.0, 30_000.0], &[Goal::Time(0.5)])]);
        let by_rate = draw("t", "m", &[served(&[30_000.0, 30_000.0], &[Goal::Rate(2.0)])]);
        assert_eq!(place(&by_time), place(&by_rate));
    }

    #[test]
    fn times_and_rates_have_a_scale_each() {
        let mut driven = served(&[3e4, 1e4], &[Goal::Said(1.0), Goal::Memory(1.0)]);
        driven.said = Some("p99".into());
        for row in &mut driven.rows {
            if let Ok(figures) = &mut row.figures {
                figures.said = Some(Duration::from_micros(9));
                figures.peak_kib = 20 << 10;
            }
        }
        let svg = draw("t", "m", &[driven, contest(&[400, 800])]);
        assert!(svg.contains(">10,000/s<") && svg.contains(">200 ms<"), "{svg}");
        assert!(
            svg.contains("30000 requests/s  <tspan class=\"small \">p99 9.0 µs, 20 MiB</tspan>"),
            "{svg}"
        );
        assert_eq!(svg.matches("class=\"goal\"").count(), 1, "no bar shows a latency");
    }

    #[test]
    fn long_names_are_cut() {
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
