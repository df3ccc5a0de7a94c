//! Queries that cost too much to read.

use support::Case;

/// Expects that a query is understood, or what is said of it.
fn check(case: &mut Case, query: &str, expected: Result<(), &str>) {
    let ended = case
        .program("dashboard")
        .args(["parse"])
        .stdin(format!("{query}\n"))
        .run();
    let said = ended.stdout_text();
    match expected {
        Ok(()) => case.expect(
            &ended,
            ended.code() == 0 && said.lines().count() == 1,
            "a query that is just within the bounds is understood",
            said,
        ),
        Err(expected) => case.expect_stdout(&ended, format!("error {expected}\n")),
    }
}

pub(super) fn brackets_are_counted(case: &mut Case) {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    let why = "parse error: the query is nested more than 50 deep";
    check(case, &nested(49), Ok(()));
    check(case, &nested(50), Err(&format!("1:51: {why}")));
    check(case, &"(".repeat(9000), Err(&format!("1:51: {why}")));
    check(case, &format!("{}1", "-".repeat(49)), Ok(()));
    check(
        case,
        &format!("{}1", "-".repeat(9000)),
        Err(&format!("1:51: {why}")),
    );
    check(
        case,
        &format!("{}1", "1^".repeat(4000)),
        Err(&format!("1:101: {why}")),
    );
    // What stands beside each other is not deep.
    check(case, &vec!["(a)"; 150].join(" + "), Ok(()));
}

pub(super) fn operators_are_counted(case: &mut Case) {
    let why = "parse error: the query has more than 200 operators";
    check(case, &vec!["a"; 201].join(" + "), Ok(()));
    check(case, &vec!["a"; 202].join(" + "), Err(&format!("1:803: {why}")));
    check(
        case,
        &vec!["(a - b)"; 120].join("*"),
        Err(&format!("1:804: {why}")),
    );
}

pub(super) fn long_queries_are_refused(case: &mut Case) {
    check(case, &format!("{}a", " ".repeat(9_999)), Ok(()));
    check(
        case,
        &format!("{}a", " ".repeat(10_000)),
        Err("the query has more than 10000 bytes"),
    );
}
