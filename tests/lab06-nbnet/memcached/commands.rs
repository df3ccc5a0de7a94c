//! Each command, and what is wrong with one.

use support::Case;

use super::scripts::{BLOCKS, DELETE, ERRORS, LINES, NOREPLY, VALUES, keys};
use super::{memcached, play_all};

pub(super) fn values_are_stored_and_found(case: &mut Case) {
    play_all(case, VALUES);
}

pub(super) fn data_are_bytes(case: &mut Case) {
    play_all(case, BLOCKS);
}

pub(super) fn deleted_is_gone(case: &mut Case) {
    play_all(case, DELETE);
}

pub(super) fn noreply_is_silent(case: &mut Case) {
    play_all(case, NOREPLY);
}

pub(super) fn what_is_wrong_is_said_and_the_connection_goes_on(case: &mut Case) {
    play_all(case, ERRORS);
    let mut server = memcached(case, &[]);
    // The real memcached takes them, and keeps the lower 32 bits.
    server.play(
        case,
        "flags have 32 bits",
        "
        > set a 4294967296 0 1
        < CLIENT_ERROR bad command line format
        ",
    );
}

pub(super) fn words_and_lines_are_parted_as_memcached_does(case: &mut Case) {
    play_all(case, LINES);
}

pub(super) fn a_key_of_251_bytes_is_refused(case: &mut Case) {
    let mut server = memcached(case, &[]);
    server.play(case, "keys of 250 bytes, and of 251", &keys());
}

pub(super) fn version_names_a_number(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let answer = server.talk().ask("version");
    let number = answer
        .strip_prefix("VERSION ")
        .filter(|number| number.starts_with(|first| matches!(first, '1'..='9')));
    server.expect(
        case,
        number.is_some(),
        "`VERSION` and a number from 1 on as the answer to `version`",
        &answer,
    );
}

pub(super) fn quit_closes(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut talk = server.talk();
    talk.send("set a 0 0 1\r\nx\r\nquit\r\nget a\r\n");
    let answer = talk.until_end_of_connection();
    let text = String::from_utf8_lossy(&answer).replace("\r\n", "\n");
    server.expect_same(
        case,
        "set, quit and what follows it",
        "STORED\n(the connection is closed)\n",
        &format!("{text}{}", talk.how_it_ended()),
    );
    server.play(
        case,
        "others go on after a quit",
        "
        > get a
        < VALUE a 0 1
        < x
        < END
        ",
    );
}
