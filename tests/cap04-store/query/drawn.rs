//! Series, drawn, beside a plain model that knows nothing of chunks.

use std::collections::BTreeMap;
use std::fmt::Write;

use support::{Case, Rng};

use super::ranges::steps;
use crate::db::{T0, compact, of, put};

/// Draws samples at times behind [`T0`] in whole seconds. Values are quarters, so that sums are exact.
pub(crate) fn model_of(rng: &mut Rng, is_counter: bool, seconds: i64) -> BTreeMap<i64, f64> {
    let mut value = f64::from(rng.i32(0..10_000));
    (0..rng.usize(2..150))
        .map(|_| rng.i64(0..seconds) * 1000)
        .collect::<std::collections::BTreeSet<i64>>()
        .into_iter()
        .map(|after| {
            value = match is_counter {
                true if rng.u8(0..10) == 0 => f64::from(rng.i32(0..100)),
                true => value + f64::from(rng.i32(0..4000)) / 4.0,
                false => f64::from(rng.i32(-4000..4000)) / 4.0,
            };
            (after, value)
        })
        .collect()
}

/// What one step is in the model.
#[derive(Clone, Copy)]
struct Sum {
    min: f64,
    max: f64,
    sum: f64,
    weight: f64,
    count: u64,
}

/// Sums the model up from a time until before another, as the program prints it.
pub(crate) fn points(
    samples: &BTreeMap<i64, f64>,
    is_counter: bool,
    (from, to): (i64, i64),
    step: i64,
) -> String {
    let mut sums: BTreeMap<i64, Sum> = BTreeMap::new();
    let mut last: Option<(i64, f64)> = None;
    for (&after, &value) in samples {
        let before = last.replace((after, value));
        let (one, sum, weight) = match (is_counter, before) {
            (false, _) => (value, value, 1.0),
            (true, None) => continue,
            (true, Some((then, old))) => {
                let growth = if value < old { value } else { value - old };
                let weight = (after - then) as f64;
                (f64::from((growth * 1000.0 / weight) as f32), growth, weight)
            }
        };
        if !(from..to).contains(&after) {
            continue;
        }
        let begin = (T0 + after).div_euclid(step) * step;
        let all = sums.entry(begin).or_insert(Sum {
            min: one,
            max: one,
            sum: 0.0,
            weight: 0.0,
            count: 0,
        });
        all.min = all.min.min(one);
        all.max = all.max.max(one);
        all.sum += sum;
        all.weight += weight;
        all.count += 1;
    }
    let mut out = String::new();
    for (
        begin,
        Sum {
            min,
            max,
            sum,
            weight,
            count,
        },
    ) in sums
    {
        let mean = if is_counter {
            sum * 1000.0 / weight
        } else {
            sum / weight
        };
        let _ = writeln!(out, "{begin}\t{min}\t{max}\t{mean}\t{count}");
    }
    out
}

fn check(case: &mut Case, rng: &mut Rng, is_counter: bool) {
    const SECONDS: i64 = 12_000;
    for file in ["fleet.db", "fleet.db-wal", "fleet.db-shm"] {
        let _ = std::fs::remove_file(case.dir().join(file));
    }
    let (name, kind, command) = match is_counter {
        true => ("disk.reads", "counter", "rate"),
        false => ("load.1m", "gauge", "range"),
    };
    let model = model_of(rng, is_counter, SECONDS);
    let mut samples: Vec<(i64, f64)> = model.iter().map(|(after, value)| (*after, *value)).collect();
    rng.shuffle(&mut samples);
    let (first, second) = samples.split_at(rng.usize(0..samples.len()));
    put(case, &of(name, kind, first));
    compact(case);
    put(case, &of(name, kind, second));
    for _ in 0..4 {
        let from = rng.i64(-1..SECONDS) * 1000 + rng.i64(0..1000);
        let to = from + rng.i64(0..SECONDS) * 1000;
        let step = [1, 7, 10, 61, 300, 1000][rng.usize(0..6)];
        let ended = steps(case, command, name, &format!("{step}s"), Some((from, to)));
        case.expect_stdout(&ended, points(&model, is_counter, (from, to), step * 1000));
    }
}

pub(super) fn drawn_ranges_are_summed_up(case: &mut Case) {
    for round in 0..5 {
        let mut rng = case.rng(round);
        check(case, &mut rng, false);
    }
}

pub(super) fn drawn_rates_are_never_negative(case: &mut Case) {
    for round in 0..5 {
        let mut rng = case.rng(round);
        check(case, &mut rng, true);
    }
}
