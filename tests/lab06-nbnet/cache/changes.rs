//! Commands that change what is there.

use support::Case;

use super::scripts::{CHANGES, ERRORS, FLUSH, NUMBERS, keys};
use crate::memcached::{memcached, play_all};
use crate::peers::Server;
use crate::talk::Talk;

pub(super) fn values_are_added_replaced_and_made_longer(case: &mut Case) {
    play_all(case, CHANGES);
}

pub(super) fn a_number_is_counted_up_and_down(case: &mut Case) {
    play_all(case, NUMBERS);
}

pub(super) fn everything_is_flushed(case: &mut Case) {
    play_all(case, FLUSH);
}

pub(super) fn what_is_wrong_is_said_and_the_connection_goes_on(case: &mut Case) {
    play_all(case, ERRORS);
    let mut server = memcached(case, &[]);
    // Data of a command that was refused are a command of their own; here there are none.
    server.play(case, "keys of 251 bytes", &keys());
}

/// Asks for `key` with its number, and expects its value to be `expected`.
pub(super) fn number(
    case: &mut Case,
    server: &mut Server,
    talk: &mut Talk,
    key: &str,
    expected: &str,
) -> u64 {
    let answer = talk.ask_values(&format!("gets {key}"));
    let number = answer
        .strip_prefix(&format!("VALUE {key} 0 {} ", expected.len()))
        .and_then(|rest| rest.strip_suffix(&format!("\r\n{expected}\r\nEND\r\n")))
        .and_then(|number| number.parse().ok());
    server.expect(
        case,
        number.is_some(),
        &format!(
            "`VALUE {key} 0 {} NUMBER`, `{expected}` and `END` as the answer to `gets {key}`",
            expected.len()
        ),
        &answer,
    );
    number.unwrap_or_default()
}

pub(super) fn cas_stores_only_over_what_was_seen(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let (mut one, mut two) = (server.talk(), server.talk());
    one.set("a", 0, "old");
    let seen = number(case, &mut server, &mut one, "a", "old");
    let again = number(case, &mut server, &mut two, "a", "old");
    server.expect_same(
        case,
        "the number of a value that did not change",
        &seen.to_string(),
        &again.to_string(),
    );
    let stored = two.ask(&format!("cas a 0 0 3 {seen}\r\ntwo"));
    server.expect_same(
        case,
        "a cas with the number that was just seen",
        "STORED",
        &stored,
    );
    let late = one.ask(&format!("cas a 0 0 3 {seen}\r\none"));
    server.expect_same(
        case,
        "a cas with that number after another has stored",
        "EXISTS",
        &late,
    );
    let now = number(case, &mut server, &mut one, "a", "two");
    let stored = one.ask(&format!("cas a 0 0 3 {now}\r\none"));
    server.expect_same(case, "a cas with the number that is seen now", "STORED", &stored);
    one.ask("delete a");
    let gone = one.ask(&format!("cas a 0 0 3 {now}\r\ntwo"));
    server.expect_same(case, "a cas of what was deleted", "NOT_FOUND", &gone);
    // A new item is another one, even if everything about it is the same.
    one.set("a", 0, "one");
    let other = one.ask(&format!("cas a 0 0 3 {now}\r\ntwo"));
    server.expect_same(
        case,
        "a cas with the number of an item before this one",
        "EXISTS",
        &other,
    );
}

pub(super) fn a_new_value_has_a_new_number(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut talk = server.talk();
    talk.set("a", 0, "1");
    let mut last = number(case, &mut server, &mut talk, "a", "1");
    for (change, value) in [
        ("set a 0 0 1\r\n1", "1"),
        ("replace a 0 0 1\r\n1", "1"),
        ("append a 0 0 1\r\n2", "12"),
        ("prepend a 0 0 1\r\n3", "312"),
        ("incr a 1", "313"),
        ("decr a 1", "312"),
    ] {
        talk.ask(change);
        let now = number(case, &mut server, &mut talk, "a", value);
        let name = change.split(' ').next().unwrap_or_default();
        server.expect(
            case,
            now != last,
            &format!("another number after {name}"),
            format!("{now}, as before"),
        );
        last = now;
    }
    // Whoever asks changes nothing, and a time is no part of the value.
    for question in ["get a", "gat 100 a", "touch a 100"] {
        match question.starts_with("touch") {
            true => talk.ask(question),
            false => talk.ask_values(question),
        };
        let same = number(case, &mut server, &mut talk, "a", "312");
        let name = question.split(' ').next().unwrap_or_default();
        server.expect_same(
            case,
            &format!("the number after a {name}"),
            &last.to_string(),
            &same.to_string(),
        );
    }
    let answer = talk.ask_values("gats 100 a");
    server.expect(
        case,
        answer.starts_with("VALUE a 0 3 "),
        "`VALUE a 0 3 NUMBER` as the answer to `gats 100 a`",
        &answer,
    );
}
