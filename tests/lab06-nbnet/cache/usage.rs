//! Limits that are none.

use support::Case;

pub(super) fn wrong_usage_is_status_2(case: &mut Case) {
    for memory in ["", "0x10", "-1", "1t", "m", "1.5m", "99999999999999999999g"] {
        let ended = case
            .program("nbnet")
            .args(["memcached", "--listen", "127.0.0.1:0", "--memory", memory])
            .run();
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
}
