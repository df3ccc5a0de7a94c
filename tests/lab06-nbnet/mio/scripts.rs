//! Scripts that `poll` plays on mio.

use support::{Case, Exchange};

use crate::poller::script::{drawn, play};
use crate::poller::wakes::survives_a_signal;

fn on_mio(case: &mut Case, script: &str) {
    let ended = play(case, "mio", &["--trigger", "edge"], script);
    case.snapshot(&ended);
}

pub(super) fn edges_of_mio_are_told_once(case: &mut Case) {
    on_mio(
        case,
        "pair a\nregister a rw\nwait 10000\nwait 0\nsend a hello\nwait 10000\nwait 0\nread a 100\nsend a more\nclose-far a\nwait 10000\n",
    );
}

pub(super) fn what_is_watched_changes_on_mio(case: &mut Case) {
    on_mio(
        case,
        "pair a\npair b\nregister a r level\nregister a r\nregister a r\nregister b w\nsend a x\nwait 10000\nreregister a w\nwait 10000\nderegister a\nderegister a\nsend a y\nwait 0\nregister a r\nwait 10000\n",
    );
}

pub(super) fn ends_are_told_on_mio(case: &mut Case) {
    // A half-close, which leaves the writing side open, and a reset, which is an error too.
    on_mio(
        case,
        "tcp a\nregister a r\nshut a\nwait 10000\nread a 1\ntcp b\nregister b r\nreset b\nwait 10000\nread b 1\nwait 0\n",
    );
}

pub(super) fn mio_wakes_from_other_threads(case: &mut Case) {
    on_mio(case, "wake\nwait 10000\nwait 0\nwake\nwake\nwait 10000\nwait 0\n");
}

pub(super) fn a_signal_is_no_error_to_mio(case: &mut Case) {
    survives_a_signal(case, "mio", &["--trigger", "edge"]);
}

pub(super) fn drawn_scripts_are_played_on_mio_like_the_reference_does(case: &mut Case) {
    case.seeded(6, |rng| {
        let script = drawn(rng, 60, &["edge"]);
        Exchange::of("poll")
            .args(["--poller", "mio", "--trigger", "edge"])
            .stdin(script)
    });
}
