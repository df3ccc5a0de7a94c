//! The judge beside a plain model, which has neither states nor timers: it works everything out of the whole history, by looking back.

// region:silence
use std::path::Path;

use alarm::expr::{Call, Condition, Function, When, Window};
use alarm::{Judge, Kept, Rule, Rules, Time, What, takes, trace};
use fastrand::Rng;

/// A sample of one series that a rule watches, with the line it is in.
#[derive(Debug, Clone, Copy)]
struct Seen {
    line: usize,
    ms: u64,
    value: f64,
}

/// Something that is told, and what puts it in its place among others: the moment, whether it is due by itself, and then the line and the rule,
/// or the alarm's name.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
struct Told {
    ms: u64,
    is_due: bool,
    line: usize,
    rule: usize,
    key: (String, String, String),
    kind: &'static str,
}

fn value(call: Call, seen: &[Seen]) -> Option<f64> {
    let newest = seen.last()?;
    let looked_at: Vec<Seen> = match call.window {
        Window::Samples(count) if seen.len() < count => return None,
        Window::Samples(count) => seen[seen.len() - count..].to_vec(),
        Window::Span(span) => {
            let young = |one: &&Seen| u128::from(newest.ms - one.ms) < span.as_millis();
            seen.iter().filter(young).copied().collect()
        }
    };
    let values: Vec<f64> = looked_at.iter().map(|one| one.value).collect();
    let (first, count) = (looked_at[0], looked_at.len());
    match call.function {
        Function::Last => Some(newest.value),
        Function::Sum => Some(values.iter().sum()),
        Function::Avg => Some(values.iter().sum::<f64>() / count as f64),
        Function::Min => values.iter().copied().min_by(f64::total_cmp),
        Function::Max => values.iter().copied().max_by(f64::total_cmp),
        Function::Diff => (count > 1).then_some(newest.value - first.value),
        Function::Rate => {
            let mut grown = 0.0;
            for n in 1..count {
                grown += if values[n] < values[n - 1] {
                    values[n]
                } else {
                    values[n] - values[n - 1]
                };
            }
            (newest.ms > first.ms).then(|| grown / ((newest.ms - first.ms) as f64 / 1000.0))
        }
    }
}

/// Whether a condition holds: yes, no, or it cannot be said.
fn holds(condition: &Condition, seen: &[Seen]) -> Option<bool> {
    match condition {
        Condition::Compare(call, comparison, number) => {
            value(*call, seen).map(|value| comparison.holds(value, *number))
        }
        Condition::And(one, other) => {
            let sides = [holds(one, seen), holds(other, seen)];
            if sides.contains(&Some(false)) {
                Some(false)
            } else {
                (!sides.contains(&None)).then_some(true)
            }
        }
        Condition::Or(one, other) => {
            let sides = [holds(one, seen), holds(other, seen)];
            if sides.contains(&Some(true)) {
                Some(true)
            } else {
                (!sides.contains(&None)).then_some(false)
            }
        }
    }
}

/// How a sample is: in breach, good, or neither.
fn judged(rule: &Rule, seen: &[Seen]) -> char {
    let When::Holds(condition) = &rule.when else {
        return 'g';
    };
    let breach = holds(condition, seen);
    let good = rule.recover.as_ref().map_or(breach == Some(false), |recover| {
        holds(recover, seen) == Some(true)
    });
    match (breach, good) {
        (Some(true), _) => 'b',
        (_, true) => 'g',
        _ => '-',
    }
}

