//! Stage 5: what is kept, why something was told, and what rules would have said.

mod explained;
mod kept;

use support::{Case, Stage, stage};

use crate::drawn::{Level, rules, trace};
use support::Exchange;

use explained::{
    a_host_that_is_down_is_explained, an_alarm_that_counts_is_explained, an_alarm_that_fires_is_explained,
    each_silence_is_explained, rules_are_replayed_over_what_has_been, the_longest_need_not_be_the_last,
    what_is_absent_is_explained, what_still_fires_counts_until_the_end, what_was_at_a_time_is_explained,
    what_was_never_seen_is_said,
};
use kept::{
    a_judge_that_is_killed_goes_on_where_it_was, a_new_state_that_is_left_gives_nobody_more_rights,
    a_restart_at_any_line_changes_nothing, a_state_is_for_its_owner_alone,
    a_state_that_cannot_be_written_is_left_as_it_was, a_state_that_is_none_is_named,
    drawn_traces_are_cut_anywhere, no_more_than_ten_thousand_samples_are_kept,
};

pub(crate) const STAGE: Stage = stage!("history":
    a_restart_at_any_line_changes_nothing,
    a_judge_that_is_killed_goes_on_where_it_was,
    a_state_that_cannot_be_written_is_left_as_it_was,
    a_state_is_for_its_owner_alone,
    a_new_state_that_is_left_gives_nobody_more_rights,
    a_state_that_is_none_is_named,
    no_more_than_ten_thousand_samples_are_kept,
    an_alarm_that_fires_is_explained,
    an_alarm_that_counts_is_explained,
    each_silence_is_explained,
    what_is_absent_is_explained,
    a_host_that_is_down_is_explained,
    what_was_at_a_time_is_explained,
    what_was_never_seen_is_said,
    rules_are_replayed_over_what_has_been,
    the_longest_need_not_be_the_last,
    what_still_fires_counts_until_the_end;
    seeded: drawn_traces_are_cut_anywhere, drawn_traces_are_replayed, drawn_alarms_are_explained
);

fn drawn_traces_are_replayed(case: &mut Case) {
    case.seeded(30, |rng| {
        Exchange::of("alarm")
            .args(["replay", "rules.toml", "trace"])
            .file("rules.toml", rules(rng, Level::Silence))
            .file("trace", trace(rng, Level::Silence))
    });
}

fn drawn_alarms_are_explained(case: &mut Case) {
    case.seeded(30, |rng| {
        let host = ["h1", "h2", "g1"][rng.usize(0..3)];
        let rule = ["r0", "r0", "host-down"][rng.usize(0..3)];
        let at = rng.u32(1..400).to_string();
        Exchange::of("alarm")
            .args([
                "why",
                "rules.toml",
                "trace",
                "--host",
                host,
                "--rule",
                rule,
                "--at",
                &at,
            ])
            .file("rules.toml", rules(rng, Level::Silence))
            .file("trace", trace(rng, Level::Silence))
    });
}
