//! Measures and draws what idle connections cost each poller, for the book: `nbnet-pollers NBNET LOAD > book/src/figures/nbnet-pollers.svg`.
//!
//! `nbnet echo` serves ten busy connections, beside 10, 1,000 and 10,000 that are idle, with each poller in turn. Of several runs the best one
//! counts for each point: what else the machine has to do can only take away from it. NBNET and LOAD are the paths of release builds of `nbnet`
//! and `nbnet-load`. The figures also go to standard error, as a table.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, ExitCode, Stdio};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};

const POLLERS: [&str; 3] = ["epoll", "poll", "select"];
const IDLE: [u32; 3] = [10, 1_000, 10_000];
const BUSY: &str = "10";
const REQUESTS: &str = "20000";
const RUNS: usize = 3;

/// Where things stand, in user units of the drawing.
const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 330.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 530.0;
const TOP: f64 = 50.0;
const BOTTOM: f64 = 270.0;

const STYLE: &str = "    /* The page's theme gives the colours; the second value of each serves a drawing opened by itself. */
    #pollers text { font: 14px sans-serif; fill: var(--fg, #333); }
    #pollers .small { font-size: 12px; }
    #pollers .end { text-anchor: end; }
    #pollers .mid { text-anchor: middle; }
    #pollers .grid { stroke: var(--fg, #333); stroke-opacity: 0.18; }
    #pollers polyline { fill: none; stroke-width: 2.2; }
    #pollers .epoll { stroke: #2f9e62; }
    #pollers .poll { stroke: #2a78b8; }
    #pollers .select { stroke: #d9822b; }
    #pollers circle.epoll { fill: #2f9e62; }
    #pollers circle.poll { fill: #2a78b8; }
    #pollers circle.select { fill: #d9822b; }
    #pollers polyline.poll { stroke-dasharray: 7 3; }
    #pollers polyline.select { stroke-dasharray: 2 3; }
";

