use super::*;

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (query, expected) in [
        ("", "1:1: parse error: no expression found in input"),
        ("a +", "1:4: parse error: unexpected end of input"),
        ("a\n  ]", "2:3: parse error: unexpected \"]\""),
        ("a{b=~\"(\"}", "1:6: parse error: bad regular expression"),
        (
            "{}",
            "1:1: parse error: vector selector must contain at least one non-empty matcher",
        ),
        ("rate(a)", "1:6: parse error: expected type range vector"),
        (
            "stddev_over_time(a[5m])",
            "1:1: parse error: unknown or unsupported function with name \"stddev_over_time\"",
        ),
        (
            "a and b",
            "1:3: parse error: the operator \"and\" is not supported",
        ),
        ("a[5m:1m]", "1:5: parse error: subqueries are not supported"),
        ("a @ 5", "1:3: parse error: the @ modifier is not supported"),
        (
            "a / on(b) group_left c",
            "1:11: parse error: \"group_left\" is not supported",
        ),
        (
            "1 > 2",
            "1:3: parse error: comparisons between scalars must use BOOL modifier",
        ),
        ("sum(1)", "1:5: parse error: expected type instant vector"),
        ("a[0s]", "1:3: parse error: duration must be greater than 0"),
        ("\"x\"", "1:1: parse error: string literals are not supported"),
    ] {
        let fault = parse(query).expect_err(query);
        assert!(fault.text().starts_with(expected), "{query}: {}", fault.text());
    }
}

#[test]
fn numbers_are_computed_as_operators_bind() {
    for (query, expected) in [
        ("1 + 2 * 3 ^ 2", 19.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("10 - 4 - 3", 3.0),
        ("--1", 1.0),
        ("7 % 4 == bool 3", 1.0),
        ("(1 + 2) * 3", 9.0),
    ] {
        let root = parse(query).map(|query| query.root);
        assert!(
            matches!(root, Ok(Expr::Number(number)) if number == expected),
            "{query}: {root:?}"
        );
    }
}

#[test]
fn length_and_depth_are_bounded() {
    for query in [
        "(".repeat(9000),
        "-".repeat(9000) + "1",
        "sum(".repeat(2000),
        "1^".repeat(4000) + "1",
        "a+".repeat(4000) + "a",
        " ".repeat(20_000),
    ] {
        assert!(parse(&query).is_err());
    }
}
