//! Prometheus' text format.

use support::Case;

use crate::plug::{expect_refused, expect_samples};

/// What is taken, and what is refused with its line.
pub(super) const TAKEN: &[&str] = &[
    "",
    "x 1\n",
    "x 1 1700000000000\n",
    "x{} 1\n",
    "x{a=\"b\",} 1\n",
    "x { a = \"b\" , c=\"d\" } 1 -5\n",
    "\tx\t1\n",
    "x{a=\"b\"}1\n",
    "#\n# \n# a comment\n#HELP\n# HELP\n# HELP x\n# TYPE\n# TYPE x\n# EOF\n",
    "# HELP x a \\\\ and \\n\n# TYPE x gauge\nx 1\n",
    "# TYPE x untyped\nx 1\n",
    "x +Inf\ny -Inf\nz NaN\n",
    "x 1e5\ny .5\nz -0\n",
    "x:y 1\n_z 2\n",
    "# TYPE x_sum gauge\nx_sum 1\n",
    "# HELP x\n# HELP x\n# HELP x a\nx 1\n",
    "# TYPE x summary\n# HELP x_sum a\nx_sum 1\n",
    "# TYPE x_sum gauge\n# TYPE x summary\n# HELP x a\n# HELP x_sum b\nx_sum 1\n",
    "# HELP x_count a\n# TYPE x histogram\n# TYPE x_count gauge\nx_count 1\n",
    "# TYPE x gauge\n# TYPE x_sum gauge\n# HELP x a\n# HELP x_sum a\n",
    "# TYPE x summary\n# TYPE x_bucket gauge\nx_bucket{le=\"one\"} 1\n",
    "# TYPE x histogram\nx_bucket{le=\"1e2\"} 1\nx_bucket{le=\"+Inf\"} 1\nx_sum{quantile=\"half\"} 1\n",
    "# TYPE x summary\nx{quantile=\".5\"} 1\nx_count{le=\"one\"} 1\n",
    "x_bucket{le=\"one\"} 1\ny{quantile=\"half\"} 1\n",
];

pub(super) const REFUSED: &[(&str, usize)] = &[
    ("x 1\n# TYPE x gauge\n", 2),
    ("# TYPE x gauge\n# TYPE x gauge\n", 2),
    ("# HELP x a\n# HELP x b\n", 2),
    ("# TYPE x bits\n", 1),
    ("# TYPE x gauge counter\n", 1),
    ("# TYPE 5x gauge\n", 1),
    ("# HELP x \\t\n", 1),
    ("x\n", 1),
    ("x{a=\"b\"}\n", 1),
    ("x one\n", 1),
    ("x 1 2 3\n", 1),
    ("x 1 1.5\n", 1),
    ("x 1 now\n", 1),
    ("x 1e999\n", 1),
    ("5x 1\n", 1),
    ("x{a=\"b} 1\n", 1),
    ("x{a=\"b\"\n", 1),
    ("x{a=b} 1\n", 1),
    ("x{a} 1\n", 1),
    ("x{a:b=\"c\"} 1\n", 1),
    ("x{,} 1\n", 1),
    ("x{a=\"b\",,} 1\n", 1),
    ("x{a=\"b\" c=\"d\"} 1\n", 1),
    ("x{a=\"b\",a=\"c\"} 1\n", 1),
    ("x{a=\"\\t\"} 1\n", 1),
    ("x{a=\"\\", 1),
    ("x{__name__=\"y\"} 1\n", 1),
    ("x 1\r\n", 1),
    ("a 1\n\n# c\nb{ 2\n", 4),
    ("# TYPE x summary\n# TYPE x_sum gauge\n", 2),
    (
        "# TYPE x histogram\nx_bucket{le=\"1\"} 1\n# TYPE x_bucket counter\n",
        3,
    ),
    ("# TYPE x summary\n# HELP x a\n# HELP x_count b\n", 3),
    ("# TYPE x histogram\n# HELP x_sum b\n# HELP x a\n", 3),
    ("# TYPE x histogram\nx_bucket{le=\"one\"} 1\n", 2),
    ("# TYPE x histogram\nx_sum 1\nx_sum{le=\"\"} 1\n", 3),
    ("# TYPE x summary\nx{quantile=\"half\"} 1\n", 2),
    ("# TYPE x summary\nx_count{quantile=\"0.5.0\"} 1\n", 2),
];

