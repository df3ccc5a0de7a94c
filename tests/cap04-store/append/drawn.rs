//! Batches, drawn, beside a plain model: a map from series and time to the first value.

use std::collections::BTreeMap;

use support::{Case, Rng};

use crate::db::{T0, expect, line, put};

/// What the model holds.
pub(crate) type Model = BTreeMap<(String, String), BTreeMap<i64, f64>>;

const HOSTS: [&str; 3] = ["web1", "web2", "db1"];
const NAMES: [&str; 4] = ["a", "b.c", "load.1m", "x y"];

/// Draws batches and puts them into the model; returns the lines and what is to be said of them.
pub(crate) fn batches(rng: &mut Rng, model: &mut Model, length: i64) -> (String, String) {
    let (mut lines, mut said) = (String::new(), String::new());
    let mut sent: Vec<String> = Vec::new();
    for _ in 0..rng.usize(1..8) {
        let (mut stored, mut repeated) = (0, 0);
        let mut batch = String::new();
        for _ in 0..rng.usize(1..40) {
            let (host, name) = (HOSTS[rng.usize(0..3)], NAMES[rng.usize(0..4)]);
            let time = T0 + rng.i64(0..length) * 1000;
            let value = f64::from(rng.i32(-1000..1000)) / 8.0;
            let series = model.entry((host.into(), name.into())).or_default();
            match series.contains_key(&time) {
                true => repeated += 1,
                false => {
                    series.insert(time, value);
                    stored += 1;
                }
            }
            batch += &line(host, name, "gauge", time, value);
        }
        said += &format!("{stored} stored, {repeated} repeated, 0 refused\n");
        lines += &(batch.clone() + "\n");
        sent.push(batch);
        if rng.u8(0..3) == 0 {
            // What was sent before comes again.
            let again = &sent[rng.usize(0..sent.len())];
            said += &format!("0 stored, {} repeated, 0 refused\n", again.lines().count());
            lines += &(again.clone() + "\n");
        }
    }
    (lines, said)
}

/// Expects that the database holds what the model does.
pub(crate) fn expect_model(case: &mut Case, model: &Model) {
    for ((host, name), samples) in model {
        let expected: String = samples
            .iter()
            .map(|(time, value)| format!("{time}\t{value}\n"))
            .collect();
        expect(case, &["get", "fleet.db", host, name], &expected);
    }
}

pub(super) fn drawn_batches_are_stored_once(case: &mut Case) {
    for round in 0..4 {
        let mut rng = case.rng(round);
        for file in ["fleet.db", "fleet.db-wal", "fleet.db-shm"] {
            let _ = std::fs::remove_file(case.dir().join(file));
        }
        let mut model = Model::new();
        for _ in 0..3 {
            let (lines, said) = batches(&mut rng, &mut model, 200);
            let ended = put(case, &lines);
            case.expect_stdout(&ended, said);
        }
        expect_model(case, &model);
    }
}
