//! Connections that end.

use support::Case;

use super::script::same_but_for_ends;

pub(super) fn a_half_close_is_seen_behind_the_bytes(case: &mut Case) {
    same_but_for_ends(
        case,
        "tcp a\nregister a r\nsend a last\nshut a\nwait 10000\nread a 100\nwait 10000\nread a 100\nwait 10000\nreregister a w\nwait 10000\n",
    );
}

pub(super) fn a_peer_that_closed_is_seen(case: &mut Case) {
    same_but_for_ends(
        case,
        "pair a\nregister a r\nwait 0\nclose-far a\nwait 10000\nread a 100\nwait 10000\nderegister a\nwait 0\n",
    );
}

/// An end is told to whoever asked for room to write, and as no more than that: nobody asked what can be read.
pub(super) fn an_end_is_not_readable_to_who_only_writes(case: &mut Case) {
    same_but_for_ends(
        case,
        "pair a\nregister a w\nwait 10000\nclose-far a\nwait 10000\nreregister a r\nwait 10000\nderegister a\n",
    );
}

pub(super) fn a_reset_is_seen(case: &mut Case) {
    same_but_for_ends(
        case,
        "tcp a\nregister a r\nreset a\nwait 10000\nread a 100\nderegister a\nwait 0\n",
    );
}

pub(super) fn ends_of_several_are_told_at_once(case: &mut Case) {
    same_but_for_ends(
        case,
        "tcp a\ntcp b\npair c\npair d\nregister a r\nregister b r\nregister c r\nregister d r\nshut a\nsend b x\nclose-far c\nwait 10000\nread a 1\nread b 1\nread c 1\nread d 1\nderegister a\nwait 10000\n",
    );
}