pub(super) fn text_for_prometheus_is_read(case: &mut Case) {
    case.file(
        "page.prom",
        "# HELP backup_last_success_seconds When.\n# TYPE backup_last_success_seconds gauge\nbackup_last_success_seconds 1.7e9\n# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\",method=\"GET\"} 1027 1395066363000\nhttp_requests_total{method=\"POST\",code=\"400\"} 3\nNode:Temp{sensor=\"a \\\"b\\\"\"} -3.5\n",
    );
    let ended = case
        .program("plugins")
        .args(["parse", "prometheus", "page.prom", "--name", "batch"])
        .run();
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

pub(super) fn types_and_names_say_the_kind(case: &mut Case) {
    for (output, rows) in [
        ("x_total 1\n", "plugin.stdin.x 1 count counter"),
        ("# TYPE x counter\nx 1\n", "plugin.stdin.x 1 count counter"),
        (
            "# TYPE x_total gauge\nx_total 1\n",
            "plugin.stdin.x 1 count gauge",
        ),
        (
            "# TYPE x_total untyped\nx_total 1\n",
            "plugin.stdin.x 1 count counter",
        ),
        (
            "# TYPE x_bytes_total counter\nx_bytes_total 1\n",
            "plugin.stdin.x_bytes 1 bytes counter",
        ),
        ("# TYPE y counter\nx 1\n", "plugin.stdin.x 1 count gauge"),
        ("# TYPE x counter\nx_sum 1\n", "plugin.stdin.x_sum 1 count gauge"),
        ("x_seconds 1\n", "plugin.stdin.x_seconds 1 seconds gauge"),
    ] {
        expect_samples(case, &["prometheus"], output, rows);
    }
}

pub(super) fn label_values_are_unescaped(case: &mut Case) {
    for (output, rows) in [
        (r#"x{a="b\\c"} 1"#, r#"plugin.stdin.x{a="b\\c"} 1 count gauge"#),
        (r#"x{a="b\"}c"} 1"#, r#"plugin.stdin.x{a="b\"}c"} 1 count gauge"#),
        (r#"x{a="b\nc"} 1"#, r#"plugin.stdin.x{a="b\nc"} 1 count gauge"#),
        (r#"x{a="\\n"} 1"#, r#"plugin.stdin.x{a="\\n"} 1 count gauge"#),
        (
            r#"x{b="2",a="1, {é}"} 1"#,
            r#"plugin.stdin.x{a="1, {é}",b="2"} 1 count gauge"#,
        ),
        (r#"x{a=""} 1"#, r#"plugin.stdin.x{a=""} 1 count gauge"#),
    ] {
        expect_samples(case, &["prometheus"], format!("{output}\n"), rows);
    }
}

pub(super) fn blanks_and_commas_may_stand_where_prometheus_lets_them(case: &mut Case) {
    for (output, rows) in [
        (
            "x { a = \"b\" , c=\"d\" } 1 -5 \n",
            "plugin.stdin.x{a=\"b\",c=\"d\"} 1 count gauge",
        ),
        ("x{a=\"b\",} 1\n", "plugin.stdin.x{a=\"b\"} 1 count gauge"),
        ("x{\t} \t1\n", "plugin.stdin.x 1 count gauge"),
        ("x{a=\"b\"}1\n", "plugin.stdin.x{a=\"b\"} 1 count gauge"),
        (" \tx\t1\t5\n", "plugin.stdin.x 1 count gauge"),
        (
            "#TYPE x counter\n#  TYPE y\tcounter\nx 1\ny 2\n",
            "plugin.stdin.x 1 count counter\nplugin.stdin.y 2 count counter",
        ),
    ] {
        expect_samples(case, &["prometheus"], output, rows);
    }
}

pub(super) fn what_prometheus_refuses_is_refused(case: &mut Case) {
    for (output, line) in REFUSED {
        expect_refused(case, "prometheus", *output, *line);
    }
    let refused = REFUSED.iter().map(|(output, _)| output);
    debug_assert!(refused.clone().all(|output| !TAKEN.contains(output)));
}

pub(super) fn parts_of_histograms_and_summaries_are_told(case: &mut Case) {
    expect_samples(
        case,
        &["prometheus"],
        "# TYPE d_seconds histogram\nd_seconds_bucket{le=\"0.5\"} 2\nd_seconds_bucket{le=\"+Inf\"} 3\nd_seconds_sum 1.5\nd_seconds_count 3\n\
         # TYPE q summary\nq{quantile=\"0.9\"} 7\nq_sum 9\nq_count 2\n\
         x_bucket{le=\"1\"} 4\nx_total{quantile=\"1\"} 5\n\
         q_bucket{le=\"1\"} 6\nq_count{quantile=\"1\"} 7\nd_seconds_count{le=\"1\"} 8\n",
        "plugin.stdin.d_seconds_bucket{bound=\"0.5\"} 2 count counter
         plugin.stdin.d_seconds_bucket{bound=\"+Inf\"} 3 count counter
         plugin.stdin.d_seconds_sum 1.5 count counter
         plugin.stdin.d_seconds_count 3 count counter
         plugin.stdin.q{rank=\"0.9\"} 7 count gauge
         plugin.stdin.q_sum 9 count counter
         plugin.stdin.q_count 2 count counter
         plugin.stdin.x_bucket{le=\"1\"} 4 count gauge
         plugin.stdin.x{quantile=\"1\"} 5 count counter
         plugin.stdin.q_bucket{le=\"1\"} 6 count gauge
         plugin.stdin.q_count{quantile=\"1\"} 7 count counter
         plugin.stdin.d_seconds_count{le=\"1\"} 8 count counter",
    );
    expect_refused(
        case,
        "prometheus",
        "# TYPE q summary\nq_sum 1\n# TYPE q gauge\n",
        3,
    );
    expect_refused(
        case,
        "prometheus",
        "# TYPE h histogram\nh_count 1\n# HELP h a\n# HELP h b\n",
        4,
    );
}

pub(super) fn what_is_not_finite_is_left_out(case: &mut Case) {
    for (form, output) in [
        ("prometheus", "a NaN\nb +Inf\nc -inf\nd nan\ne infinity\na 1\n"),
        ("pairs", "a: NaN\nb: +Inf\nc: -inf\nd: nan\ne: infinity\na: 1\n"),
    ] {
        expect_samples(case, &[form], output, "plugin.stdin.a 1 count gauge");
    }
    // All else of it has to be in order.
    expect_refused(case, "prometheus", "x{a=\"b\",a=\"c\"} NaN\n", 1);
}
