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
