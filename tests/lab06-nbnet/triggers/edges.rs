//! What the edge trigger tells, as `poll` shows it.

use support::{Case, Exchange};

use crate::poller::script::{drawn, play};

fn edges(case: &mut Case, script: &str) {
    let ended = play(case, "epoll", &[], script);
    case.snapshot(&ended);
}

pub(super) fn an_edge_is_told_once(case: &mut Case) {
    edges(
        case,
        "pair a\npair b\nregister a r edge\nregister b r level\nsend a hello\nsend b hello\nwait 10000\nwait 10000\nread a 2\nread b 5\nwait 0\nread a 3\nread a 1\nwait 0\n",
    );
}

pub(super) fn an_edge_comes_again_when_more_has_come(case: &mut Case) {
    edges(
        case,
        "pair a\nregister a r edge\nsend a one\nwait 10000\nwait 0\nsend a two\nwait 10000\nwait 0\nread a 100\nsend a three\nwait 10000\n",
    );
}

pub(super) fn an_edge_to_write_comes_when_there_is_room_again(case: &mut Case) {
    edges(
        case,
        "pair a\nregister a w edge\nwait 10000\nwait 0\nfill a\nwait 0\ndrain a\nwait 10000\nwait 0\n",
    );
}

pub(super) fn registering_again_tells_what_is_there(case: &mut Case) {
    edges(
        case,
        "pair a\nregister a r edge\nsend a x\nwait 10000\nwait 0\nreregister a r edge\nwait 10000\nwait 0\nreregister a r level\nwait 10000\nwait 10000\n",
    );
}

pub(super) fn edges_need_epoll(case: &mut Case) {
    for poller in ["poll", "select"] {
        let ended = play(
            case,
            poller,
            &[],
            "pair a\nregister a r edge\nsend a x\nwait 0\nregister a r\nwait 10000\nreregister a r edge\nwait 10000\n",
        );
        case.snapshot(&ended);
    }
}

pub(super) fn drawn_scripts_with_edges_are_played_like_the_reference_does(case: &mut Case) {
    case.seeded(6, |rng| {
        let script = drawn(rng, 60, &["edge", "edge", "level"]);
        Exchange::of("poll").args(["--poller", "epoll"]).stdin(script)
    });
}
