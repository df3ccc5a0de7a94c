//! Stage 1: a file of rules is read, and nothing in it is ever run.

use support::{Case, Exchange, Rng, Stage, stage};

use crate::world::rules;

pub(crate) const STAGE: Stage = stage!("rules":
    rules_are_said_as_they_were_understood,
    and_binds_closer_than_or_and_both_from_the_left,
    blanks_do_not_matter_and_numbers_may_be_negative,
    an_unknown_key_is_refused_by_its_name_with_file_and_line,
    what_is_wrong_with_an_expression_is_said_with_its_line,
    a_rule_watches_one_metric,
    absent_stands_alone_and_needs_a_span,
    windows_have_a_size_that_makes_sense,
    spans_have_a_unit_and_fit,
    nothing_in_a_rule_is_run,
    parentheses_have_a_depth_that_people_can_read,
    names_are_names_and_are_there_once,
    rules_that_depend_on_each_other_in_a_circle_are_refused,
    many_rules_that_depend_on_each_other_take_no_time,
    a_recovery_is_about_the_same_series,
    all_faults_are_said_in_the_order_of_their_lines;
    seeded: drawn_expressions_are_read, drawn_dependencies_are_followed
);

/// Expects that expressions are understood so.
fn understood(case: &mut Case, table: &[(&str, &str)]) {
    for (when, expected) in table {
        case.file("rules.toml", format!("[[rule]]\nname = \"r\"\nwhen = '{when}'\n"));
        let ended = case.program("alarm").args(["check", "rules.toml"]).run();
        let down = "host-down [critical]: no report for 30s\n";
        case.expect_stdout(&ended, format!("r [warning]: {expected}\n{down}"));
        case.expect_status(&ended, 0);
    }
}

/// Expects that a file is refused: with a message for each of `faults`, which is a line and a part of what is said.
fn refused(case: &mut Case, text: &str, faults: &[(usize, &str)]) {
    case.file("rules.toml", text);
    let ended = case.program("alarm").args(["check", "rules.toml"]).run();
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    let said = ended.stderr_text();
    let is_so = said.lines().count() == faults.len()
        && said.lines().zip(faults).all(|(line, (number, part))| {
            line.starts_with(&format!("alarm: rules.toml, line {number}: ")) && line.contains(part)
        });
    let expected: Vec<_> = faults
        .iter()
        .map(|(line, part)| format!("line {line}: …{part}…"))
        .collect();
    case.expect(
        &ended,
        is_so,
        &format!(
            "on standard error, one line each: `alarm: rules.toml, {}`",
            expected.join("`, `")
        ),
        &said,
    );
}

/// Expects that each of these expressions is refused.
fn refused_when(case: &mut Case, table: &[(&str, &str)]) {
    for (when, part) in table {
        refused(
            case,
            &format!("[[rule]]\nname = \"r\"\nwhen = '''{when}'''\n"),
            &[(3, part)],
        );
    }
}

fn rules_are_said_as_they_were_understood(case: &mut Case) {
    let text = rules(
        "interval = \"20s\"\nat_most = 10\n",
        r#"
        [cpu-busy]
        when = 'avg(cpu.busy{cpu="*"}, 5) > 0.9'
        recover = 'max(cpu.busy{cpu="*"}, 2) < 0.7'
        hosts = ["web*", "!web9"]
        breaches = 3
        good = 2
        severity = "critical"
        at_most = 3
        repeat = "30m"
        [disk-full]
        when = 'last(filesystem.available{mount="!/boot*",type="ext4"}) <= 1000000000 or last(filesystem.available{mount="!/boot*",type="ext4"}) == 0'
        depends_on = ["cpu-busy", "host-down"]
        summary = "a disk is nearly full"
        [errors]
        when = "rate(network.errors, 5m) >= 0.5"
        severity = "info"
        flaps = 3
        flap_span = "1h"
        group_wait = "30s"
        group_by = "host"
        stale = "90s"
        repeat = "never"
        [no-backup]
        when = "absent(backup.finished, 1d)"
        good = 2
        "#,
    );
    case.file("rules.toml", text);
    let ended = case.program("alarm").args(["check", "rules.toml"]).run();
    case.snapshot(&ended);
}

fn and_binds_closer_than_or_and_both_from_the_left(case: &mut Case) {
    understood(
        case,
        &[
            (
                "last(m) > 1 or last(m) < 2 and last(m) == 3",
                "(last(m) > 1 or (last(m) < 2 and last(m) == 3))",
            ),
            (
                "last(m) > 1 and last(m) < 2 or last(m) == 3",
                "((last(m) > 1 and last(m) < 2) or last(m) == 3)",
            ),
            (
                "last(m) > 1 or last(m) < 2 or last(m) == 3",
                "((last(m) > 1 or last(m) < 2) or last(m) == 3)",
            ),
            (
                "last(m) > 1 and last(m) < 2 and last(m) == 3",
                "((last(m) > 1 and last(m) < 2) and last(m) == 3)",
            ),
            (
                "(last(m) > 1 or last(m) < 2) and last(m) == 3",
                "((last(m) > 1 or last(m) < 2) and last(m) == 3)",
            ),
        ],
    );
}

