//! Command lines that are none.

use support::Case;

pub(super) fn wrong_usage_is_status_2(case: &mut Case) {
    for args in [
        &["memcached"][..],
        &["memcached", "--listen", "127.0.0.1"],
        &["memcached", "--listen", "127.0.0.1:0", "--threads", "0"],
        &["memcached", "--listen", "127.0.0.1:0", "--threads", "65"],
        &["memcached", "--listen", "127.0.0.1:0", "--memory", "much"],
        &["memcached", "--listen", "127.0.0.1:0", "--max-item", "-1"],
        &["memcached", "--listen", "127.0.0.1:0", "--no-such-option"],
    ] {
        let ended = case.program("nbnet").args(args).run();
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
}