/// Finds all beginnings and ends of one alarm.
fn of_series(
    rule: &Rule,
    place: usize,
    key: &(String, String, String),
    seen: &[Seen],
    end: u64,
    told: &mut Vec<Told>,
) {
    let patience = match rule.when {
        When::Absent(span) | When::Down(span) => span,
        When::Holds(_) => rule.stale,
    };
    let patience = u64::try_from(patience.as_millis()).unwrap();
    let mut tell = |ms, is_due, line, kind| {
        told.push(Told {
            ms,
            is_due,
            line: if is_due { 0 } else { line },
            rule: if is_due { 0 } else { place },
            key: key.clone(),
            kind,
        });
    };
    // Since when what was before does not count any more: an index into `seen`, and whether it fires.
    let (mut from, mut fires) = (0, false);
    let outcomes: Vec<char> = (0..seen.len()).map(|n| judged(rule, &seen[..=n])).collect();
    for n in 0..seen.len() {
        let wanted = if fires {
            ('g', rule.good)
        } else {
            ('b', rule.breaches)
        };
        let run = outcomes[from..=n]
            .iter()
            .rev()
            .take_while(|outcome| **outcome == wanted.0)
            .count();
        if run >= wanted.1 as usize {
            fires = !fires;
            from = n + 1;
            tell(
                seen[n].ms,
                false,
                seen[n].line,
                if fires { "firing" } else { "recovered" },
            );
        }
        let due = seen[n].ms + patience;
        let is_silent = match seen.get(n + 1) {
            Some(next) => next.ms > due,
            None => due <= end,
        };
        if !is_silent {
            continue;
        }
        match (&rule.when, fires) {
            (When::Absent(_), false) => {
                (fires, from) = (true, n + 1);
                tell(due, true, 0, "firing");
            }
            (When::Absent(_), true) => {}
            (_, _) => {
                if fires {
                    tell(due, true, 0, "gone");
                }
                (fires, from) = (false, n + 1);
            }
        }
    }
}

/// Says what is to be told, in its order.
fn model(rules: &Rules, lines: &[String]) -> Vec<String> {
    let mut told = Vec::new();
    let mut series: Vec<((usize, String, String), Vec<Seen>)> = Vec::new();
    let mut end = 0;
    for (line, text) in lines.iter().enumerate() {
        let Some((
            Time(ms),
            trace::Input::Sample {
                host,
                metric,
                labels,
                value,
            },
        )) = trace::line(text).unwrap()
        else {
            panic!("{text}");
        };
        end = ms;
        for (place, rule) in rules.all.iter().enumerate() {
            if rule.selector.selects(&metric, &labels) && takes(&rule.hosts, &host) {
                let key = (place, host.to_string(), labels.to_string());
                let seen = Seen { line, ms, value };
                match series.iter_mut().find(|(other, _)| *other == key) {
                    Some((_, all)) => all.push(seen),
                    None => series.push((key, vec![seen])),
                }
            }
        }
    }
    for ((place, host, labels), seen) in &series {
        let rule = &rules.all[*place];
        let key = (host.clone(), rule.name.to_string(), labels.clone());
        of_series(rule, *place, &key, seen, end, &mut told);
    }
    told.sort_by(|one, other| one.partial_cmp(other).unwrap());
    // Limits: what was let through so far, and which alarms somebody knows of.
    let (mut through, mut known) = (Vec::<(u64, String)>::new(), Vec::new());
    let mut said = Vec::new();
    for one in told {
        let (host, name, labels) = &one.key;
        let rule = rules.get(name).unwrap();
        if one.kind == "firing" {
            let recent = |of: &dyn Fn(&str) -> bool| {
                through
                    .iter()
                    .filter(|(ms, rule)| one.ms - ms < 60_000 && of(rule))
                    .count()
            };
            let is_limited = rule
                .at_most
                .is_some_and(|most| recent(&|other| other == name) >= most)
                || rules.at_most.is_some_and(|most| recent(&|_| true) >= most);
            if is_limited {
                continue;
            }
            through.push((one.ms, name.clone()));
            known.push(one.key.clone());
        } else {
            let Some(at) = known.iter().position(|key| *key == one.key) else {
                continue;
            };
            known.remove(at);
        }
        said.push(format!("{} {} {name} {host}{labels}", Time(one.ms), one.kind));
    }
    said
}

