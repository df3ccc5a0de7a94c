//! The limit of memory, and what has to go.

use support::Case;

use crate::memcached::memcached;
use crate::peers::Server;
use crate::talk::Talk;

/// What an item costs beside its key and its value, in bytes.
const COST: usize = 64;

/// Stores `key` with a value that lets the item cost 100 bytes.
fn store(talk: &mut Talk, key: &str) {
    store_for(talk, key, 100);
}

fn store_for(talk: &mut Talk, key: &str, cost: usize) {
    let value = "v".repeat(cost - COST - key.len());
    talk.set(key, 0, &value);
}

/// Expects exactly `expected` of `keys` to be there. It asks in the order of `keys`, each of which this uses.
fn expect_kept(
    case: &mut Case,
    server: &mut Server,
    talk: &mut Talk,
    what: &str,
    keys: &[&str],
    expected: &[&str],
) {
    let kept: Vec<&str> = keys.iter().copied().filter(|key| talk.has(key)).collect();
    let what = format!("{what}: what is kept of {}", keys.join(" "));
    server.expect_same(case, &what, &expected.join(" "), &kept.join(" "));
}

pub(super) fn an_item_costs_its_key_its_value_and_64_bytes(case: &mut Case) {
    let mut server = memcached(case, &["--memory", "1000"]);
    let mut talk = server.talk();
    let keys = ["k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9"];
    for key in keys {
        store(&mut talk, key);
    }
    let what = "ten items of 100 bytes in 1000 bytes";
    expect_kept(case, &mut server, &mut talk, what, &keys, &keys);
    // The smallest item that there is has no room.
    store_for(&mut talk, "k", COST + 1);
    let what = "ten items of 100 bytes, then one of 65";
    expect_kept(case, &mut server, &mut talk, what, &keys, &keys[1..]);
    expect_kept(case, &mut server, &mut talk, what, &["k"], &["k"]);
    // 35 bytes are free. A value that needs them costs nobody, and one that needs a byte more does.
    let answer = talk.ask(&format!("append k 0 0 35\r\n{}", "a".repeat(35)));
    server.expect_same(case, "the answer to an append of 35 bytes", "STORED", &answer);
    let what = "after the last bytes were used";
    expect_kept(case, &mut server, &mut talk, what, &keys, &keys[1..]);
    talk.ask("append k 0 0 1\r\na");
    let what = "after one byte more was used";
    expect_kept(case, &mut server, &mut talk, what, &keys, &keys[2..]);
}

pub(super) fn the_least_recently_used_goes_first(case: &mut Case) {
    let mut server = memcached(case, &["--memory", "500"]);
    let mut talk = server.talk();
    let keys = ["a", "b", "c", "d", "e"];
    for key in keys {
        store(&mut talk, key);
    }
    store(&mut talk, "f");
    store(&mut talk, "g");
    let all = ["a", "b", "c", "d", "e", "f", "g"];
    expect_kept(
        case,
        &mut server,
        &mut talk,
        "seven items where five have room",
        &all,
        &all[2..],
    );
    // A large one needs the room of several.
    store_for(&mut talk, "large", 300);
    let all = ["c", "d", "e", "f", "g", "large"];
    let kept = ["f", "g", "large"];
    expect_kept(
        case,
        &mut server,
        &mut talk,
        "an item of 300 bytes came into 500",
        &all,
        &kept,
    );
}

pub(super) fn a_use_keeps_an_item(case: &mut Case) {
    for (command, end) in [
        ("get a", "END\r\n"),
        ("gets a", "END\r\n"),
        ("gat 1000 a", "END\r\n"),
        ("touch a 1000", "TOUCHED\r\n"),
        ("set a 0 0 1\r\n1", "STORED\r\n"),
        ("replace a 0 0 1\r\n1", "STORED\r\n"),
        ("append a 0 0 1\r\n1", "STORED\r\n"),
        ("prepend a 0 0 1\r\n1", "STORED\r\n"),
        ("incr a 1", "8\r\n"),
        ("decr a 1", "6\r\n"),
        ("add a 0 0 1\r\n1", "NOT_STORED\r\n"),
    ] {
        let mut server = memcached(case, &["--memory", "300"]);
        let mut talk = server.talk();
        talk.set("a", 0, "7");
        store(&mut talk, "b");
        store(&mut talk, "c");
        talk.send(format!("{command}\r\n"));
        talk.until_end(end);
        store(&mut talk, "d");
        let name = command.split(' ').next().unwrap_or_default();
        let what = format!("a, b and c were stored, {name} used a, and d came");
        expect_kept(
            case,
            &mut server,
            &mut talk,
            &what,
            &["a", "b", "c", "d"],
            &["a", "c", "d"],
        );
    }
}

pub(super) fn a_cas_that_comes_too_late_is_no_use(case: &mut Case) {
    let mut server = memcached(case, &["--memory", "300"]);
    let mut talk = server.talk();
    let all = ["a", "b", "c", "d"];
    for key in ["a", "b", "c"] {
        store(&mut talk, key);
    }
    let answer = talk.ask("cas a 0 0 1 18446744073709551615\r\n1");
    server.expect_same(
        case,
        "a cas with a number that nobody has given",
        "EXISTS",
        &answer,
    );
    store(&mut talk, "d");
    let what = "a, b and c were stored, a cas of a came too late, and d came";
    expect_kept(case, &mut server, &mut talk, what, &all, &all[1..]);
}

