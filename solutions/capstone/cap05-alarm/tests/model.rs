//! The judge beside plain models, which have neither states nor timers: they work everything out of the whole history, by looking back.
//!
//! What is drawn here comes from a seed, so that what fails once fails again. A model of a few lines is worth more than many examples: it does not think of
//! the same cases as you.

use std::path::Path;

use alarm::{Judge, Kept, Rules, What, trace};
use fastrand::Rng;

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

/// The plainest of them: of one rule and one series, where a value above 0 is a breach.
#[test]
fn it_fires_after_n_breaches_in_a_row_and_ends_after_n_good_ones() {
    for seed in 0..200 {
        let mut rng = Rng::with_seed(seed);
        let (breaches, good) = (rng.usize(1..5), rng.usize(1..5));
        let text = format!(
            "interval = \"1d\"\n[[rule]]\nname = \"r\"\nwhen = \"last(m) > 0\"\nbreaches = {breaches}\ngood = {good}\nrepeat = \"never\"\n"
        );
        let values: Vec<u32> = (0..60).map(|_| rng.u32(0..2)).collect();
        let lines: Vec<String> = values
            .iter()
            .enumerate()
            .map(|(at, value)| format!("{at} h m {value}"))
            .collect();
        let rules = Rules::parse(Path::new("rules.toml"), &text).unwrap();
        let mut expected = Vec::new();
        let (mut from, mut fires) = (0, false);
        for at in 0..values.len() {
            let (wanted, many, kind) = if fires {
                (0, good, "recovered")
            } else {
                (1, breaches, "firing")
            };
            let run = values[from..=at]
                .iter()
                .rev()
                .take_while(|value| **value == wanted)
                .count();
            if run >= many {
                (from, fires) = (at + 1, !fires);
                expected.push(format!("{at} {kind} r h"));
            }
        }
        assert_eq!(
            judge(&rules, &lines, &mut rng),
            expected,
            "seed {seed}\n{text}\n{}",
            lines.join("\n")
        );
    }
}

// region:silence
use std::collections::BTreeSet;

use alarm::expr::{Call, Condition, Function, When, Window};
use alarm::trace::Input;
use alarm::{Pattern, Rule, Silence, Time, takes};

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

/// What happens at a moment, beside what begins and ends.
const SILENCE: &str = "a silence begins";
const SILENCE_ENDS: &str = "a silence ends";

/// Says what is to be told, in its order.
fn model(rules: &Rules, lines: &[String]) -> Vec<String> {
    let mut told = Vec::new();
    let mut series: Vec<((usize, String, String), Vec<Seen>)> = Vec::new();
    let mut silences: Vec<(usize, Silence)> = Vec::new();
    let mut end = 0;
    for (line, text) in lines.iter().enumerate() {
        let (Time(ms), input) = trace::line(text).unwrap().unwrap();
        end = ms;
        match input {
            Input::Sample {
                host,
                metric,
                labels,
                value,
            } => {
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
            Input::Silence(silence) => silences.push((line, silence)),
            other => panic!("{other:?}"),
        }
    }
    for ((place, host, labels), seen) in &series {
        let rule = &rules.all[*place];
        let key = (host.clone(), rule.name.to_string(), labels.clone());
        of_series(rule, *place, &key, seen, end, &mut told);
    }
    for (line, silence) in &silences {
        let key = ("~".to_owned(), silence.id.clone(), String::new());
        let one = |Time(ms), is_due, line, kind| Told {
            ms,
            is_due,
            line,
            rule: 0,
            key: key.clone(),
            kind,
        };
        told.push(one(silence.from, false, *line, SILENCE));
        if silence.until.0 <= end {
            told.push(one(silence.until, true, 0, SILENCE_ENDS));
        }
    }
    told.sort_by(|one, other| one.partial_cmp(other).unwrap());
    let mut teller = Teller {
        rules,
        fires: BTreeSet::new(),
        waits: BTreeSet::new(),
        knows: BTreeSet::new(),
        holds: Vec::new(),
        through: Vec::new(),
        said: Vec::new(),
    };
    for one in told {
        match one.kind {
            SILENCE => {
                let found = silences.iter().find(|(_, silence)| silence.id == one.key.1);
                teller.holds.extend(found.map(|(_, silence)| silence.clone()));
            }
            SILENCE_ENDS => {
                teller.holds.retain(|silence| silence.id != one.key.1);
                teller.release(one.ms);
            }
            "firing" => {
                teller.fires.insert(one.key.clone());
                teller.begins(one.ms, one.key);
            }
            kind => {
                teller.fires.remove(&one.key);
                teller.waits.remove(&one.key);
                // Who does not know that it fires is not told that it is over.
                if teller.knows.remove(&one.key) {
                    teller.say(one.ms, kind, &one.key);
                }
                teller.release(one.ms);
            }
        }
    }
    teller.said
}

type Of = (String, String, String);

/// What is told of what begins and ends.
struct Teller<'a> {
    rules: &'a Rules,
    fires: BTreeSet<Of>,
    waits: BTreeSet<Of>,
    knows: BTreeSet<Of>,
    holds: Vec<Silence>,
    through: Vec<(u64, String)>,
    said: Vec<String>,
}