fn blanks_do_not_matter_and_numbers_may_be_negative(case: &mut Case) {
    understood(
        case,
        &[
            ("last(m)>1", "last(m) > 1"),
            (
                "  avg ( m { a = \"x\" , b=\"y z\" } , 5 )>=-0.50 ",
                "avg(m{a=\"x\",b=\"y z\"}, 5) >= -0.5",
            ),
            ("sum(m, 90s) != 007", "sum(m, 90s) != 7"),
            (
                "diff(cpu.user_time, 120s) < 1000000000000",
                "diff(cpu.user_time, 2m) < 1000000000000",
            ),
            ("min(m{a=\"\\\"\\\\\"}, 1) <= 0", "min(m{a=\"\\\"\\\\\"}, 1) <= 0"),
            ("(last(or) > 1)", "last(or) > 1"),
        ],
    );
}

fn an_unknown_key_is_refused_by_its_name_with_file_and_line(case: &mut Case) {
    refused(
        case,
        "interval = \"10s\"\n\n[[rule]]\nname = \"r\"\nwhen = 'last(m) > 1'\nbreeches = 3\n",
        &[(6, "breeches")],
    );
    refused(case, "intervall = \"10s\"\n", &[(1, "intervall")]);
    refused(case, "[host_down]\ngood = 2\n", &[(2, "good")]);
}

fn what_is_wrong_with_an_expression_is_said_with_its_line(case: &mut Case) {
    refused_when(
        case,
        &[
            ("", "when: at the end"),
            ("last(m)", "at the end"),
            ("last(m) >", "at the end"),
            ("last(m) > x", "at 11"),
            ("last m > 1", "at 6"),
            ("last(m > 1", "at 8"),
            ("last(m, 3) > 1", "at 7"),
            ("avg(m) > 1", "at 6"),
            ("last(m) > 1s", "at 11"),
            ("last(m) > 1.2.3", "at 11"),
            ("last(m) > .5", "at 11"),
            ("last(m) > 5.", "at 11"),
            ("last(m) > 1e3", "at 11"),
            ("last(m) > 1 last(m) > 2", "at 13"),
            ("last(m) > 1)", "at 12"),
            ("(last(m) > 1", "at the end"),
            ("last(m) => 1", "at 9"),
            ("last(m{a=b}) > 1", "at 10"),
            ("last(m{a=\"x\",}) > 1", "at 14"),
            ("last(m{a=\"x\" b=\"y\"}) > 1", "at 14"),
            ("last(m{a=\"x\",a=\"y\"}) > 1", "twice"),
            ("last(m{a=\"x}) > 1", "at 10"),
            ("last(m) > 1 and", "at the end"),
            ("not last(m) > 1", "at 1"),
            ("median(m, 3) > 1", "median"),
        ],
    );
}

fn a_rule_watches_one_metric(case: &mut Case) {
    refused_when(
        case,
        &[
            ("last(m) > 1 and last(n) > 1", "n is another than m"),
            (
                "last(m{a=\"x\"}) > 1 or last(m) > 1",
                "m is another than m{a=\"x\"}",
            ),
        ],
    );
}

fn absent_stands_alone_and_needs_a_span(case: &mut Case) {
    understood(case, &[("absent( m , 60s )", "absent(m, 1m)")]);
    refused_when(
        case,
        &[
            ("absent(m, 3)", "span"),
            ("absent(m)", "at 9"),
            ("absent(m, 60s) and last(m) > 1", "at 16"),
            ("last(m) > 1 or absent(m, 60s)", "alone"),
            ("absent(m, 60s) > 1", "at 16"),
            ("(absent(m, 60s))", "alone"),
        ],
    );
    refused(
        case,
        "[[rule]]\nname = \"r\"\nwhen = 'absent(m, 60s)'\nbreaches = 2\n",
        &[(4, "breaches")],
    );
}

