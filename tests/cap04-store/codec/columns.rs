//! Columns of times and of values.

use support::Case;

/// Makes lines of times and values.
pub(super) fn lines(samples: impl IntoIterator<Item = (i64, f64)>) -> String {
    samples
        .into_iter()
        .map(|(time, value)| format!("{time} {value:?}\n"))
        .collect()
}

/// Expects the chunk that the snapshot has of these samples, and that it decodes to them.
fn check(case: &mut Case, samples: impl IntoIterator<Item = (i64, f64)>) {
    let samples: Vec<(i64, f64)> = samples.into_iter().collect();
    let ended = case
        .program("store")
        .args(["encode"])
        .stdin(lines(samples.iter().copied()))
        .run();
    case.snapshot(&ended);
    let decoded = case.program("store").args(["decode"]).stdin(ended.stdout).run();
    let expected: String = samples
        .iter()
        .map(|(time, value)| format!("{time}\t{value}\n"))
        .collect();
    case.expect_stdout(&decoded, expected);
    case.expect_status(&decoded, 0);
}

pub(super) fn a_single_sample_is_a_chunk(case: &mut Case) {
    check(case, [(1_800_000_000_000, 0.25)]);
    check(case, [(0, 3.0)]);
    check(case, [(-1, 1.0 / 3.0)]);
}

pub(super) fn regular_times_have_no_bits(case: &mut Case) {
    check(
        case,
        (0..5).map(|n| (1_800_000_000_000 + n * 10_000, (n * n) as f64)),
    );
    check(case, [(5, 1.0), (6, 1.0)]);
}

pub(super) fn a_column_of_the_same_value_has_no_bits(case: &mut Case) {
    check(case, (0..100).map(|n| (n * 10_000, 17.0)));
    check(case, (0..100).map(|n| (n * 10_000, 0.0)));
}

pub(super) fn the_first_interval_is_no_residual(case: &mut Case) {
    check(case, [(1000, 5.0), (61_000, 5.0), (121_000, 5.0), (181_001, 5.0)]);
    check(case, [(0, 100.0), (1, 1100.0), (2, 2100.0), (3, 3101.0)]);
}

pub(super) fn intervals_that_shake_cost_a_few_bits(case: &mut Case) {
    let shaken = [0, 3, -2, 1, 0, 0, -1, 40, 2, 0, 0, 0, 1, -3];
    let times = (0..)
        .zip(shaken)
        .map(|(n, by)| (1_000_000 + n * 10_000 + by, 1.0));
    check(case, times);
}

pub(super) fn the_width_is_the_cheapest_for_all_residuals(case: &mut Case) {
    // Most are short, one is longer than twice the width.
    check(
        case,
        (0..40).map(|n| (n, if n == 20 { 1e12 } else { (n % 3) as f64 })),
    );
    // Two lengths, of which one is twice the other.
    check(
        case,
        (0..40).map(|n| (n, if n % 4 == 3 { 1000.0 } else { (n % 2 * 20) as f64 })),
    );
    // All need the same bits with several widths.
    check(case, [(0, 1.0), (1, 2.0), (2, 2.0)]);
    // The largest numbers that 1, 2 and 32 bits hold, and one more.
    for largest in [1_i64, 2, 3, 4, i64::from(i32::MAX), 1 << 31, (1 << 31) + 1] {
        check(case, [(0, 0.0), (1, -largest as f64), (2, 0.0)]);
    }
}

pub(super) fn any_time_will_do(case: &mut Case) {
    check(case, [(i64::MIN, 1.0), (0, 1.0), (i64::MAX, 1.0)]);
    check(case, [(i64::MIN, 1.0), (i64::MAX - 1, 1.0), (i64::MAX, 1.0)]);
    check(
        case,
        [(-5000, 1.0), (-1, 1.0), (0, 1.0), (253_402_300_799_999, 1.0)],
    );
}

