//! Workers, which take the time of a request that the loop has not.

use support::Case;

use crate::behaviour::{answers, ends};
use crate::peers::everywhere;

pub(super) fn answers_that_are_due_come_after_the_half_close(case: &mut Case) {
    everywhere(case, ends::half_closed_with_answers_due);
}

pub(super) fn answers_of_workers_keep_the_order_of_the_requests(case: &mut Case) {
    everywhere(case, answers::answers_in_order);
}

pub(super) fn a_busy_worker_stalls_no_other_peer(case: &mut Case) {
    everywhere(case, answers::a_busy_worker_stalls_nobody);
}

pub(super) fn a_peer_that_is_gone_gets_no_answer_and_nobody_else_does(case: &mut Case) {
    everywhere(case, ends::gone_before_the_answer);
}
