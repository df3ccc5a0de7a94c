//! Counters, and how talkative a server is.

use std::collections::BTreeMap;

use support::Case;

use crate::memcached::memcached;
use crate::talk::Talk;

/// Commands of which each counter below is another number.
const DOINGS: &str = "\
set a 0 0 1\r\n1\r\n\
set b 0 0 1\r\n2\r\n\
set c 0 0 1\r\n3\r\n\
get a\r\n\
get a nothing b neither nor\r\n\
get a c\r\n\
delete c\r\n\
delete nothing\r\n\
delete nothing\r\n\
incr a 1\r\n\
incr a 1\r\n\
incr a 1\r\n\
incr nothing 1\r\n\
decr a 1\r\n\
decr nothing 1\r\n\
decr nothing 1\r\n\
touch a 0\r\n\
touch nothing 0\r\n\
touch nothing 0\r\n\
touch nothing 0\r\n\
cas nothing 0 0 1 1\r\nx\r\n\
cas b 0 0 1 999999999\r\nx\r\n\
cas b 0 0 1 999999999\r\nx\r\n\
add b 0 0 1\r\nx\r\n\
";

/// What is counted of [`DOINGS`].
const COUNTED: &[(&str, u64)] = &[
    ("cmd_get", 8),
    ("get_hits", 5),
    ("get_misses", 3),
    ("delete_hits", 1),
    ("delete_misses", 2),
    ("incr_hits", 3),
    ("incr_misses", 1),
    ("decr_hits", 1),
    ("decr_misses", 2),
    ("cmd_touch", 4),
    ("touch_hits", 1),
    ("touch_misses", 3),
    ("cas_misses", 1),
    ("cas_badval", 2),
    ("cas_hits", 0),
    ("cmd_flush", 0),
    ("curr_items", 2),
    ("evictions", 0),
    ("threads", 1),
    ("limit_maxbytes", 64 << 20),
    ("curr_connections", 1),
];

/// Sends [`DOINGS`] and reads over the answers.
pub(super) fn do_all(talk: &mut Talk) {
    talk.send(DOINGS);
    // Its answer comes behind all others.
    talk.send("version\r\n");
    talk.until_end("VERSION ");
    talk.until_end("\r\n");
}

/// Asks for `stats`, and returns what each line says.
pub(super) fn stats(talk: &mut Talk) -> BTreeMap<String, String> {
    let answer = talk.ask_values("stats");
    answer
        .lines()
        .filter_map(|line| line.strip_prefix("STAT ")?.split_once(' '))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Writes the counters of [`COUNTED`] as lines, of which `value` says the number.
fn table(value: impl Fn(&str, u64) -> String) -> String {
    COUNTED
        .iter()
        .map(|(name, number)| format!("STAT {name} {}\n", value(name, *number)))
        .collect()
}

pub(super) fn told(stats: &BTreeMap<String, String>) -> String {
    table(|name, _| stats.get(name).map_or("is missing", String::as_str).to_owned())
}

pub(super) fn what_is_done_is_counted(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let pid = server.pid.to_string();
    let mut talk = server.talk();
    do_all(&mut talk);
    let found = stats(&mut talk);
    let expected = table(|_, number| number.to_string());
    server.expect_same(case, "what `stats` counts", &expected, &told(&found));
    let told = found.get("pid").cloned().unwrap_or_default();
    server.expect_same(case, "the pid that `stats` tells", &pid, &told);
    // All loops are one server.
    let mut server = memcached(case, &["--threads", "2", "--memory", "1m"]);
    let mut talks: Vec<_> = (0..6).map(|_| server.talk()).collect();
    for (number, talk) in talks.iter_mut().enumerate() {
        talk.set(&format!("k{number}"), 0, "x");
        talk.has("k0");
        talk.has("nothing");
    }
    let found = stats(&mut talks[3]);
    let of = |name: &str| format!("{name} {}", found.get(name).map_or("is missing", String::as_str));
    let names = [
        "threads",
        "curr_connections",
        "curr_items",
        "get_hits",
        "get_misses",
        "limit_maxbytes",
    ];
    let expected =
        "threads 2\ncurr_connections 6\ncurr_items 6\nget_hits 6\nget_misses 6\nlimit_maxbytes 1048576";
    server.expect_same(
        case,
        "what is counted on two loops",
        expected,
        &names.map(of).join("\n"),
    );
    // Items of 1 KiB: of 2000, some 900 have room in 1 MiB.
    let value = "v".repeat(1000);
    for number in 0..2000 {
        talks[0].send(format!("set e{number} 0 0 1000 noreply\r\n{value}\r\n"));
    }
    let found = stats(&mut talks[0]);
    let number = |name: &str| {
        found
            .get(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(0_u64)
    };
    let (evicted, items) = (number("evictions"), number("curr_items"));
    server.expect(
        case,
        evicted > 0 && evicted + items == 2006,
        "evictions and curr_items that are 2006 together, as many as were stored",
        format!("{evicted} and {items}"),
    );
    // The shortest key has two bytes. What two loops store costs no more than the limit together.
    let cost = items.saturating_sub(6) * (1000 + 2 + 64);
    server.expect(
        case,
        cost <= 1 << 20,
        "items that cost 1 MiB at most, all loops together",
        format!("{items} items, which cost {cost} bytes at least"),
    );
}

pub(super) fn counters_are_set_back(case: &mut Case) {
    let mut server = memcached(case, &["--threads", "2"]);
    let mut talk = server.talk();
    do_all(&mut talk);
    talk.send("stats reset\r\n");
    let answer = talk.until_end("\r\n");
    server.expect_same(case, "the answer to `stats reset`", "RESET\r\n", &answer);
    let found = stats(&mut talk);
    // What is there now is no counter.
    let kept = ["curr_items", "threads", "limit_maxbytes", "curr_connections"];
    let expected = table(|name, number| match (kept.contains(&name), name) {
        (_, "threads") => "2".to_owned(),
        (true, _) => number.to_string(),
        (false, _) => "0".to_owned(),
    });
    server.expect_same(
        case,
        "what `stats` counts after `stats reset`",
        &expected,
        &told(&found),
    );
}

pub(super) fn verbosity_changes_nothing_for_clients(case: &mut Case) {
    let mut server = memcached(case, &[]);
    server.play(
        case,
        "verbosity",
        "
        > verbosity 2
        < OK
        > set a 0 0 1
        > x
        < STORED
        > get a
        < VALUE a 0 1
        < x
        < END
        > verbosity 0
        < OK
        ",
    );
}
