//! Stage 5: memcached on one loop, and on many.

pub(crate) mod clients;
mod commands;
pub(crate) mod drawn;
mod loops;
pub(crate) mod scripts;
mod sizes;
mod streams;
mod usage;

use support::{Case, Stage, stage};

use crate::behaviour::threads::{
    a_loop_without_peers_does_not_hold_up_the_end, all_loops_end_in_order,
    the_loops_of_a_chat_wake_each_other, three_loops_share_the_peers,
};
use crate::peers::Server;
use clients::libmemcached_stores_finds_and_deletes;
use commands::{
    a_browser_reaches_no_command, a_key_of_251_bytes_is_refused, a_line_with_many_keys_may_be_long,
    a_whole_line_may_be_too_long, data_are_bytes, deleted_is_gone,
    each_of_thousands_of_keys_has_its_own_value, noreply_is_silent, quit_closes, values_are_stored_and_found,
    version_names_a_number, what_is_wrong_is_said_and_the_connection_goes_on,
    words_and_lines_are_parted_as_memcached_does,
};
use drawn::drawn_commands_are_answered_like_the_reference_does;
use loops::{
    all_loops_share_what_is_stored, every_loop_has_its_share_of_the_work,
    one_connection_that_never_pauses_holds_up_no_other,
};
use sizes::{
    a_line_that_is_too_long_is_none_even_if_it_comes_whole,
    a_line_without_an_end_is_the_end_of_the_connection, a_value_has_as_many_bytes_as_max_item_and_no_more,
    a_value_of_one_mebibyte_comes_back, of_an_item_that_is_too_large_nothing_is_kept,
    who_asks_faster_than_answers_go_out_costs_little, who_asks_for_much_and_reads_late_costs_little,
};
use streams::{
    a_byte_at_a_time_is_enough, a_pipeline_of_10000_commands_is_answered_in_order,
    a_script_may_be_cut_anywhere, who_has_said_all_is_answered,
};
use usage::wrong_usage_is_status_2;

pub(crate) const STAGE: Stage = stage!("memcached":
    values_are_stored_and_found,
    data_are_bytes,
    deleted_is_gone,
    noreply_is_silent,
    what_is_wrong_is_said_and_the_connection_goes_on,
    words_and_lines_are_parted_as_memcached_does,
    a_key_of_251_bytes_is_refused,
    a_line_with_many_keys_may_be_long,
    a_whole_line_may_be_too_long,
    a_browser_reaches_no_command,
    each_of_thousands_of_keys_has_its_own_value,
    version_names_a_number,
    quit_closes,
    a_value_of_one_mebibyte_comes_back,
    a_value_has_as_many_bytes_as_max_item_and_no_more,
    of_an_item_that_is_too_large_nothing_is_kept,
    a_line_without_an_end_is_the_end_of_the_connection,
    a_line_that_is_too_long_is_none_even_if_it_comes_whole,
    who_asks_for_much_and_reads_late_costs_little,
    who_asks_faster_than_answers_go_out_costs_little,
    a_byte_at_a_time_is_enough,
    a_script_may_be_cut_anywhere,
    a_pipeline_of_10000_commands_is_answered_in_order,
    who_has_said_all_is_answered,
    three_loops_share_the_peers,
    the_loops_of_a_chat_wake_each_other,
    a_loop_without_peers_does_not_hold_up_the_end,
    all_loops_end_in_order,
    all_loops_share_what_is_stored,
    every_loop_has_its_share_of_the_work,
    one_connection_that_never_pauses_holds_up_no_other,
    libmemcached_stores_finds_and_deletes,
    wrong_usage_is_status_2;
    seeded: drawn_commands_are_answered_like_the_reference_does
);

/// Starts `nbnet memcached` with `options`.
pub(crate) fn memcached(case: &mut Case, options: &[&str]) -> Server {
    Server::start(case, "memcached", &[], options)
}

/// Plays each script against a server of its own.
pub(crate) fn play_all(case: &mut Case, scripts: &[scripts::Script]) {
    for (what, script) in scripts {
        let mut server = memcached(case, &[]);
        server.play(case, what, script);
        drop(server);
    }
}
