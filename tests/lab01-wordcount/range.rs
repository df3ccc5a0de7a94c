//! Stage 3: the student's own range, and lazy adaptors over it.

use support::{Case, Exchange, Rng, Stage, stage};

pub(crate) const STAGE: Stage = stage!("range":
    numbers_go_from_start_up_to_stop,
    a_negative_step_goes_down,
    a_range_that_leads_away_from_its_stop_is_empty,
    the_ends_of_64_bits_are_reached_without_overflow,
    a_step_of_zero_is_refused,
    the_length_is_known_from_start_to_end,
    both_ends_meet_in_the_middle,
    a_billion_billion_numbers_are_skipped_at_once,
    adaptors_do_nothing_until_they_are_pulled,
    adaptors_pull_no_more_than_they_need,
    adaptors_work_from_the_back,
    bounds_of_a_length_go_through_adaptors,
    nothing_comes_after_the_first_refusal,
    every_nth_number_begins_with_the_first,
    a_reader_that_has_seen_enough_ends_it_quietly;
    seeded: drawn_ranges_are_walked_like_the_reference_walks_them
);

/// Prints ranges and compares what is printed with the snapshots.
fn print(case: &mut Case, ranges: &[&[&str]]) {
    for range in ranges {
        let ended = case.program("wordcount").args(["range"]).args(*range).run();
        case.snapshot(&ended);
    }
}

/// Pulls at ranges through the given program `lazy` and compares what is printed with the snapshots.
fn pull(case: &mut Case, runs: &[&str]) {
    for run in runs {
        let ended = case.program("lazy").args(run.split(' ')).run();
        case.snapshot(&ended);
    }
}

fn numbers_go_from_start_up_to_stop(case: &mut Case) {
    print(
        case,
        &[
            &["0", "5"],
            &["-3", "4", "2"],
            &["0", "10", "3"],
            &["0", "9", "3"],
            &["7", "8", "100"],
        ],
    );
}

fn a_negative_step_goes_down(case: &mut Case) {
    print(
        case,
        &[
            &["5", "0", "-1"],
            &["10", "0", "-4"],
            &["4", "-4", "-4"],
            &["0", "-1", "-100"],
        ],
    );
}

fn a_range_that_leads_away_from_its_stop_is_empty(case: &mut Case) {
    print(
        case,
        &[&["5", "5"], &["5", "0"], &["0", "5", "-1"], &["5", "5", "-1"]],
    );
}

fn the_ends_of_64_bits_are_reached_without_overflow(case: &mut Case) {
    const MAX: &str = "9223372036854775807";
    const MIN: &str = "-9223372036854775808";
    print(
        case,
        &[
            &["9223372036854775804", MAX, "2"],
            &["-9223372036854775806", MIN, "-1"],
            &[MIN, MAX, MAX],
            &[MAX, MIN, MIN],
            &[MIN, "0", "4611686018427387904"],
        ],
    );
}

fn a_step_of_zero_is_refused(case: &mut Case) {
    let ended = case.program("wordcount").args(["range", "1", "5", "0"]).run();
    case.snapshot(&ended);
}

fn the_length_is_known_from_start_to_end(case: &mut Case) {
    pull(
        case,
        &[
            "0 10 3 len next len hint back len next len next len next len",
            "-9223372036854775808 9223372036854775807 1 len next back len",
            "5 0 1 len hint",
            "9223372036854775807 -9223372036854775808 -9223372036854775808 len rest len",
        ],
    );
}

fn both_ends_meet_in_the_middle(case: &mut Case) {
    pull(
        case,
        &[
            "0 6 1 next back next back next back next back",
            "10 0 -3 back back next len next back",
            "0 10 4 rev next",
            "-9223372036854775808 9223372036854775807 9223372036854775807 back next back",
        ],
    );
}

fn a_billion_billion_numbers_are_skipped_at_once(case: &mut Case) {
    pull(
        case,
        &[
            "0 2000000000000000000 1 nth:1000000000000000000 next len",
            "0 10 1 nth:3 nth:0 nth:5 next len",
            "0 10 1 nth:10 next",
            "-9223372036854775808 9223372036854775807 3 nth:6148914691236517204 next",
        ],
    );
}

fn adaptors_do_nothing_until_they_are_pulled(case: &mut Case) {
    pull(
        case,
        &[
            "0 9223372036854775807 1 square even every:3 below:1000",
            "1 9 1 square even next",
        ],
    );
}

fn adaptors_pull_no_more_than_they_need(case: &mut Case) {
    pull(
        case,
        &[
            "1 100 1 double even next next",
            "1 100 1 even square below:30 rest",
            "1 100 1 negate every:5 next next",
        ],
    );
}

fn adaptors_work_from_the_back(case: &mut Case) {
    pull(
        case,
        &[
            "0 6 1 square back next rev",
            "0 9 1 even back next back rest back",
            "9 0 -2 double odd back",
        ],
    );
}

fn bounds_of_a_length_go_through_adaptors(case: &mut Case) {
    pull(
        case,
        &[
            "0 10 1 square len hint next len",
            "0 10 1 even hint next hint",
            "0 10 1 square odd double hint",
        ],
    );
}

fn nothing_comes_after_the_first_refusal(case: &mut Case) {
    pull(
        case,
        &[
            "0 -5 -1 negate below:2 next next next next",
            "3 9 1 below:3 next next",
        ],
    );
}

fn every_nth_number_begins_with_the_first(case: &mut Case) {
    pull(
        case,
        &[
            "0 10 1 every:4 rest",
            "0 10 1 every:1 next next",
            "0 3 1 every:10 rest next",
            "0 0 1 every:2 next",
            "0 9223372036854775807 1 every:1000000000000 next next next",
        ],
    );
}

fn a_reader_that_has_seen_enough_ends_it_quietly(case: &mut Case) {
    let ended = case
        .program("wordcount")
        .args(["range", "0", "1000000"])
        .close_stdout_after(100)
        .run();
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
}

fn drawn_ranges_are_walked_like_the_reference_walks_them(case: &mut Case) {
    case.seeded(16, |rng: &mut Rng| {
        let wide = rng.bool();
        let mut end = || if wide { rng.i64(..) } else { rng.i64(-60..60) };
        let (start, stop) = (end(), end());
        let step = loop {
            let step = if wide { rng.i64(..) } else { rng.i64(-7..8) };
            if step != 0 {
                break step;
            }
        };
        let mut words = vec![start.to_string(), stop.to_string(), step.to_string()];
        for _ in 0..rng.usize(..3) {
            words.push(["square", "double", "negate", "even", "odd"][rng.usize(..5)].to_owned());
        }
        for _ in 0..rng.usize(1..12) {
            words.push(match rng.u8(..6) {
                0 => format!("nth:{}", rng.usize(..4)),
                1 => "hint".to_owned(),
                2 | 3 => "back".to_owned(),
                _ => "next".to_owned(),
            });
        }
        Exchange::of("lazy").args(words)
    });
}
