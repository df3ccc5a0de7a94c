//! What a fuzzer has found.

use support::Case;

use super::bodies::chunked;
use super::http::{CALL, expect_answer};
use super::serve;
use super::talk::Talk;

/// What comes behind a body is the next request's, and makes the body no longer.
pub(super) fn later_requests_are_no_part_of_a_body(case: &mut Case) {
    const REQUESTS: usize = 1000;
    let mut server = serve(case, &["--http", "--max-body", "100"]);
    let mut talk = Talk::connect(server.address);
    let sent = chunked(CALL, 20, "", "").repeat(REQUESTS);
    let mut writing = talk.twin();
    std::thread::scope(|scope| {
        scope.spawn(|| writing.send(sent));
        for number in 1..=REQUESTS {
            let what = format!("request {number} of {REQUESTS} in chunks that came together");
            expect_answer(case, &mut server, &mut talk, &what);
        }
    });
}