fn windows_have_a_size_that_makes_sense(case: &mut Case) {
    understood(
        case,
        &[
            ("avg(m, 1) > 1", "avg(m, 1) > 1"),
            ("diff(m, 2) > 1", "diff(m, 2) > 1"),
            ("rate(m, 10000) > 1", "rate(m, 10000) > 1"),
        ],
    );
    refused_when(
        case,
        &[
            ("avg(m, 0) > 1", "0"),
            ("avg(m, -1) > 1", "-1"),
            ("avg(m, 1.5) > 1", "1.5"),
            ("avg(m, 10001) > 1", "10001"),
            ("diff(m, 1) > 1", "1"),
            ("rate(m, 1) > 1", "1"),
            ("avg(m, x) > 1", "at 8"),
        ],
    );
}

fn spans_have_a_unit_and_fit(case: &mut Case) {
    understood(
        case,
        &[
            ("avg(m, 1500ms) > 1", "avg(m, 1500ms) > 1"),
            ("avg(m, 60000ms) > 1", "avg(m, 1m) > 1"),
            ("avg(m, 36500d) > 1", "avg(m, 36500d) > 1"),
            ("avg(m, 48h) > 1", "avg(m, 2d) > 1"),
        ],
    );
    refused_when(
        case,
        &[
            ("avg(m, 0s) > 1", "0s"),
            ("avg(m, 5x) > 1", "5x"),
            ("avg(m, 5S) > 1", "5S"),
            ("avg(m, 1.5s) > 1", "1.5s"),
            ("avg(m, -5s) > 1", "-5s"),
            ("avg(m, 36501d) > 1", "36501d"),
            ("avg(m, 99999999999999999999d) > 1", "99999999999999999999d"),
            ("avg(m, 9999999999999999d) > 1", "9999999999999999d"),
        ],
    );
    refused(case, "interval = \"10\"\n", &[(1, "interval")]);
}

/// In the original course a rule was a line of a scripting language, and whoever could write one could run anything.
fn nothing_in_a_rule_is_run(case: &mut Case) {
    refused_when(
        case,
        &[
            ("system(\"touch run\")", "system"),
            ("exec(m, 1) > 1", "exec"),
            ("last(m) > $(touch run)", "at 11"),
            ("last(m) > 1; touch run", "at 12"),
            ("last(m) > 1 || touch run", "at 13"),
            ("`touch run`", "at 1"),
            ("__import__(\"os\").system(\"touch run\")", "at 17"),
        ],
    );
    let is_there = case.dir().join("run").exists();
    let ended = case.program("alarm").args(["check", "rules.toml"]).run();
    case.expect(&ended, !is_there, "no file `run`", "there is one");
}

fn parentheses_have_a_depth_that_people_can_read(case: &mut Case) {
    let deep = |depth: usize| format!("{}last(m) > 1{}", "(".repeat(depth), ")".repeat(depth));
    understood(case, &[(&deep(32), "last(m) > 1")]);
    refused_when(case, &[(&deep(33), "deep"), (&deep(2000), "deep")]);
}

fn names_are_names_and_are_there_once(case: &mut Case) {
    for name in ["", "a b", "-a", "a.b", "ü", "a/b", "a\\nb", &"x".repeat(65)] {
        refused(
            case,
            &format!("[[rule]]\nname = \"{name}\"\nwhen = 'last(m) > 1'\n"),
            &[(2, "name")],
        );
    }
    let rule = |name: &str| format!("[[rule]]\nname = \"{name}\"\nwhen = 'last(m) > 1'\n");
    refused(case, &(rule("a") + &rule("b") + &rule("a")), &[(8, "a")]);
    refused(case, &rule("host-down"), &[(2, "host-down")]);
    for name in ["a", "9", "_", "Disk-full_2", &"x".repeat(64)] {
        case.file("rules.toml", rule(name));
        let ended = case.program("alarm").args(["check", "rules.toml"]).run();
        case.expect_status(&ended, 0);
    }
}

fn rules_that_depend_on_each_other_in_a_circle_are_refused(case: &mut Case) {
    let rule = |name: &str, on: &str| {
        format!("[[rule]]\nname = \"{name}\"\nwhen = 'last(m) > 1'\ndepends_on = [{on}]\n")
    };
    refused(case, &rule("a", "\"a\""), &[(2, "a -> a")]);
    refused(
        case,
        &(rule("a", "\"b\"") + &rule("b", "\"c\"") + &rule("c", "\"host-down\", \"b\"")),
        &[(6, "b -> c -> b")],
    );
    // It is entered at d, and begins with b, which comes first in the file.
    refused(
        case,
        &(rule("a", "\"d\"") + &rule("b", "\"d\"") + &rule("c", "\"b\"") + &rule("d", "\"c\"")),
        &[(6, "b -> d -> c -> b")],
    );
    refused(case, &rule("a", "\"host-down\", \"x\""), &[(4, "x")]);
    // A rule that two depend on is no circle.
    case.file(
        "rules.toml",
        rule("a", "\"b\", \"c\"") + &rule("b", "\"d\"") + &rule("c", "\"d\"") + &rule("d", ""),
    );
    let ended = case.program("alarm").args(["check", "rules.toml"]).run();
    case.expect_status(&ended, 0);
}

