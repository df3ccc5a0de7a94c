//! Series, drawn: whichever table answers, the answer is the model's.

use support::Case;

use crate::db::{compact, of, put};
use crate::query::{model_of, points, steps};

pub(super) fn drawn_series_are_the_same_when_they_are_summed_up(case: &mut Case) {
    const SECONDS: i64 = 40_000;
    for round in 0..6 {
        let mut rng = case.rng(round);
        for file in ["fleet.db", "fleet.db-wal", "fleet.db-shm"] {
            let _ = std::fs::remove_file(case.dir().join(file));
        }
        let is_counter = round % 2 == 0;
        let (name, kind, command) = match is_counter {
            true => ("disk.reads", "counter", "rate"),
            false => ("load.1m", "gauge", "range"),
        };
        let model = model_of(&mut rng, is_counter, SECONDS);
        let mut samples: Vec<(i64, f64)> = model.iter().map(|(after, value)| (*after, *value)).collect();
        if rng.bool() {
            rng.shuffle(&mut samples);
        }
        for part in samples.chunks(samples.len().div_ceil(3)) {
            put(case, &of(name, kind, part));
            if rng.u8(0..3) != 0 {
                compact(case);
            }
        }
        for step in [60, 120, 420, 3600, 7200, 86_400] {
            let from = rng.i64(-1..SECONDS) * 1000;
            let to = from + rng.i64(0..SECONDS) * 1000;
            for range in [(from, to), (-1_000_000, 1_000_000_000)] {
                let ended = steps(case, command, name, &format!("{step}s"), Some(range));
                case.expect_stdout(&ended, points(&model, is_counter, range, step * 1000));
            }
        }
    }
}
