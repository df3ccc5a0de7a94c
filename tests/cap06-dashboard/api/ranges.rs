//! Values by steps.

use std::collections::BTreeMap;

use serde_json::json;
use support::Case;

use crate::client::get;
use crate::samples::{counter, gauge};
use crate::site::{Site, TOKEN};

/// A moment long ago, and a multiple of all steps here.
const T0: i64 = 1_700_000_100_000;

fn target(series: &str, from: i64, to: i64, step: u64) -> String {
    format!(
        "/api/v1/range?series={series}&from_ms={}&to_ms={}&step_ms={step}",
        T0 + from,
        T0 + to
    )
}

pub(super) fn a_peak_stays_in_a_range(case: &mut Case) {
    let samples = gauge("x").at_ms(&[
        (T0, 1.0),
        (T0 + 1000, 100.0),
        (T0 + 2000, 1.0),
        (T0 + 59_999, -6.0),
        (T0 + 60_000, 5.0),
        (T0 + 240_000, 7.0),
    ]);
    let mut site = Site::new(case, &samples);
    let answer = site.json(case, &target("1", 0, 240_000, 60_000));
    let expected = json!({
        "from_ms": T0, "to_ms": T0 + 240_000, "step_ms": 60_000,
        "series": [{
            "id": 1,
            "time_ms": [T0, T0 + 60_000],
            "avg": [24.0, 5.0], "min": [-6.0, 5.0], "max": [100.0, 5.0],
        }],
    });
    site.expect_same(
        case,
        "the range",
        &format!("{expected:#}"),
        &format!("{answer:#}"),
    );
    // A step without values is absent, and a range ends before its last moment.
    let answer = site.json(case, &target("1", 60_001, 240_001, 60_000));
    let series = json!([{"id": 1, "time_ms": [T0 + 240_000], "avg": [7.0], "min": [7.0], "max": [7.0]}]);
    site.expect_same(
        case,
        "the series of a later range",
        &series.to_string(),
        &answer["series"].to_string(),
    );
    site.end(case);
}

pub(super) fn a_counter_is_told_as_its_rate(case: &mut Case) {
    let times = [(0, 100.0), (10_000, 120.0), (20_000, 160.0), (30_000, 4.0)];
    let times = times.map(|(after, value)| (T0 + after, value));
    let mut site = Site::new(case, &(counter("c").at_ms(&times) + &gauge("g").at_ms(&times)));
    let answer = site.json(case, &target("1,2", 0, 40_000, 20_000));
    let expected = json!([
        {"id": 1, "time_ms": [T0, T0 + 20_000], "avg": [2.0, 2.2], "min": [2.0, 0.4], "max": [2.0, 4.0]},
        {"id": 2, "time_ms": [T0, T0 + 20_000], "avg": [110.0, 82.0], "min": [100.0, 4.0], "max": [120.0, 160.0]},
    ]);
    // The least and the most are kept in seven digits.
    let answer = rounded(&answer["series"]);
    site.expect_same(case, "a counter and a gauge", &rounded(&expected), &answer);
    site.end(case);
}

fn rounded(series: &serde_json::Value) -> String {
    let mut text = String::new();
    for one in series.as_array().into_iter().flatten() {
        text += &format!("{} {}", one["id"], one["time_ms"]);
        for name in ["avg", "min", "max"] {
            let numbers = one[name].as_array().into_iter().flatten();
            let numbers: Vec<_> = numbers
                .map(|number| format!("{:.4}", number.as_f64().unwrap_or(f64::NAN)))
                .collect();
            text += &format!(" {name} {}", numbers.join(" "));
        }
        text += "\n";
    }
    text
}

pub(super) fn many_series_are_one_question(case: &mut Case) {
    let samples: String = (0..500)
        .map(|n| gauge(&format!("x{n}")).at_ms(&[(T0, f64::from(n))]))
        .collect();
    let mut site = Site::new(case, &samples);
    let numbers: Vec<String> = (1..=500).rev().map(|n| n.to_string()).collect();
    let answer = site.json(case, &target(&numbers.join(","), 0, 1000, 1000));
    let ids: Vec<String> = answer["series"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|series| series["id"].to_string())
        .collect();
    site.expect_same(
        case,
        "the ids in the order of the question",
        &numbers.join(" "),
        &ids.join(" "),
    );
    let more = get(&target(&format!("{},1", numbers.join(",")), 0, 1000, 1000)).bearer(TOKEN);
    site.expect_failure(case, &more, 400, "more than 500 numbers");
    site.end(case);
}

pub(super) fn times_are_cut_into_bounded_steps(case: &mut Case) {
    let mut site = Site::new(case, &gauge("x").at_ms(&[(T0, 1.0)]));
    let steps = "more than 5000 steps";
    let order = "`from_ms` is after `to_ms`";
    for (from, to, step, wrong) in [
        (0, 5000, 1, None),
        (0, 5001, 1, Some(steps)),
        (0, 5_000_999, 1000, None),
        (0, 5_001_000, 1000, Some(steps)),
        (10, 10, 1, None),
        (11, 10, 1, Some(order)),
        (0, 10, 0, Some(steps)),
        (0, i64::MAX, u64::MAX, None),
        (i64::MIN, i64::MAX, 1, Some(order)),
        (i64::MIN, i64::MAX, u64::MAX, Some(order)),
        (i64::MAX, i64::MIN, 1, Some(order)),
    ] {
        let path = format!("/api/v1/range?series=1&from_ms={from}&to_ms={to}&step_ms={step}");
        let question = get(&path).bearer(TOKEN);
        match wrong {
            None => _ = site.expect_answer(case, &question, 200),
            Some(part) => _ = site.expect_failure(case, &question, 400, part),
        }
    }
    site.end(case);
}

pub(super) fn drawn_ranges_are_told(case: &mut Case) {
    let mut rng = case.rng(0);
    let samples: BTreeMap<i64, f64> = (0..rng.usize(50..400))
        .map(|_| (rng.i64(0..3_600) * 1000, f64::from(rng.i32(-4000..4000)) / 4.0))
        .collect();
    let lines: Vec<_> = samples
        .iter()
        .map(|(after, value)| (T0 + after, *value))
        .collect();
    let mut site = Site::new(case, &gauge("x").at_ms(&lines));
    for _ in 0..12 {
        let from = rng.i64(-10..3600) * 1000;
        let to = from + rng.i64(0..3600) * 1000;
        let step = [7, 10, 61, 300][rng.usize(0..4)] * 1000;
        let mut steps: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
        for (after, value) in samples.range(from..to) {
            let begin = (T0 + after).div_euclid(step) * step;
            steps.entry(begin).or_default().push(*value);
        }
        let column =
            |of: &dyn Fn(&[f64]) -> f64| steps.values().map(|values| of(values)).collect::<Vec<f64>>();
        let expected = json!([{
            "id": 1,
            "time_ms": steps.keys().collect::<Vec<_>>(),
            "avg": column(&|values| values.iter().sum::<f64>() / values.len() as f64),
            "min": column(&|values| values.iter().copied().fold(f64::INFINITY, f64::min)),
            "max": column(&|values| values.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        }]);
        let path = target("1", from, to, step.unsigned_abs());
        let answer = site.json(case, &path);
        site.expect_same(
            case,
            &format!("the series of {path}"),
            &format!("{expected:#}"),
            &format!("{:#}", answer["series"]),
        );
    }
    site.end(case);
}
