//! Stage 2: parts at the same time, each written to its place, and work that moves.

mod decided;
mod moves;
mod servers;
mod sizes;
mod split;

use support::http::{Body, Response, Site};
use support::{Case, Nginx, Stage, stage};

use crate::runs::{downloader, expect_saved};
use crate::usage::{URL, expect_wrong};
use decided::{
    a_part_ends_where_it_ends_now_and_may_be_given_back, a_rate_that_nobody_knows_is_that_of_the_other_one,
    little_is_taken_whole_or_not_at_all, what_is_missing_is_cut_at_whole_blocks,
    what_is_taken_is_a_share_by_the_rates, who_is_silent_is_taken_over_and_patience_grows,
    work_is_taken_where_it_will_take_longest,
};
use moves::{
    drawn_rates_make_the_same_file, what_a_server_stalls_is_fetched_by_the_others,
    what_is_nearly_done_is_left_alone, what_is_slow_is_fetched_by_the_others,
    what_was_taken_is_not_fetched_twice, who_has_come_to_its_new_end_hangs_up,
};
use servers::{
    a_connection_is_used_for_the_next_request, a_part_may_be_shorter_than_asked,
    a_server_without_ranges_is_asked_once, a_total_of_star_means_no_ranges,
    later_requests_go_where_the_first_one_was_answered, what_comes_beyond_a_part_is_not_written,
};
use sizes::{drawn_sizes_make_the_same_file, every_size_comes_whole, small_files_need_few_connections};
use split::{
    as_many_requests_are_in_flight_as_connections, parts_are_split_evenly_in_whole_blocks,
    parts_are_written_to_their_places, the_file_is_sparse_at_full_length,
};

pub(crate) const STAGE: Stage = stage!("ranges":
    what_is_missing_is_cut_at_whole_blocks,
    a_part_ends_where_it_ends_now_and_may_be_given_back,
    a_file_comes_in_parts,
    as_many_requests_are_in_flight_as_connections,
    parts_are_split_evenly_in_whole_blocks,
    the_file_is_sparse_at_full_length,
    parts_are_written_to_their_places,
    every_size_comes_whole,
    small_files_need_few_connections,
    a_server_without_ranges_is_asked_once,
    a_total_of_star_means_no_ranges,
    a_part_may_be_shorter_than_asked,
    a_connection_is_used_for_the_next_request,
    what_comes_beyond_a_part_is_not_written,
    later_requests_go_where_the_first_one_was_answered,
    what_is_taken_is_a_share_by_the_rates,
    a_rate_that_nobody_knows_is_that_of_the_other_one,
    work_is_taken_where_it_will_take_longest,
    little_is_taken_whole_or_not_at_all,
    who_is_silent_is_taken_over_and_patience_grows,
    what_a_server_stalls_is_fetched_by_the_others,
    what_is_slow_is_fetched_by_the_others,
    what_was_taken_is_not_fetched_twice,
    who_has_come_to_its_new_end_hangs_up,
    what_is_nearly_done_is_left_alone,
    nginx_serves_64_mib_over_8_connections,
    connections_are_1_to_64;
    seeded: drawn_sizes_make_the_same_file, drawn_rates_make_the_same_file
);

fn a_file_comes_in_parts(case: &mut Case) {
    let body = Body::pattern((6 << 20) + 17, 1);
    let site = case.site(Site::new().at("/big", Response::ok(body.clone()).ranges()));
    let ended = downloader(case, &[&site.url("/big")]);
    case.snapshot(&ended);
    expect_saved(case, &ended, "big", &body);
    let log = site.log();
    let first = log.requests[0].header("range").unwrap_or("(none)");
    case.expect(
        &ended,
        first == "bytes=0-1048575",
        "first a request for bytes=0-1048575",
        first,
    );
    let without = log.requests.iter().filter(|seen| seen.status != 206).count();
    case.expect(
        &ended,
        without == 0,
        "parts only",
        format!("{without} other answers"),
    );
}

fn connections_are_1_to_64(case: &mut Case) {
    expect_wrong(
        case,
        &[
            &["-x", "0", URL],
            &["-x", "65", URL],
            &["-x", "-1", URL],
            &["-x", "many", URL],
            &["-x", "", URL],
            &["--connections", "1.5", URL],
            &["-x"],
        ],
    );
}

fn nginx_serves_64_mib_over_8_connections(case: &mut Case) {
    let body = Body::pattern(64 << 20, 3);
    case.file("www/big.bin", body.bytes(0..64 << 20));
    let nginx = case.nginx(Nginx::new().root("www"));
    let ended = downloader(case, &["-x", "8", &nginx.url("/big.bin")]);
    case.snapshot(&ended);
    expect_saved(case, &ended, "big.bin", &body);
}