pub(super) fn a_number_that_becomes_longer_makes_room(case: &mut Case) {
    let mut server = memcached(case, &["--memory", "266"]);
    let mut talk = server.talk();
    talk.set("n", 0, "9");
    store(&mut talk, "a");
    store(&mut talk, "b");
    let answer = talk.ask("incr n 1");
    server.expect_same(case, "the answer to an incr of 9", "10", &answer);
    let what = "n, a and b filled the memory, and n became 10";
    expect_kept(case, &mut server, &mut talk, what, &["n", "a", "b"], &["n", "b"]);
}

pub(super) fn what_does_not_fit_alone_is_refused(case: &mut Case) {
    const REFUSED: &str = "SERVER_ERROR out of memory storing object";
    for verb in ["set", "add", "replace"] {
        let mut server = memcached(case, &["--memory", "100"]);
        let mut talk = server.talk();
        if verb == "replace" {
            talk.set("a", 0, "old");
        }
        let fits = "v".repeat(100 - COST - 1);
        let answer = talk.ask(&format!("{verb} a 0 0 {}\r\n{fits}", fits.len()));
        let what = format!("the answer to {verb} of an item that costs as much as there is");
        server.expect_same(case, &what, "STORED", &answer);
        expect_kept(case, &mut server, &mut talk, &what, &["a"], &["a"]);
    }
    let mut server = memcached(case, &["--memory", "100"]);
    let mut talk = server.talk();
    let large = "v".repeat(100 - COST);
    talk.set("a", 0, "old");
    for (verb, kept) in [("replace", true), ("set", false)] {
        let answer = talk.ask(&format!("{verb} a 0 0 {}\r\n{large}", large.len()));
        let what = format!("the answer to {verb} of an item that costs a byte more than there is");
        server.expect_same(case, &what, REFUSED, &answer);
        let found = talk.ask_values("get a");
        let expected = if kept {
            "VALUE a 0 3\r\nold\r\nEND\r\n"
        } else {
            "END\r\n"
        };
        let what = format!("what is there after {verb} was refused");
        server.expect_same(case, &what, expected, &found);
    }
    // Each part fits, and both together do not.
    for (options, verb) in [
        (["--max-item", "10"], "append"),
        (["--max-item", "10"], "prepend"),
        (["--memory", "75"], "append"),
    ] {
        let mut server = memcached(case, &options);
        server.play(
            case,
            "what would become too large stays as it was",
            &format!(
                "
                > set a 0 0 6
                > 123456
                < STORED
                > {verb} a 0 0 5
                > 78901
                < NOT_STORED
                > {verb} a 0 0 4
                > 7890
                < STORED
                > delete a
                < DELETED
                "
            ),
        );
    }
}

pub(super) fn overwritten_and_deleted_items_cost_nothing(case: &mut Case) {
    let mut server = memcached(case, &["--memory", "300"]);
    let mut talk = server.talk();
    store(&mut talk, "a");
    store(&mut talk, "b");
    for _ in 0..10 {
        store(&mut talk, "c");
    }
    let what = "one item was overwritten ten times";
    expect_kept(
        case,
        &mut server,
        &mut talk,
        what,
        &["a", "b", "c"],
        &["a", "b", "c"],
    );
    talk.ask("delete b");
    store(&mut talk, "d");
    let what = "one item was deleted and another stored";
    expect_kept(
        case,
        &mut server,
        &mut talk,
        what,
        &["a", "b", "c", "d"],
        &["a", "c", "d"],
    );
    talk.ask("flush_all");
    for key in ["e", "f", "g"] {
        store(&mut talk, key);
    }
    let what = "all was flushed and three items stored";
    expect_kept(
        case,
        &mut server,
        &mut talk,
        what,
        &["a", "c", "d", "e", "f", "g"],
        &["e", "f", "g"],
    );
}

pub(super) fn a_gibibyte_goes_through_16_mebibytes(case: &mut Case) {
    const LENGTH: usize = 256 << 10;
    /// Four times the limit is enough for buffers, threads, and memory in pieces.
    const MOST_KIB: u64 = 64 << 10;
    for (threads, times) in [("1", (1 << 30) / LENGTH), ("2", (1 << 28) / LENGTH)] {
        let mut server = memcached(case, &["--memory", "16m", "--threads", threads]);
        let mut talk = server.talk();
        let value = "v".repeat(LENGTH);
        for number in 0..times {
            talk.send(format!("set k{number} 0 0 {LENGTH} noreply\r\n{value}\r\n"));
        }
        let last = format!("k{}", times - 1);
        let there = talk.has(&last);
        server.expect(
            case,
            there,
            "what was stored last",
            format!("nothing at `{last}`"),
        );
        let first = talk.has("k0");
        server.expect(case, !first, "nothing of what was stored first", "k0");
        let ended = server.stop(case);
        let most = ended.peak_anonymous_kib;
        case.expect(
            &ended,
            most < MOST_KIB,
            "less than 64 MiB of memory for a limit of 16 MiB, whatever goes through",
            format!("{most} KiB"),
        );
    }
}
