//! Ranges, offsets, calls and aggregations.

use support::Case;

use super::expect;

pub(super) fn ranges_belong_to_selectors(case: &mut Case) {
    let only = "ranges only allowed for vector selectors";
    expect(
        case,
        &[
            ("a[5m]", "range vector: a[300000ms]"),
            ("a{x=\"1\"}[1h30m]", "range vector: a{x=\"1\"}[5400000ms]"),
            (
                "{x!~\"1\", y=\"2\"}[1s500ms]",
                "range vector: {x!~\"1\", y=\"2\"}[1500ms]",
            ),
            ("(a)[5m]", &format!("error 1:4: parse error: {only}")),
            ("sum(a)[5m]", &format!("error 1:7: parse error: {only}")),
            ("5[5m]", &format!("error 1:2: parse error: {only}")),
            ("a[5m][5m]", &format!("error 1:6: parse error: {only}")),
            (
                "a[5]",
                "error 1:3: parse error: unexpected number 5 in range, expected a duration",
            ),
            ("a[0s]", "error 1:3: parse error: duration must be greater than 0"),
            (
                "a[5m",
                "error 1:5: parse error: unexpected end of input in range, expected \"]\"",
            ),
            ("a[5m:1m]", "error 1:5: parse error: subqueries are not supported"),
        ],
    );
}

pub(super) fn offsets_go_either_way(case: &mut Case) {
    let must = "offset modifier must be preceded by an instant vector selector or range vector selector";
    expect(
        case,
        &[
            ("a offset 1m", "instant vector: a offset 60000ms"),
            ("a offset -1m", "instant vector: a offset -60000ms"),
            ("a offset +1m", "instant vector: a offset 60000ms"),
            ("a[5m] offset 1m", "range vector: a[300000ms] offset 60000ms"),
            ("a offset 1m + b", "instant vector: (a offset 60000ms + b)"),
            (
                "rate(a[5m] OFFSET 1m)",
                "instant vector: rate(a[300000ms] offset 60000ms)",
            ),
            (
                "a offset 1m [5m]",
                "error 1:13: parse error: no offset modifiers allowed before range",
            ),
            (
                "a offset 1m offset 1m",
                "error 1:13: parse error: offset may not be set multiple times",
            ),
            ("(a) offset 1m", &format!("error 1:5: parse error: {must}")),
            ("sum(a) offset 1m", &format!("error 1:8: parse error: {must}")),
            (
                "a offset b",
                "error 1:10: parse error: unexpected \"b\" in offset, expected a duration",
            ),
            ("a @ 5", "error 1:3: parse error: the @ modifier is not supported"),
        ],
    );
}

pub(super) fn functions_take_ranges(case: &mut Case) {
    expect(
        case,
        &[
            ("rate(a[5m])", "instant vector: rate(a[300000ms])"),
            (
                "max_over_time(a{b=\"c\"}[1m])",
                "instant vector: max_over_time(a{b=\"c\"}[60000ms])",
            ),
            ("rate(((a[5m])))", "instant vector: rate(a[300000ms])"),
            (
                "rate(a)",
                "error 1:6: parse error: expected type range vector in call to function \"rate\", got instant vector",
            ),
            (
                "increase(1)",
                "error 1:10: parse error: expected type range vector in call to function \"increase\", got scalar",
            ),
            (
                "rate()",
                "error 1:6: parse error: expected 1 argument(s) in call to \"rate\", got 0",
            ),
            (
                "rate(a[5m], 1)",
                "error 1:11: parse error: expected 1 argument(s) in call to \"rate\", got more",
            ),
            (
                "rate(a[5m]",
                "error 1:11: parse error: unexpected end of input in function call, expected \")\"",
            ),
            (
                "1 + stddev_over_time(a[5m])",
                "error 1:5: parse error: unknown or unsupported function with name \"stddev_over_time\"",
            ),
            (
                "RATE(a[5m])",
                "error 1:1: parse error: unknown or unsupported function with name \"RATE\"",
            ),
            ("rate", "instant vector: rate"),
        ],
    );
}

pub(super) fn groups_stand_before_or_behind(case: &mut Case) {
    expect(
        case,
        &[
            ("sum(a)", "instant vector: sum by () (a)"),
            ("sum by (host) (a)", "instant vector: sum by (host) (a)"),
            ("sum(a) by (host, cpu,)", "instant vector: sum by (host, cpu) (a)"),
            ("avg without (cpu) (a)", "instant vector: avg without (cpu) (a)"),
            ("max(a) without ()", "instant vector: max without () (a)"),
            ("MIN BY (host) (a)", "instant vector: min by (host) (a)"),
            (
                "topk by (host) (3, a) * 2",
                "instant vector: (topk by (host) (3, a) * 2)",
            ),
            ("sum(a) by (host) + b", "instant vector: (sum by (host) (a) + b)"),
            (
                "sum by (host) (a) by (cpu)",
                "error 1:19: parse error: unexpected \"by\"",
            ),
            ("sum", "instant vector: sum"),
            (
                "sum by (\"host\") (a)",
                "error 1:9: parse error: unexpected string \"host\" in grouping opts, expected label",
            ),
        ],
    );
}

pub(super) fn aggregations_take_vectors(case: &mut Case) {
    expect(
        case,
        &[
            ("topk(2 + 1, a)", "instant vector: topk by () (3, a)"),
            ("bottomk(-1, a)", "instant vector: bottomk by () (-1, a)"),
            (
                "sum(rate(a[5m]))",
                "instant vector: sum by () (rate(a[300000ms]))",
            ),
            (
                "sum(1)",
                "error 1:5: parse error: expected type instant vector in aggregation expression, got scalar",
            ),
            (
                "sum(a[5m])",
                "error 1:5: parse error: expected type instant vector in aggregation expression, got range vector",
            ),
            (
                "topk(a, a)",
                "error 1:6: parse error: expected type scalar in aggregation parameter",
            ),
            (
                "topk(1)",
                "error 1:7: parse error: unexpected \")\" in aggregation, expected \",\"",
            ),
            (
                "topk(1, 2)",
                "error 1:9: parse error: expected type instant vector in aggregation expression, got scalar",
            ),
            (
                "sum(a, b)",
                "error 1:6: parse error: unexpected \",\" in aggregation, expected \")\"",
            ),
            ("sum()", "error 1:5: parse error: unexpected \")\""),
        ],
    );
}

pub(super) fn what_is_wrong_is_told_with_its_place(case: &mut Case) {
    expect(
        case,
        &[
            ("", "error 1:1: parse error: no expression found in input"),
            ("a +", "error 1:4: parse error: unexpected end of input"),
            ("a b", "error 1:3: parse error: unexpected \"b\""),
            ("a{x=\"é\"} ]", "error 1:11: parse error: unexpected \"]\""),
            (
                "a and b",
                "error 1:3: parse error: the operator \"and\" is not supported",
            ),
            (
                "{x=~\".*\"}",
                "error 1:1: parse error: vector selector must contain at least one non-empty matcher",
            ),
        ],
    );
    for (query, expected) in [
        ("a\n  ]", "error 2:3: parse error: unexpected \"]\"\n"),
        ("a +\n\nb c", "error 3:3: parse error: unexpected \"c\"\n"),
        ("a +\n", "error 2:1: parse error: unexpected end of input\n"),
    ] {
        let ended = case.program("dashboard").args(["parse", query]).run();
        case.expect_stdout(&ended, expected);
    }
}