impl Teller<'_> {
    fn say(&mut self, ms: u64, kind: &str, (host, name, labels): &Of) {
        self.said
            .push(format!("{} {kind} {name} {host}{labels}", Time(ms)));
    }

    fn is_quiet(&self, ms: u64, (host, name, labels): &Of) -> bool {
        let rule = self.rules.get(name).unwrap();
        let is_parent =
            |(on, parent, _): &Of| on == host && rule.depends_on.iter().any(|name| **name == **parent);
        let matches = |pattern: &Option<Pattern>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
        };
        let is_silent = |silence: &Silence| {
            ms < silence.until.0
                && matches(&silence.rule, name)
                && matches(&silence.host, host)
                && silence.labels.iter().all(|(label, pattern)| {
                    let (found, _) = alarm::Labels::read(labels).unwrap();
                    pattern.matches(found.get(label).unwrap_or_default())
                })
        };
        self.fires.iter().any(is_parent) || self.holds.iter().any(is_silent)
    }

    fn begins(&mut self, ms: u64, key: Of) {
        if self.is_quiet(ms, &key) {
            self.waits.insert(key);
            return;
        }
        let name = &key.1;
        let recent = |of: &dyn Fn(&str) -> bool| {
            let through = self.through.iter();
            through
                .filter(|(then, rule)| ms - then < 60_000 && of(rule))
                .count()
        };
        let of_rule = self.rules.get(name).unwrap().at_most;
        let is_limited = of_rule.is_some_and(|most| recent(&|other| other == name) >= most)
            || self.rules.at_most.is_some_and(|most| recent(&|_| true) >= most);
        if !is_limited {
            self.through.push((ms, name.clone()));
            self.say(ms, "firing", &key);
            self.knows.insert(key);
        }
    }

    /// Something that kept alarms quiet is over.
    fn release(&mut self, ms: u64) {
        for key in self.waits.clone() {
            if !self.is_quiet(ms, &key) {
                self.waits.remove(&key);
                self.begins(ms, key);
            }
        }
    }
}

fn drawn(rng: &mut Rng) -> (String, Vec<String>) {
    let mut text = "interval = \"30d\"\n".to_owned();
    if rng.bool() {
        text += &format!("at_most = {}\n", rng.u32(1..6));
    }
    let rules = rng.usize(1..5);
    for n in 0..rules {
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
        if n > 0 && rng.u32(0..3) == 0 {
            text += &format!("depends_on = [\"r{}\"]\n", rng.usize(0..n));
        }
        if rng.u32(0..4) == 0 {
            text += "hosts = [\"h*\", \"!h2\"]\n";
        }
    }
    let mut ms: u64 = 0;
    let mut lines = Vec::new();
    for n in 0..rng.usize(1..120) {
        ms += [0, 500, 1000, 2000, 3000, 5000, 20_000][rng.usize(0..7)];
        let host = ["h1", "h2", "g1"][rng.usize(0..3)];
        if rng.u32(0..15) == 0 {
            let what = [
                format!("rule=r{}", rng.usize(0..rules)),
                format!("host={host}"),
                "label.x=1".to_owned(),
                "rule=* host=!h1 label.x=".to_owned(),
            ];
            let until = Time(ms + rng.u64(1..90_000));
            let what = &what[rng.usize(0..4)];
            lines.push(format!("{} @silence s{n} until={until} by=me {what}", Time(ms)));
            continue;
        }
        let series = ["a", "b", "a{x=\"1\"}", "b{x=\"1\"}", "b{x=\"2\"}"][rng.usize(0..5)];
        lines.push(format!(
            "{} {host} {series} {}",
            Time(ms),
            f64::from(rng.u32(0..40)) / 4.0
        ));
    }
    (text, lines)
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
