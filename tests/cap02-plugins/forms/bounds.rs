//! Plug-ins that lie, and those that say too much.

use support::Case;

use crate::plug::{expect_fault, expect_refused, expect_samples, lines, parse};

pub(super) fn the_same_sample_twice_is_refused(case: &mut Case) {
    expect_refused(case, "pairs", "a b: 1\nA_b: 2\n", 2);
    expect_refused(
        case,
        "prometheus",
        "x{a=\"1\",b=\"2\"} 1\nx{b=\"2\",a=\"1\"} 1\n",
        2,
    );
    expect_refused(case, "prometheus", "x 1\nx_total 2\n", 2);
    expect_samples(
        case,
        &["prometheus"],
        "x{a=\"1\"} 1\nx{a=\"2\"} 1\nx 1\n",
        "plugin.stdin.x{a=\"1\"} 1 count gauge
         plugin.stdin.x{a=\"2\"} 1 count gauge
         plugin.stdin.x 1 count gauge",
    );
}

pub(super) fn a_lying_plug_in_speaks_under_its_own_name_only(case: &mut Case) {
    expect_samples(
        case,
        &["prometheus", "--name", "liar"],
        "plugin:disk:used 1\nmuster_cpu_user_seconds_total 2\nup{job=\"a\",instance=\"b\",host=\"db1\"} 3\n",
        "plugin.liar.plugin_disk_used 1 count gauge
         plugin.liar.muster_cpu_user_seconds 2 seconds counter
         plugin.liar.up{exported_host=\"db1\",exported_instance=\"b\",exported_job=\"a\"} 3 count gauge",
    );
    expect_samples(
        case,
        &["pairs", "--name", "liar"],
        "plugin.disk.used: 1\nhost: 5\n",
        "plugin.liar.plugin_disk_used 1 count gauge\nplugin.liar.host 5 count gauge",
    );
    expect_refused(case, "prometheus", "x{host=\"a\",exported_host=\"b\"} 1\n", 1);
}

pub(super) fn names_have_a_longest(case: &mut Case) {
    let name = "n".repeat(64);
    let rows = format!("plugin.stdin.{name} 1 count counter");
    expect_samples(case, &["pairs"], format!("{name}_total: 1\n"), &rows);
    expect_refused(case, "pairs", format!("x: 1\n{name}n: 1\n"), 2);
    expect_refused(case, "prometheus", "___ 1\n", 1);
}

pub(super) fn labels_have_bounds(case: &mut Case) {
    let labels = |count: usize| -> String {
        let labels: Vec<String> = (0..count).map(|n| format!("l{n}=\"v\"")).collect();
        labels.join(",")
    };
    for (labels, is_taken) in [
        (labels(8), true),
        (labels(9), false),
        (format!("{}=\"v\"", "l".repeat(64)), true),
        (format!("{}=\"v\"", "l".repeat(65)), false),
        (format!("l=\"{}\"", "é".repeat(64)), true),
        (format!("l=\"{}v\"", "é".repeat(64)), false),
    ] {
        let output = format!("x{{{labels}}} 1\n");
        match is_taken {
            true => expect_samples(
                case,
                &["prometheus"],
                output,
                &format!("plugin.stdin.x{{{labels}}} 1 count gauge"),
            ),
            false => expect_refused(case, "prometheus", output, 1),
        }
    }
}

pub(super) fn lines_have_a_longest(case: &mut Case) {
    for form in ["pairs", "prometheus"] {
        let comment = format!("#{}\n", "x".repeat(4095));
        expect_samples(case, &[form], comment.as_str(), "");
        expect_refused(case, form, format!("{comment}#x{comment}"), 2);
    }
}

pub(super) fn a_thousand_samples_are_taken_and_not_one_more(case: &mut Case) {
    let output = |count: usize| -> String { (0..count).map(|n| format!("x{{n=\"{n}\"}} {n}\n")).collect() };
    let rows: String = (0..1000)
        .map(|n| format!("plugin.stdin.x{{n=\"{n}\"}} {n} count gauge\n"))
        .collect();
    expect_samples(case, &["prometheus"], output(1000), &rows);
    // What is left out does not count.
    expect_samples(case, &["prometheus"], output(1000) + "y NaN\n", &rows);
    expect_refused(case, "prometheus", output(1001), 1001);
}

pub(super) fn a_million_lines_are_not_read(case: &mut Case) {
    for (count, is_taken) in [(131_072, true), (131_073, false), (1_000_000, false)] {
        let ended = parse(case, &["pairs"], "#\n".repeat(count));
        case.expect_stdout(&ended, "");
        case.expect_status(&ended, i32::from(!is_taken));
        if !is_taken {
            expect_fault(case, &ended, "262144");
        }
    }
}

pub(super) fn what_is_printed_cannot_steer_a_terminal(case: &mut Case) {
    let ended = parse(case, &["prometheus"], "x{a=\"\u{1b}[2J\u{202e}\"} 1\n");
    case.expect_stdout(
        &ended,
        lines("plugin.stdin.x{a=\"\\u{1b}[2J\\u{202e}\"} 1 count gauge"),
    );
    for output in ["x: \u{1b}[2J\n".to_owned(), format!("{}\n", "x".repeat(4000))] {
        let ended = parse(case, &["pairs"], output);
        expect_fault(case, &ended, "line 1: ");
        let said = ended.stderr_text();
        let is_harmless = said.trim_end().chars().all(|char| !char.is_control()) && said.len() < 300;
        case.expect(
            &ended,
            is_harmless,
            "a short message without control characters",
            &said,
        );
    }
}