/// Requests a second with one poller, by the index in [`IDLE`]; none where it cannot watch so many.
type Curve = [Option<f64>; IDLE.len()];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [nbnet, load] = &args[..] else {
        let _ = writeln!(io::stderr(), "usage: nbnet-pollers NBNET LOAD");
        return ExitCode::from(2);
    };
    // Both programs inherit it.
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    );
    let drawn = measure(nbnet, load).and_then(|curves| io::stdout().write_all(draw(&curves).as_bytes()));
    match drawn {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "nbnet-pollers: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Everyone in turn, round after round.
fn measure(nbnet: &str, load: &str) -> io::Result<[Curve; POLLERS.len()]> {
    let mut curves = [[None; IDLE.len()]; POLLERS.len()];
    for _ in 0..RUNS {
        for (poller, curve) in POLLERS.iter().zip(&mut curves) {
            for (idle, best) in IDLE.iter().zip(curve) {
                if *poller == "select" && *idle >= 1024 {
                    continue;
                }
                let rate = once(nbnet, load, poller, *idle)?;
                *best = Some(best.map_or(rate, |best: f64| best.max(rate)));
            }
        }
    }
    for (poller, curve) in POLLERS.iter().zip(&curves) {
        for (idle, rate) in IDLE.iter().zip(curve) {
            let rate = rate.map_or("cannot".to_owned(), |rate| format!("{rate:.0} requests a second"));
            let _ = writeln!(io::stderr(), "{poller:7} {idle:6} idle  {rate}");
        }
    }
    Ok(curves)
}

/// Starts a server, has it asked, and ends it. Returns its requests a second.
fn once(nbnet: &str, load: &str, poller: &str, idle: u32) -> io::Result<f64> {
    let mut server = Command::new(nbnet)
        .args(["echo", "--listen", "127.0.0.1:0", "--poller", poller])
        .stdout(Stdio::piped())
        .spawn()?;
    let rate = ask(&mut server, load, idle);
    let _ = kill_process(Pid::from_child(&server), Signal::TERM);
    server.wait()?;
    rate
}

fn ask(server: &mut Child, load: &str, idle: u32) -> io::Result<f64> {
    let mut line = String::new();
    if let Some(stdout) = server.stdout.take() {
        BufReader::new(stdout).read_line(&mut line)?;
    }
    let address = line
        .trim_end()
        .strip_prefix("listening on ")
        .ok_or_else(|| io::Error::other("the server does not listen"))?;
    let asked = Command::new(load)
        .args(["echo", address, "--connections", BUSY, "--count", REQUESTS])
        .args(["--idle", &idle.to_string()])
        .stderr(Stdio::inherit())
        .output()?;
    let said = String::from_utf8_lossy(&asked.stdout).into_owned();
    // `20000 requests in 0.300 s: 66667 a second; …`
    let rate = said
        .split_once(" a second")
        .and_then(|(before, _)| before.split_whitespace().next_back()?.parse().ok());
    rate.ok_or_else(|| io::Error::other("the client has failed"))
}

fn x(idle: u32) -> f64 {
    LEFT + (RIGHT - LEFT) * (f64::from(idle).log10() - 1.0) / 3.0
}

/// A plot with both axes logarithmic.
fn draw(curves: &[Curve]) -> String {
    let rates = || curves.iter().flatten().flatten().copied();
    let to = rates().fold(10.0, f64::max).log10().ceil();
    let from = rates()
        .fold(10_f64.powf(to), f64::min)
        .log10()
        .floor()
        .min(to - 1.0);
    let y = |rate: f64| BOTTOM - (BOTTOM - TOP) * (rate.log10() - from) / (to - from);
    let mut svg = format!(
        "<svg id=\"pollers\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-labelledby=\"pollers-title pollers-desc\">\n  <title id=\"pollers-title\">What idle connections cost each poller</title>\n  \
         <desc id=\"pollers-desc\">Requests a second of ten busy connections, beside 10, 1,000 and 10,000 idle ones, with a curve for epoll, \
         poll and select.</desc>\n  <style>\n{STYLE}  </style>\n"
    );
    let mut tick = from;
    while tick <= to {
        let rate = 10_f64.powf(tick);
        svg += &format!(
            "  <path class=\"grid\" d=\"M{LEFT} {at:.1}H{RIGHT}\"/>\n  <text class=\"small end\" x=\"{}\" y=\"{:.1}\">{}</text>\n",
            LEFT - 8.0,
            y(rate) + 4.0,
            thousands(rate),
            at = y(rate),
        );
        tick += 1.0;
    }
    for idle in IDLE {
        svg += &format!(
            "  <text class=\"small mid\" x=\"{:.1}\" y=\"{}\">{}</text>\n",
            x(idle),
            BOTTOM + 20.0,
            thousands(f64::from(idle)),
        );
    }
    svg += &format!(
        "  <text class=\"small mid\" x=\"{}\" y=\"{}\">idle connections; upwards: requests a second on ten busy ones</text>\n",
        f64::midpoint(LEFT, RIGHT),
        BOTTOM + 44.0
    );
    for (index, (poller, curve)) in POLLERS.iter().zip(curves).enumerate() {
        let key = LEFT + 110.0 * index as f64;
        svg += &format!(
            "  <polyline class=\"{poller}\" points=\"{key},20 {},20\"/>\n  <text class=\"small\" x=\"{}\" y=\"24\">{poller}</text>\n",
            key + 30.0,
            key + 36.0
        );
        let points: Vec<(f64, f64)> = IDLE
            .iter()
            .zip(curve)
            .filter_map(|(idle, rate)| Some((x(*idle), y((*rate)?))))
            .collect();
        let line: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        svg += &format!("  <polyline class=\"{poller}\" points=\"{}\"/>\n", line.join(" "));
        for (x, y) in points {
            svg += &format!("  <circle class=\"{poller}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.6\"/>\n");
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// A whole number with commas.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
