//! Batches, drawn, and packed in between.

use support::Case;

use crate::append::{Model, batches, expect_model};
use crate::db::{compact, expect_info, put};

pub(super) fn drawn_batches_are_packed_in_between(case: &mut Case) {
    for round in 0..3 {
        let mut rng = case.rng(round);
        for file in ["fleet.db", "fleet.db-wal", "fleet.db-shm"] {
            let _ = std::fs::remove_file(case.dir().join(file));
        }
        let mut model = Model::new();
        for _ in 0..5 {
            let (lines, said) = batches(&mut rng, &mut model, 20_000);
            let ended = put(case, &lines);
            case.expect_stdout(&ended, said);
            if rng.bool() {
                compact(case);
            }
        }
        expect_model(case, &model);
        compact(case);
        expect_info(case, "recent          0 samples in 0 rows");
        expect_model(case, &model);
    }
}
