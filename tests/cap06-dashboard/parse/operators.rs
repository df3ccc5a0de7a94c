//! What stands between operands, and in front of them.

use support::Case;

use super::expect;

pub(super) fn operators_bind_as_in_arithmetic(case: &mut Case) {
    expect(
        case,
        &[
            ("a + b * c", "instant vector: (a + (b * c))"),
            ("a * b + c", "instant vector: ((a * b) + c)"),
            ("a - b - c", "instant vector: ((a - b) - c)"),
            ("a / b / c", "instant vector: ((a / b) / c)"),
            ("a - b + c", "instant vector: ((a - b) + c)"),
            ("a % b * c / d", "instant vector: (((a % b) * c) / d)"),
            ("a * b ^ c", "instant vector: (a * (b ^ c))"),
            ("a ^ b * c", "instant vector: ((a ^ b) * c)"),
            ("(a + b) * c", "instant vector: ((a + b) * c)"),
            ("a - (b - c)", "instant vector: (a - (b - c))"),
            ("a + b # and nothing more", "instant vector: (a + b)"),
        ],
    );
}

pub(super) fn a_power_begins_on_the_right(case: &mut Case) {
    expect(
        case,
        &[
            ("2 ^ 3 ^ 2", "scalar: 512"),
            ("a ^ b ^ c", "instant vector: (a ^ (b ^ c))"),
            ("a ^ b ^ c ^ d", "instant vector: (a ^ (b ^ (c ^ d)))"),
            ("(a ^ b) ^ c", "instant vector: ((a ^ b) ^ c)"),
            ("a ^ b * c ^ d", "instant vector: ((a ^ b) * (c ^ d))"),
        ],
    );
}

pub(super) fn a_sign_binds_less_than_a_power(case: &mut Case) {
    expect(
        case,
        &[
            ("-2 ^ 2", "scalar: -4"),
            ("2 ^ -1", "scalar: 0.5"),
            ("--1", "scalar: 1"),
            ("-a", "instant vector: -(a)"),
            ("+a", "instant vector: a"),
            ("-a ^ 2", "instant vector: -((a ^ 2))"),
            ("-a * b", "instant vector: (-(a) * b)"),
            ("a ^ -b * c", "instant vector: ((a ^ -(b)) * c)"),
            ("a - -b", "instant vector: (a - -(b))"),
            (
                "-a[5m]",
                "error 1:2: parse error: unary expression only allowed on expressions of type scalar or instant vector, got \"range vector\"",
            ),
        ],
    );
}

pub(super) fn comparisons_bind_least(case: &mut Case) {
    expect(
        case,
        &[
            ("a > b + c", "instant vector: (a > (b + c))"),
            ("a + b >= c * d", "instant vector: ((a + b) >= (c * d))"),
            ("a > b > c", "instant vector: ((a > b) > c)"),
            ("a == bool b", "instant vector: (a == bool b)"),
            ("a != b == bool c", "instant vector: ((a != b) == bool c)"),
            ("1 < a <= 5", "instant vector: ((1 < a) <= 5)"),
            ("a > BOOL 1", "instant vector: (a > bool 1)"),
            (
                "a + bool b",
                "error 1:3: parse error: bool modifier can only be used on comparison operators",
            ),
        ],
    );
}

pub(super) fn numbers_are_computed_at_once(case: &mut Case) {
    expect(
        case,
        &[
            ("1 + 2 * 3 ^ 2", "scalar: 19"),
            ("10 - 4 - 3", "scalar: 3"),
            ("7 % 4", "scalar: 3"),
            ("-7 % 4", "scalar: -3"),
            ("1 / 0", "scalar: +Inf"),
            ("-1 / 0", "scalar: -Inf"),
            ("0 / 0", "scalar: NaN"),
            ("0x1F + 010", "scalar: 39"),
            ("a * (1 + 1)", "instant vector: (a * 2)"),
            ("1 + 1 + a", "instant vector: (2 + a)"),
            ("1 - a", "instant vector: (1 - a)"),
            ("a - 1 - 1", "instant vector: ((a - 1) - 1)"),
        ],
    );
}

pub(super) fn comparisons_of_numbers_need_bool(case: &mut Case) {
    let why = "comparisons between scalars must use BOOL modifier";
    expect(
        case,
        &[
            ("1 > bool 2", "scalar: 0"),
            ("2 >= bool 2", "scalar: 1"),
            ("7 % 4 == bool 3", "scalar: 1"),
            ("NaN == bool NaN", "scalar: 0"),
            ("1 > 2", &format!("error 1:3: parse error: {why}")),
            ("a + (2 == 2)", &format!("error 1:8: parse error: {why}")),
        ],
    );
}

pub(super) fn vectors_are_matched_one_to_one(case: &mut Case) {
    let numbers = "vector matching only allowed between instant vectors";
    let ranges = "binary expression must contain only scalar and instant vector types";
    expect(
        case,
        &[
            ("a / on(host) b", "instant vector: (a / on (host) b)"),
            (
                "a > bool ignoring(mode, cpu,) b",
                "instant vector: (a > bool ignoring (mode, cpu) b)",
            ),
            ("a / on() b", "instant vector: (a / on () b)"),
            ("a / ignoring() b", "instant vector: (a / b)"),
            (
                "a * b / on(host) c * d",
                "instant vector: (((a * b) / on (host) c) * d)",
            ),
            ("a + on(host) 1", &format!("error 1:3: parse error: {numbers}")),
            ("1 + on(host) a", &format!("error 1:3: parse error: {numbers}")),
            ("a[5m] + 1", &format!("error 1:1: parse error: {ranges}")),
            ("a + b[5m]", &format!("error 1:5: parse error: {ranges}")),
        ],
    );
}
