//! Time: items that expire, and flushes that wait.
//!
//! What must be gone is waited for, however long that takes. What must not be gone yet is looked at when something else, which was to go
//! much earlier, is gone.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use support::Case;

use super::scripts::TIMES;
use crate::memcached::{memcached, play_all};
use crate::peers::Server;
use crate::talk::{Talk, Wait};

fn wait_until_gone(server: &mut Server, talk: &mut Talk, key: &str) {
    server.wait_until(&format!("forgot `{key}`"), || {
        let gone = !talk.has(key);
        if !gone {
            std::thread::sleep(Duration::from_millis(20));
        }
        gone
    });
}

fn expect_there(case: &mut Case, server: &mut Server, talk: &mut Talk, key: &str, what: &str) {
    let there = talk.has(key);
    server.expect(case, there, what, format!("nothing at `{key}`"));
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs().cast_signed())
}

pub(super) fn what_has_no_time_left_is_not_there(case: &mut Case) {
    play_all(case, TIMES);
}

pub(super) fn seconds_are_seconds(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut talk = server.talk();
    talk.set("long", 1000, "x");
    talk.set("short", 1, "x");
    talk.set("longest", 2_592_000, "x");
    talk.set("ever", 0, "x");
    wait_until_gone(&mut server, &mut talk, "short");
    for key in ["long", "longest", "ever"] {
        let what = "only what was to live for one second is gone after it";
        expect_there(case, &mut server, &mut talk, key, what);
    }
    // Three seconds are long enough to be asked for, though a machine may be busy for so long once.
    let lives = (0..5).any(|_| {
        talk.send("set k 0 3 1\r\nx\r\n");
        talk.until_end("STORED\r\n");
        talk.has("k")
    });
    server.expect(
        case,
        lives,
        "a value that lives for three seconds, when it is asked for at once",
        "nothing, five times",
    );
    // What takes the place of an item has a time of its own.
    talk.set("b", 1, "x");
    talk.set("b", 0, "y");
    talk.set("c", 0, "x");
    talk.set("c", 1, "y");
    wait_until_gone(&mut server, &mut talk, "c");
    expect_there(
        case,
        &mut server,
        &mut talk,
        "b",
        "a value that was stored over one that expires stays",
    );
}

pub(super) fn a_moment_of_the_clock_is_when_it_expires(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut talk = server.talk();
    talk.set("over", now() - 10, "x");
    let there = talk.has("over");
    server.expect(
        case,
        !there,
        "nothing, 10 seconds after it has expired",
        "a value",
    );
    talk.set("later", now() + 1000, "x");
    talk.set("soon", now() + 2, "x");
    wait_until_gone(&mut server, &mut talk, "soon");
    expect_there(
        case,
        &mut server,
        &mut talk,
        "later",
        "a value that expires in 1000 seconds is there",
    );
}

pub(super) fn a_touch_changes_when_it_expires(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut talk = server.talk();
    for key in ["touched", "got", "changed"] {
        talk.set(key, 1000, "1");
    }
    for key in ["kept", "kept-too", "counted"] {
        talk.set(key, 2, "1");
    }
    // The machine may have been busy for two seconds in between; then this says nothing, and shows nothing wrong.
    let kept = talk.ask("touch kept 1000") == "TOUCHED";
    let kept_too = talk.ask_values("gat 0 kept-too").starts_with("VALUE");
    talk.ask("touch touched 1");
    talk.ask_values("gat 1 got");
    talk.ask("replace changed 0 1 1\r\n2");
    talk.ask("incr counted 1");
    for key in ["touched", "got", "changed", "counted"] {
        wait_until_gone(&mut server, &mut talk, key);
    }
    if kept {
        expect_there(
            case,
            &mut server,
            &mut talk,
            "kept",
            "a value that was touched lives for as long as that said",
        );
    }
    if kept_too {
        expect_there(
            case,
            &mut server,
            &mut talk,
            "kept-too",
            "a value that gat gave no end has none",
        );
    }
}

pub(super) fn a_delayed_flush_takes_what_was_stored_before_its_time(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut talk = server.talk();
    talk.set("before", 0, "x");
    let answer = talk.ask("flush_all 2");
    server.expect_same(case, "the answer to `flush_all 2`", "OK", &answer);
    talk.set("between", 0, "x");
    // On a machine that was busy for two seconds the moment of the flush is over by now.
    let in_time = talk.has("before");
    wait_until_gone(&mut server, &mut talk, "before");
    if in_time {
        wait_until_gone(&mut server, &mut talk, "between");
    }
    talk.set("after", 0, "x");
    talk.set("short", 1, "x");
    wait_until_gone(&mut server, &mut talk, "short");
    expect_there(
        case,
        &mut server,
        &mut talk,
        "after",
        "what is stored after the flush stays",
    );
    // Nobody may have asked for anything when the moment came.
    talk.ask("flush_all 1");
    let since = Instant::now();
    server.wait_until("came to the second second", || {
        since.elapsed() > Duration::from_millis(2100)
    });
    talk.set("new", 0, "x");
    expect_there(
        case,
        &mut server,
        &mut talk,
        "new",
        "what is stored first after the moment of a flush stays",
    );
    talk.set("after", 0, "x");
    // A flush that is to come is no reason to forget anything now.
    talk.ask("flush_all 1000");
    talk.set("short", 1, "x");
    wait_until_gone(&mut server, &mut talk, "short");
    expect_there(
        case,
        &mut server,
        &mut talk,
        "after",
        "what is stored before a flush stays until its moment",
    );
}

pub(super) fn a_flush_takes_the_place_of_one_that_waits(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let mut talk = server.talk();
    // All at once, so that not a second passes between the first flush and what is stored last.
    talk.send("flush_all 2\r\nflush_all\r\nset a 0 0 1\r\nx\r\nset short 0 3 1\r\nx\r\n");
    let answers = talk.until(|came| match came.len() {
        24.. => Wait::Enough(24),
        _ => Wait::More,
    });
    server.expect_same(
        case,
        "the answers to two flushes and two sets",
        "OK\r\nOK\r\nSTORED\r\nSTORED\r\n",
        &String::from_utf8_lossy(&answers),
    );
    wait_until_gone(&mut server, &mut talk, "short");
    let what = "what was stored after the last flush stays, though one before it was to come later";
    expect_there(case, &mut server, &mut talk, "a", what);
}
