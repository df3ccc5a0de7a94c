//! Arguments that mean nothing.

use support::Case;

use crate::runs::{downloader, tree};

/// A URL that nobody asks: wrong usage is noticed before.
pub(crate) const URL: &str = "http://127.0.0.1:1/x";

/// Expects each of these to be wrong usage: status 2, a message, and nothing else.
pub(crate) fn expect_wrong(case: &mut Case, rows: &[&[&str]]) {
    for args in rows {
        let ended = downloader(case, args);
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
        let left = tree(case.dir());
        case.expect(&ended, left.is_empty(), "nothing left behind", left);
    }
}