fn many_rules_that_depend_on_each_other_take_no_time(case: &mut Case) {
    // Each depends on all before it: there are 2⁶⁰ ways from the last to the first.
    let rules: String = (0..60)
        .map(|n| {
            let on: Vec<_> = (0..n).map(|on| format!("\"r{on}\"")).collect();
            format!(
                "[[rule]]\nname = \"r{n}\"\nwhen = 'last(m) > 1'\ndepends_on = [{}]\n",
                on.join(", ")
            )
        })
        .collect();
    case.file("rules.toml", rules);
    let ended = case.program("alarm").args(["check", "rules.toml"]).run();
    case.expect_status(&ended, 0);
}

fn a_recovery_is_about_the_same_series(case: &mut Case) {
    let rule = |when: &str, recover: &str| {
        format!("[[rule]]\nname = \"r\"\nwhen = '{when}'\nrecover = '{recover}'\n")
    };
    refused(
        case,
        &rule("last(m) > 2", "last(n) < 1"),
        &[(4, "recover: n is another than m")],
    );
    refused(
        case,
        &rule("last(m) > 2", "last(m) <"),
        &[(4, "recover: at the end")],
    );
    refused(case, &rule("last(m) > 2", "absent(m, 60s)"), &[(4, "recover")]);
    refused(case, &rule("absent(m, 60s)", "last(m) < 1"), &[(4, "recover")]);
}

fn all_faults_are_said_in_the_order_of_their_lines(case: &mut Case) {
    let text = "interval = \"0s\"\nat_most = 0\n[[rule]]\nname = \"a\"\nwhen = 'last(m)'\nbreaches = 0\nrepeat = \"soon\"\n[[rule]]\nname = \"b b\"\nwhen = 'last(m) > 1'\ngroup_by = \"host\"\nflap_span = \"1h\"\n";
    refused(
        case,
        text,
        &[
            (1, "interval"),
            (2, "at_most"),
            (5, "when"),
            (6, "breaches"),
            (7, "repeat"),
            (9, "b b"),
            (11, "group_by"),
            (12, "flap_span"),
        ],
    );
}

fn drawn_expressions_are_read(case: &mut Case) {
    case.seeded(40, |rng| {
        let mut text = condition(rng, 3);
        if rng.u8(0..3) == 0 {
            let at = rng.usize(0..=text.len());
            let with = ["(", ")", " and ", "1", ",", "\"", "<", "é", ".", "or"][rng.usize(0..10)];
            text.insert_str(at, with);
        }
        Exchange::of("alarm").args(["check", "rules.toml"]).file(
            "rules.toml",
            format!("[[rule]]\nname = \"r\"\nwhen = '''{text}'''\n"),
        )
    });
}

fn condition(rng: &mut Rng, depth: u32) -> String {
    const WINDOWS: [&str; 6] = ["2", "5", "60s", "1500ms", "10000", "2h"];
    match rng.u32(0..5) {
        0 if depth > 0 => format!("({})", condition(rng, depth - 1)),
        1 if depth > 0 => format!("{} and {}", condition(rng, depth - 1), condition(rng, depth - 1)),
        2 if depth > 0 => format!("{} or  {}", condition(rng, depth - 1), condition(rng, depth - 1)),
        _ => {
            let series = "m.x{a=\"b*\",c=\"!\"}";
            let function = ["last", "sum", "avg", "min", "max", "diff", "rate"][rng.usize(0..7)];
            let call = match function {
                "last" => format!("last({series})"),
                _ => format!("{function}({series},{})", WINDOWS[rng.usize(0..6)]),
            };
            let comparison = ["<", "<=", ">", ">=", "==", "!="][rng.usize(0..6)];
            format!("{call} {comparison} {}", f64::from(rng.i32(-5000..5000)) / 8.0)
        }
    }
}

fn drawn_dependencies_are_followed(case: &mut Case) {
    case.seeded(16, |rng| {
        let count = rng.usize(2..8);
        let rules: String = (0..count)
            .map(|n| {
                let on: Vec<_> = (0..rng.usize(0..3))
                    .map(|_| format!("\"r{}\"", rng.usize(0..count)))
                    .collect();
                format!(
                    "[[rule]]\nname = \"r{n}\"\nwhen = 'last(m) > 1'\ndepends_on = [{}]\n",
                    on.join(", ")
                )
            })
            .collect();
        Exchange::of("alarm")
            .args(["check", "rules.toml"])
            .file("rules.toml", rules)
    });
}
