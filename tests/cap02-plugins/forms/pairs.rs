//! `key: value`.

use support::Case;

use crate::plug::{expect_refused, expect_samples};

pub(super) fn pairs_become_samples(case: &mut Case) {
    case.file(
        "status.txt",
        "# what nginx says\nActive connections: 291\n\nrequests_total: 1.5e6\n  cache.hit-ratio :\t0.25\nqueue_bytes: 4096\noldest_seconds: 12.5\ndelta: -3\n",
    );
    let ended = case
        .program("plugins")
        .args(["parse", "pairs", "status.txt", "--name", "web1"])
        .run();
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

pub(super) fn keys_become_names(case: &mut Case) {
    for (output, rows) in [
        ("A: 1\n", "plugin.stdin.a 1 count gauge"),
        ("a b: 1\n", "plugin.stdin.a_b 1 count gauge"),
        ("a  b: 1\n", "plugin.stdin.a__b 1 count gauge"),
        ("a_: 1\n", "plugin.stdin.a 1 count gauge"),
        ("total: 1\n", "plugin.stdin.total 1 count gauge"),
        ("x_Total: 1\n", "plugin.stdin.x 1 count counter"),
        ("x_bytes_total: 1\n", "plugin.stdin.x_bytes 1 bytes counter"),
        ("bytes: 1\n", "plugin.stdin.bytes 1 bytes gauge"),
        ("kilobytes: 1\n", "plugin.stdin.kilobytes 1 count gauge"),
        ("bytes_used: 1\n", "plugin.stdin.bytes_used 1 count gauge"),
        ("hit.ratio: 1\n", "plugin.stdin.hit_ratio 1 ratio gauge"),
        ("up-seconds: 1\n", "plugin.stdin.up_seconds 1 seconds gauge"),
        ("x:1\n", "plugin.stdin.x 1 count gauge"),
        ("x: +1.50\n", "plugin.stdin.x 1.5 count gauge"),
        ("x: .5\n", "plugin.stdin.x 0.5 count gauge"),
        (
            "x: 1\ny: 2\n",
            "plugin.stdin.x 1 count gauge\nplugin.stdin.y 2 count gauge",
        ),
        ("", ""),
        ("\n \t\n# x: 1\n  # y\n", ""),
    ] {
        expect_samples(case, &["pairs"], output, rows);
    }
}

pub(super) fn a_wrong_pair_refuses_all_and_names_its_line(case: &mut Case) {
    for (output, line) in [
        ("x: 1\ny\n", 2),
        ("x 1\n", 1),
        ("x: 1\n\n# c\ny: one\nz: 2\n", 4),
        ("x:\n", 1),
        (": 1\n", 1),
        ("x: 1 2\n", 1),
        ("x: 1,5\n", 1),
        ("x: 5%\n", 1),
        ("x: 0x10\n", 1),
        ("x: 1\r\n", 1),
        ("5x: 1\n", 1),
        ("_x: 1\n", 1),
        ("x/y: 1\n", 1),
        ("x\ty: 1\n", 1),
        ("x: 1\nx\u{a0}y: 1\n", 2),
        ("x{a=\"b\"}: 1\n", 1),
        ("é: 1\n", 1),
        ("x: 1: 2\n", 1),
        ("x: 1e999\n", 1),
        ("x: -1e999\n", 1),
    ] {
        expect_refused(case, "pairs", output, line);
    }
}

pub(super) fn what_is_cut_or_no_text_is_refused(case: &mut Case) {
    for form in ["pairs", "prometheus"] {
        expect_refused(case, form, "# x\n# y", 2);
        expect_refused(case, form, b"# x\n# \xff\n# \xc3(\n".to_vec(), 2);
    }
    expect_refused(case, "pairs", "x: 12", 1);
    expect_refused(case, "prometheus", "x 1\ny 12", 2);
}