pub(super) fn decimals_are_whole_numbers(case: &mut Case) {
    let hundredths = [0.25, 0.5, 0.07, 1.0, 12.34, 0.3, -0.55];
    check(case, (0..).zip(hundredths));
    check(case, [(0, 1e-9), (1, 3e-9)]);
    // Ten digits are one too many, and 0.1 + 0.2 is not 0.3.
    check(case, [(0, 1e-10), (1, 3e-10)]);
    check(case, [(0, 0.1), (1, 0.1 + 0.2), (2, 0.3)]);
    // The last whole number that is exact, and the next one there is.
    check(
        case,
        [(0, 9_007_199_254_740_992.0), (1, -9_007_199_254_740_992.0)],
    );
    check(case, [(0, 9_007_199_254_740_992.0), (1, 9_007_199_254_740_994.0)]);
}

pub(super) fn pages_share_their_zeros(case: &mut Case) {
    check(case, [(0, 40_960.0), (1, 8192.0), (2, 49_152.0), (3, -4096.0)]);
    check(case, [(0, 0.0), (1, 1024.0), (2, 0.0)]);
    check(case, [(0, 1_048_576.0), (1, 1_048_576.0), (2, 1_048_576.0)]);
}

pub(super) fn a_counter_that_grows_steadily_is_a_delta_of_deltas(case: &mut Case) {
    check(case, (0..60).map(|n| (n, (1_000_000 + n * 1000 + n % 3) as f64)));
    check(case, (0..60).map(|n| (n, (500 + (n * 7919) % 13) as f64)));
}

pub(super) fn of_two_forms_of_equal_length_the_lower_is_taken(case: &mut Case) {
    check(case, [(0, 1.0), (1, 2.0), (2, 3.0), (3, 5.0)]);
    check(case, [(0, 7.0), (1, 9.0)]);
    // Nine bytes of the form and 64 bits, and as many of digits, zeros, a number and a width.
    check(case, [(0, 4_398_046_511_103.0)]);
    check(case, [(0, 281_474_976_710_657.0)]);
}

pub(super) fn thirds_go_by_xor(case: &mut Case) {
    check(case, (1..12).map(|n| (n, n as f64 / 3.0)));
    check(case, [(0, 1.0 / 3.0), (1, 1.0 / 3.0), (2, 1.0 / 3.0)]);
}

pub(super) fn a_window_serves_as_long_as_it_fits(case: &mut Case) {
    // Differences of the lowest bits: wide, narrow within it, reaching out below, above, and again within the newest one.
    let base = (1.0_f64 / 3.0).to_bits();
    let differences: [u64; 9] = [
        0,
        0b1111_0000 << 8,
        0b0110_0000 << 8,
        0b1111 << 4,
        0b1 << 20,
        0b1,
        0b11 << 5,
        0b1 << 20,
        0b1111_0000 << 8,
    ];
    let mut bits = base;
    let values = differences.map(|difference| {
        bits ^= difference;
        f64::from_bits(bits)
    });
    check(case, (0..).zip(values));
}

pub(super) fn zeros_in_front_are_counted_up_to_31(case: &mut Case) {
    let base = (2.0_f64 / 3.0).to_bits();
    let values = [
        base,
        base ^ 1,
        base ^ 3,
        base ^ (1 << 33),
        base ^ (1 << 32) ^ (1 << 33),
        base ^ (1 << 31),
    ];
    check(case, (0..).zip(values.map(f64::from_bits)));
}

pub(super) fn all_values_come_back_whatever_they_are(case: &mut Case) {
    check(
        case,
        (0..).zip([
            -0.0,
            0.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            5e-324,
            1.0,
            f64::NAN,
        ]),
    );
    check(case, [(0, -0.0), (1, -0.0)]);
    check(
        case,
        [
            (0, f64::from_bits(1)),
            (1, f64::from_bits(u64::MAX >> 12 | 1 << 63)),
        ],
    );
}

pub(super) fn recorded_series_are_read_and_written_again(case: &mut Case) {
    let recorded = String::from_utf8(case.fixture_bytes("recorded.txt")).expect("the fixture is text");
    for line in recorded.lines().step_by(9) {
        let chunk = line.rsplit('\t').next().unwrap_or_default().to_owned() + "\n";
        let decoded = case.program("store").args(["decode"]).stdin(chunk.clone()).run();
        case.expect_status(&decoded, 0);
        let again = case.program("store").args(["encode"]).stdin(decoded.stdout).run();
        case.expect_stdout(&again, &chunk);
    }
}
