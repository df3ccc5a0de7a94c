//! Stage 4: several servers, and which of them a call goes to.

mod authority;
mod back;
mod batch;
mod drawn;
mod health;
mod keys;
mod least;
mod nodes;
mod ring;
mod tls;

use support::{Stage, stage};

use back::{
    a_server_that_answers_nothing_keeps_its_own_calls_only, a_server_that_comes_back_gets_calls_again,
    a_server_that_says_nothing_gets_no_calls, tries_become_rarer,
};
use drawn::drawn_fates_of_servers_lose_nothing_that_was_not_sent;
use health::{
    a_server_that_goes_away_says_what_it_will_not_run, a_server_that_is_not_there_is_left_out,
    an_error_is_an_answer_and_not_tried_again, what_a_server_took_with_it_may_have_been_run,
    what_was_not_begun_goes_elsewhere, who_says_so_has_calls_run_again,
    without_any_server_calls_fail_at_once,
};
use keys::{
    a_key_stays_with_its_server, a_key_that_everybody_wants_drowns_no_server,
    keys_are_nothing_to_the_least_loaded, keys_of_a_server_that_is_gone_go_elsewhere,
};
use least::{
    a_call_goes_to_whom_has_least_to_do, a_slow_server_gets_fewer_calls,
    answers_come_from_the_server_that_is_named, calls_are_spread_over_all_servers,
    the_limit_of_calls_is_one_for_all_servers, there_is_one_connection_to_each_server,
    wrong_usage_of_several_servers_is_status_2,
};
use ring::{
    a_capacity_is_rounded_up_and_never_by_a_binary_fraction, a_hundred_thousand_keys_are_soon_placed,
    a_node_that_comes_takes_no_more_than_its_share, a_node_that_is_full_passes_keys_on,
    a_node_that_leaves_takes_only_its_own_keys_with_it, drawn_keys_are_placed_like_the_reference_does,
    drawn_rings_keep_their_promises, every_key_goes_to_one_of_the_nodes, keys_go_to_the_same_node_every_time,
    many_points_share_the_keys_evenly, the_order_of_the_nodes_changes_nothing,
    the_usual_load_is_a_quarter_above_the_share, wrong_usage_of_the_ring_is_status_2,
};
use tls::{
    a_client_must_show_a_certificate, a_handshake_that_does_not_end_holds_up_nobody,
    a_server_must_be_who_it_says, all_clients_speak_tls, files_that_are_none_are_named,
};

pub(crate) const STAGE: Stage = stage!("pool":
    every_key_goes_to_one_of_the_nodes,
    keys_go_to_the_same_node_every_time,
    the_order_of_the_nodes_changes_nothing,
    a_node_that_leaves_takes_only_its_own_keys_with_it,
    a_node_that_comes_takes_no_more_than_its_share,
    many_points_share_the_keys_evenly,
    a_node_that_is_full_passes_keys_on,
    the_usual_load_is_a_quarter_above_the_share,
    a_capacity_is_rounded_up_and_never_by_a_binary_fraction,
    a_hundred_thousand_keys_are_soon_placed,
    wrong_usage_of_the_ring_is_status_2,
    calls_are_spread_over_all_servers,
    answers_come_from_the_server_that_is_named,
    a_call_goes_to_whom_has_least_to_do,
    a_slow_server_gets_fewer_calls,
    the_limit_of_calls_is_one_for_all_servers,
    there_is_one_connection_to_each_server,
    a_key_stays_with_its_server,
    keys_are_nothing_to_the_least_loaded,
    keys_of_a_server_that_is_gone_go_elsewhere,
    a_key_that_everybody_wants_drowns_no_server,
    a_server_that_is_not_there_is_left_out,
    without_any_server_calls_fail_at_once,
    what_a_server_took_with_it_may_have_been_run,
    who_says_so_has_calls_run_again,
    a_server_that_goes_away_says_what_it_will_not_run,
    what_was_not_begun_goes_elsewhere,
    an_error_is_an_answer_and_not_tried_again,
    a_server_that_says_nothing_gets_no_calls,
    a_server_that_answers_nothing_keeps_its_own_calls_only,
    a_server_that_comes_back_gets_calls_again,
    tries_become_rarer,
    wrong_usage_of_several_servers_is_status_2;
    seeded: drawn_keys_are_placed_like_the_reference_does, drawn_rings_keep_their_promises, drawn_fates_of_servers_lose_nothing_that_was_not_sent;
    slow:
    all_clients_speak_tls,
    a_client_must_show_a_certificate,
    a_server_must_be_who_it_says,
    a_handshake_that_does_not_end_holds_up_nobody,
    files_that_are_none_are_named
);
