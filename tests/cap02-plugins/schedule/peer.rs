//! What Prometheus' own tool says of the page.

use support::Case;

use super::pages::{finish, put, serve, value, wait_for_page};
use crate::plug::Plug;

pub(super) fn promtool_has_nothing_to_say(case: &mut Case) {
    put(
        case,
        &Plug::pairs("a", "echo x_bytes: 5\necho sent_total: 7\n")
            .every("150ms")
            .within("150ms"),
    );
    put(
        case,
        &Plug::pairs("fails", "exit 1\n").every("150ms").within("150ms"),
    );
    let mut plug = Plug::pairs("disk", "echo 'OK | /=5MB;8;9;0;10 t=3ms lost=4c p=5%'\n")
        .every("150ms")
        .within("150ms");
    plug.form = "nagios";
    put(case, &plug);
    let mut plug = Plug::pairs("batch", "echo '# TYPE took_seconds histogram'\necho 'took_seconds_bucket{le=\"1\"} 2'\necho 'took_seconds_sum 2'\necho 'took_seconds_count 2'\n")
        .every("150ms")
        .within("150ms");
    plug.form = "prometheus";
    put(case, &plug);
    let (mut running, address) = serve(case, &[]);
    let page = wait_for_page(&mut running, &address, "ran all of them", |page| {
        ["a", "fails", "disk", "batch"].iter().all(|name| {
            value(page, &format!("muster_plugin_runs_total{{plugin=\"{name}\"}}"))
                .is_some_and(|runs| runs >= 1.0)
        }) && page.contains("muster_plugin_disk_perf_bytes{")
            && page.contains("muster_plugin_batch_took_seconds_bucket")
    });
    let ended = finish(case, running);
    let judged = case
        .peer("promtool", "prometheus")
        .args(["check", "metrics"])
        .stdin(page.clone())
        .run();
    let said = judged.stderr_text() + &judged.stdout_text();
    case.expect(
        &ended,
        judged.status.code() == Some(0) && said.trim().is_empty(),
        "a page in which `promtool check metrics` finds nothing",
        format!("{said}\n{page}"),
    );
}
