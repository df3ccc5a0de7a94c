//! What Prometheus' own tool says of the text.

use std::fs;

use support::Case;

use crate::host::{collect, put_recorded};

pub(super) fn promtool_has_nothing_to_say(case: &mut Case) {
    for recorded in ["linux-6.18", "linux-3.10", "linux-2.6.32", "container"] {
        let _ = fs::remove_dir_all(case.dir().join("host"));
        put_recorded(case, recorded, |_| true);
        let text = collect(case, &["--prometheus"]);
        case.expect_status(&text, 0);
        let judged = case
            .peer("promtool", "prometheus")
            .args(["check", "metrics"])
            .stdin(text.stdout.clone())
            .run();
        let said = judged.stderr_text() + &judged.stdout_text();
        case.expect(
            &text,
            judged.status.code() == Some(0) && said.trim().is_empty(),
            "text in which `promtool check metrics` finds nothing",
            said,
        );
    }
}
