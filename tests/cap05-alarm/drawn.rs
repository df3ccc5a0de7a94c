//! Rules and traces, drawn.

use support::{Exchange, Rng};

/// What the drawn rules and traces may have in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// What stage 2 has.
    Judge,
    /// Limits, repeats, flapping and groups as well.
    Limits,
    /// Silences, acknowledgements, dependencies and hosts that come and go as well.
    Silence,
}

/// Draws rules and a trace, to be judged.
pub(crate) fn drawn(rng: &mut Rng, level: Level) -> Exchange {
    Exchange::of("alarm")
        .args(["judge", "rules.toml"])
        .file("rules.toml", rules(rng, level))
        .stdin(trace(rng, level))
}

/// Draws a file of rules, of which there are r0, r1 and so on.
pub(crate) fn rules(rng: &mut Rng, level: Level) -> String {
    let mut text = match level {
        Level::Silence => "interval = \"5s\"\n".to_owned(),
        _ => "interval = \"1d\"\n".to_owned(),
    };
    if level >= Level::Limits && rng.bool() {
        text += &format!("at_most = {}\n", rng.u32(1..6));
    }
    for n in 0..rng.usize(1..5) {
        text += &rule(rng, level, n);
    }
    text
}

fn rule(rng: &mut Rng, level: Level, n: usize) -> String {
    const WINDOWS: [&str; 5] = ["2", "3", "5s", "12s", "30s"];
    let series = ["a", "b", "a{x=\"1\"}", "b{x=\"!1\"}"][rng.usize(0..4)];
    let mut compare = |above: bool| {
        let function = ["last", "last", "sum", "avg", "min", "max", "diff", "rate"][rng.usize(0..8)];
        let call = match function {
            "last" => format!("last({series})"),
            _ => format!("{function}({series}, {})", WINDOWS[rng.usize(0..5)]),
        };
        format!("{call} {} {}", if above { ">" } else { "<" }, rng.u32(2..8))
    };
    let (one, two, good) = (compare(true), compare(true), compare(false));
    let mut text = format!("\n[[rule]]\nname = \"r{n}\"\n");
    match rng.u32(0..6) {
        0 => text += &format!("when = '''absent({series}, {}s)'''\n", rng.u32(3..40)),
        1 => text += &format!("when = '''{one} and {two}'''\n"),
        2 => text += &format!("when = '''{one} or {two}'''\n"),
        3 => {
            text += &format!(
                "when = '''{one}'''\nrecover = '''{good}'''\nbreaches = {}\n",
                rng.u32(1..4)
            )
        }
        _ => text += &format!("when = '''{one}'''\nbreaches = {}\n", rng.u32(1..4)),
    }
    text += &format!("good = {}\nstale = \"{}s\"\n", rng.u32(1..4), rng.u32(4..60));
    if rng.u32(0..4) == 0 {
        text += "hosts = [\"h*\", \"!h2\"]\n";
    }
    if level >= Level::Limits {
        if rng.bool() {
            text += &format!("at_most = {}\n", rng.u32(1..4));
        }
        text += &format!("repeat = \"{}s\"\n", rng.u32(5..90));
        if rng.u32(0..3) == 0 {
            text += &format!(
                "flaps = {}\nflap_span = \"{}s\"\n",
                rng.u32(1..3),
                rng.u32(10..60)
            );
        }
        if rng.u32(0..3) == 0 {
            let by = if rng.bool() { "rule" } else { "host" };
            text += &format!("group_wait = \"{}s\"\ngroup_by = \"{by}\"\n", rng.u32(1..12));
        }
    }
    if level >= Level::Silence && n > 0 && rng.bool() {
        text += &format!("depends_on = [\"r{}\"]\n", rng.usize(0..n));
    }
    text
}

/// Draws a trace of some hundred lines.
pub(crate) fn trace(rng: &mut Rng, level: Level) -> String {
    let mut text = String::new();
    let mut ms: u64 = 0;
    // A calm host and one that is not: levels change slowly, so that something begins and ends.
    let mut levels = [2, 5, 8];
    for _ in 0..rng.usize(40..160) {
        ms += match rng.u32(0..12) {
            0 => 0,
            1 => rng.u64(4..40) * 1000,
            _ => rng.u64(1..10) * 500,
        };
        let time = if ms.is_multiple_of(1000) {
            format!("{}", ms / 1000)
        } else {
            format!("{}.{}", ms / 1000, ms % 1000 / 100)
        };
        let which = rng.usize(0..3);
        let host = ["h1", "h2", "g1"][which];
        if level == Level::Silence && rng.u32(0..6) == 0 {
            text += &format!("{time} {}\n", operator(rng, host, ms / 1000));
            continue;
        }
        if rng.u32(0..5) == 0 {
            levels[which] = rng.u32(0..10);
        }
        let value = f64::from(levels[which]) + f64::from(rng.u32(0..8)) / 4.0;
        let series = ["a", "b", "a{x=\"1\"}", "b{x=\"1\"}", "b{x=\"2\"}"][rng.usize(0..5)];
        text += &format!("{time} {host} {series} {value}\n");
    }
    text
}

fn operator(rng: &mut Rng, host: &str, seconds: u64) -> String {
    let rule = format!("r{}", rng.u32(0..4));
    let id = ["s", "t"][rng.usize(0..2)];
    match rng.u32(0..8) {
        0..=2 => format!("@ack {rule} {host} me"),
        3..=4 => {
            let what = match rng.u32(0..4) {
                0 => format!("rule={rule}"),
                1 => format!("host={host}"),
                2 => "severity=war*".to_owned(),
                _ => "label.x=!1".to_owned(),
            };
            let from = seconds + rng.u64(0..10);
            format!(
                "@silence {id} {what} from={from} until={} by=me why=so",
                from + rng.u64(1..60)
            )
        }
        5 => format!("@unsilence {id}"),
        6 => format!("@retire {host}"),
        _ => "@tick".to_owned(),
    }
}