fn drawn(rng: &mut Rng) -> (String, Vec<String>) {
    let mut text = "interval = \"30d\"\n".to_owned();
    if rng.bool() {
        text += &format!("at_most = {}\n", rng.u32(1..6));
    }
    for n in 0..rng.usize(1..5) {
        let series = ["a", "b", "a{x=\"1\"}", "b{x=\"!1\"}"][rng.usize(0..4)];
        let mut compare = |sign: char| {
            let window = ["2", "3", "5s", "12s", "30s"][rng.usize(0..5)];
            let function = Function::ALL[rng.usize(0..7)];
            let call = match function {
                Function::Last => format!("last({series})"),
                _ => format!("{}({series}, {window})", function.name()),
            };
            format!("{call} {sign} {}", rng.u32(1..8))
        };
        let (one, two, three, good) = (compare('>'), compare('>'), compare('<'), compare('<'));
        text += &format!("[[rule]]\nname = \"r{n}\"\nrepeat = \"never\"\n");
        text += &match rng.u32(0..6) {
            0 => format!("when = '''absent({series}, {}s)'''\n", rng.u32(1..30)),
            1 => format!(
                "when = '''{one} and ({two} or {three})'''\nbreaches = {}\n",
                rng.u32(1..4)
            ),
            2 => format!("when = '''{one} or {two} and {three}'''\n"),
            3 => format!(
                "when = '''{one}'''\nrecover = '''{good}'''\nbreaches = {}\n",
                rng.u32(1..4)
            ),
            _ => format!("when = '''{one}'''\nbreaches = {}\n", rng.u32(1..4)),
        };
        text += &format!("good = {}\nstale = \"{}s\"\n", rng.u32(1..4), rng.u32(1..40));
        if rng.bool() {
            text += &format!("at_most = {}\n", rng.u32(1..4));
        }
        if rng.u32(0..4) == 0 {
            text += "hosts = [\"h*\", \"!h2\"]\n";
        }
    }
    let mut ms: u64 = 0;
    let mut lines = Vec::new();
    for _ in 0..rng.usize(1..120) {
        ms += [0, 500, 1000, 2000, 3000, 5000, 20_000][rng.usize(0..7)];
        let host = ["h1", "h2", "g1"][rng.usize(0..3)];
        let series = ["a", "b", "a{x=\"1\"}", "b{x=\"1\"}", "b{x=\"2\"}"][rng.usize(0..5)];
        lines.push(format!(
            "{} {host} {series} {}",
            Time(ms),
            f64::from(rng.u32(0..40)) / 4.0
        ));
    }
    (text, lines)
}

/// Judges lines, with a restart before some of them.
fn judge(rules: &Rules, lines: &[String], rng: &mut Rng) -> Vec<String> {
    let mut judge = Judge::new(rules.clone().into(), Kept::default());
    let mut events = Vec::new();
    for text in lines {
        if rng.u32(0..20) == 0 {
            let kept = serde_json::to_vec(judge.kept()).unwrap();
            judge = Judge::new(rules.clone().into(), serde_json::from_slice(&kept).unwrap());
        }
        let (time, input) = trace::line(text).unwrap().unwrap();
        events.extend(judge.feed(time, input).unwrap());
    }
    events.extend(judge.finish());
    let told = events.into_iter().filter_map(|event| match event.what {
        What::Notify(message) => {
            let alarm = &message.alarms[0];
            Some(format!(
                "{} {} {} {}{}",
                event.time, message.kind, message.rule, alarm.host, alarm.labels
            ))
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn what_is_told_is_what_the_whole_history_says() {
    let mut told = 0;
    for seed in 0..300 {
        let mut rng = Rng::with_seed(seed);
        let (text, lines) = drawn(&mut rng);
        let rules = Rules::parse(Path::new("rules.toml"), &text).unwrap();
        let expected = model(&rules, &lines);
        let found = judge(&rules, &lines, &mut rng);
        assert_eq!(found, expected, "seed {seed}\n{text}\n{}", lines.join("\n"));
        told += found.len();
    }
    // Enough happens for the comparison to mean something.
    assert!(told > 1500, "{told}");
}
// endregion:silence
