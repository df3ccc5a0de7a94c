//! Draws what `daemon models --json` measured, for the book: `cat RUN… | daemon-plot > book/src/figures/models.svg`.
//!
//! Of several runs the best one counts for each point: what else the machine has to do can only take away from it.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use serde_json::Value;

/// Where things stand, in user units of the drawing.
const WIDTH: f64 = 692.0;
const HEIGHT: f64 = 340.0;
const PANEL: f64 = 250.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 290.0;
const LEFT: [f64; 2] = [50.0, 400.0];

const LOADS: [(&str, &str); 2] = [
    ("cpu", "Jobs that compute"),
    ("wait", "Jobs that wait (logarithmic)"),
];
const MODELS: [&str; 3] = ["process", "thread", "task"];

const STYLE: &str = "    /* The page's theme gives the colours; the second value of each serves a drawing opened by itself. */
    #models text { font: 14px sans-serif; fill: var(--fg, #333); }
    #models .head { font-weight: 600; }
    #models .small { font-size: 12px; }
    #models .end { text-anchor: end; }
    #models .mid { text-anchor: middle; }
    #models .grid { stroke: var(--fg, #333); stroke-opacity: 0.18; }
    #models polyline { fill: none; stroke-width: 2.2; }
    #models .process { stroke: #2a78b8; }
    #models .thread { stroke: #d9822b; }
    #models .task { stroke: #2f9e62; }
    #models circle.process { fill: #2a78b8; }
    #models circle.thread { fill: #d9822b; }
    #models circle.task { fill: #2f9e62; }
    #models polyline.thread { stroke-dasharray: 7 3; }
    #models polyline.task { stroke-dasharray: 2 3; }
";

/// Jobs a second by number of workers.
type Curve = BTreeMap<u64, f64>;

fn main() -> ExitCode {
    let mut text = String::new();
    let drawn = io::stdin()
        .read_to_string(&mut text)
        .and_then(|_| draw(&text).map_err(io::Error::other))
        .and_then(|svg| io::stdout().write_all(svg.as_bytes()));
    match drawn {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "daemon-plot: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Draws lines of JSON.
fn draw(text: &str) -> Result<String, String> {
    let mut curves: BTreeMap<(String, String), Curve> = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let value: Value = serde_json::from_str(line).map_err(|error| format!("line {number}: {error}"))?;
        let word = |key: &str| value[key].as_str().map(str::to_owned);
        let point = (
            word("load"),
            word("model"),
            value["workers"].as_u64(),
            value["per_second"].as_f64(),
        );
        let (Some(load), Some(model), Some(workers), Some(rate)) = point else {
            return Err(format!("line {number}: not a row of `daemon models --json`"));
        };
        let best = curves
            .entry((load, model))
            .or_default()
            .entry(workers)
            .or_insert(rate);
        *best = best.max(rate);
    }
    let mut svg = format!(
        "<svg id=\"models\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"models-title models-desc\">\n  <title id=\"models-title\">Jobs a second by number of workers</title>\n  \
         <desc id=\"models-desc\">Two plots, for jobs that compute and for jobs that wait, each with a curve for processes, threads and \
         tasks.</desc>\n  <style>\n{STYLE}  </style>\n"
    );
    for (column, model) in MODELS.iter().enumerate() {
        let x = LEFT[0] + 110.0 * column as f64;
        svg += &format!(
            "  <polyline class=\"{model}\" points=\"{x},18 {},18\"/>\n  <text class=\"small\" x=\"{}\" y=\"22\">{model}</text>\n",
            x + 30.0,
            x + 36.0
        );
    }
    for ((load, title), left) in LOADS.into_iter().zip(LEFT) {
        let of = |model: &str| curves.get(&(load.to_owned(), model.to_owned()));
        panel(
            &mut svg,
            title,
            left,
            load == "wait",
            MODELS.map(|model| (model, of(model))),
        );
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// Draws one load: its scale, and a curve for each model.
fn panel(svg: &mut String, title: &str, left: f64, log: bool, curves: [(&str, Option<&Curve>); 3]) {
    let all = || curves.iter().filter_map(|(_, curve)| *curve);
    let rates = || all().flat_map(|curve| curve.values().copied());
    let most = rates().fold(1.0, f64::max);
    let least = rates().fold(most, f64::min);
    let workers = all()
        .flat_map(|curve| curve.keys().copied())
        .max()
        .unwrap_or(1)
        .max(2);
    let (from, to) = match log {
        true => (
            10_f64.powf(least.log10().floor()),
            10_f64.powf(most.log10().ceil()),
        ),
        false => (0.0, most * 1.05),
    };
    let x = |workers_now: u64| left + PANEL * (workers_now as f64).log2() / (workers as f64).log2();
    let y = |rate: f64| {
        let share = match log {
            true => (rate / from).ln() / (to / from).ln(),
            false => rate / to,
        };
        BOTTOM - (BOTTOM - TOP) * share
    };
    *svg += &format!("  <text class=\"head\" x=\"{left}\" y=\"50\">{title}</text>\n");
    for tick in ticks(from, to, log) {
        let y = y(tick);
        *svg += &format!(
            "  <path class=\"grid\" d=\"M{left} {y:.1}h{PANEL}\"/>\n  <text class=\"small end\" x=\"{}\" y=\"{:.1}\">{tick}</text>\n",
            left - 6.0,
            y + 4.0
        );
    }
    for tick in [1, 2, 4, 8, 16, 64, 256]
        .into_iter()
        .filter(|tick| *tick <= workers)
    {
        *svg += &format!(
            "  <text class=\"small mid\" x=\"{:.1}\" y=\"{}\">{tick}</text>\n",
            x(tick),
            BOTTOM + 18.0
        );
    }
    *svg += &format!(
        "  <text class=\"small mid\" x=\"{}\" y=\"{}\">workers; upwards: jobs a second</text>\n",
        left + PANEL / 2.0,
        BOTTOM + 38.0
    );
    for (model, curve) in curves {
        let points: Vec<(f64, f64)> = curve
            .into_iter()
            .flatten()
            .map(|(workers, rate)| (x(*workers), y(*rate)))
            .collect();
        let line: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        *svg += &format!("  <polyline class=\"{model}\" points=\"{}\"/>\n", line.join(" "));
        for (x, y) in points {
            *svg += &format!("  <circle class=\"{model}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.6\"/>\n");
        }
    }
}

/// Round values between both ends: powers of ten, or some even steps.
fn ticks(from: f64, to: f64, log: bool) -> Vec<f64> {
    if log {
        return (0..12)
            .map(|power| from * 10_f64.powi(power))
            .take_while(|tick| *tick <= to)
            .collect();
    }
    let rough = to / 4.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|step| step * power)
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    (0..8)
        .map(|n| step * f64::from(n))
        .take_while(|tick| *tick <= to)
        .collect()
}
