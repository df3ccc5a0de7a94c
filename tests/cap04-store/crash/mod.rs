//! Stage 6: what a kill leaves, what an earlier release left, and how to know.

mod found;
mod killed;
mod migrated;

use support::{Case, Stage, stage};

use crate::db::in_mariadb;

use found::{
    a_copy_of_a_database_in_use_is_whole, a_series_of_another_kind_is_ok, a_whole_database_is_ok,
    after_expiry_a_database_is_ok, each_broken_invariant_is_found, what_another_program_has_written_is_ok,
};
use killed::{
    a_kill_while_it_packs_changes_nothing, a_kill_while_it_sums_up_and_deletes_changes_no_sum,
    a_pack_by_another_program_is_noticed, a_restart_needs_little_memory,
    what_is_acknowledged_is_there_once_after_fifty_kills,
};
use migrated::{
    a_database_of_version_1_becomes_chunks, a_kill_while_it_migrates_leaves_one_version_or_the_other,
    a_long_series_of_version_1_needs_little_memory,
};

pub(crate) const STAGE: Stage = stage!("crash":
    a_whole_database_is_ok,
    what_another_program_has_written_is_ok,
    after_expiry_a_database_is_ok,
    a_series_of_another_kind_is_ok,
    each_broken_invariant_is_found,
    a_copy_of_a_database_in_use_is_whole,
    what_is_acknowledged_is_there_once_after_fifty_kills,
    a_kill_while_it_packs_changes_nothing,
    a_kill_while_it_sums_up_and_deletes_changes_no_sum,
    a_pack_by_another_program_is_noticed,
    a_restart_needs_little_memory,
    a_database_of_version_1_becomes_chunks,
    a_kill_while_it_migrates_leaves_one_version_or_the_other,
    a_long_series_of_version_1_needs_little_memory;
    slow: databases_are_whole_in_mariadb, fifty_kills_lose_nothing_in_mariadb
);

/// With MariaDB in the place of SQLite.
fn databases_are_whole_in_mariadb(case: &mut Case) {
    in_mariadb(
        case,
        &[
            a_whole_database_is_ok,
            after_expiry_a_database_is_ok,
            a_pack_by_another_program_is_noticed,
        ],
    );
}

/// Expects that `check` finds nothing wrong, and this many samples.
pub(crate) fn expect_ok(case: &mut support::Case, samples: usize) {
    crate::db::expect(case, &["check", "fleet.db"], &format!("ok: {samples} samples\n"));
}

fn fifty_kills_lose_nothing_in_mariadb(case: &mut Case) {
    in_mariadb(case, &[what_is_acknowledged_is_there_once_after_fifty_kills]);
}
