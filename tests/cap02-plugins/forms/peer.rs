//! What Prometheus' own tool says.

use support::Case;

use super::prometheus::{REFUSED, TAKEN};
use crate::plug::parse;

pub(super) fn promtool_takes_and_refuses_the_same(case: &mut Case) {
    let refused = REFUSED.iter().map(|(output, _)| *output);
    for output in TAKEN.iter().copied().chain(refused) {
        let ours = parse(case, &["prometheus"], output);
        let theirs = case
            .peer("promtool", "prometheus")
            .args(["check", "metrics"])
            .stdin(output)
            .run();
        let said = theirs.stderr_text();
        let refuses = said.contains("error while linting") || said.contains("parsing error");
        case.expect(
            &ours,
            refuses == (ours.code() == 1),
            &format!(
                "what promtool does with {output:?}: {}",
                if refuses { "refuse it" } else { "take it" }
            ),
            said,
        );
    }
}
