//! The clients that others have written.

use std::path::Path;

use support::Case;

use crate::memcached::clients::{client, expect_well};
use crate::memcached::memcached;

/// What pymemcache does, and expects.
const SCRIPT: &str = r#"
import sys
from pymemcache.client.base import Client, PooledClient
from pymemcache.exceptions import MemcacheClientError

server = (sys.argv[1], int(sys.argv[2]))


def same(what, expected, found):
    if expected != found:
        sys.exit(f"{what}: {expected!r} expected, {found!r} found")


for kind in (Client, PooledClient):
    c = kind(server, connect_timeout=10, timeout=10, default_noreply=False)
    same("flush_all", True, c.flush_all())
    same("get", None, c.get("a"))
    same("set", True, c.set("a", b"\r\none\x00\xff", flags=7))
    same("get", b"\r\none\x00\xff", c.get("a"))
    same("add", False, c.add("a", b"two"))
    same("add", True, c.add("b", b"two"))
    same("replace", True, c.replace("b", b"2"))
    same("append", True, c.append("b", b"3"))
    same("prepend", True, c.prepend("b", b"1"))
    same("get_many", {"b": b"123", "a": b"\r\none\x00\xff"}, c.get_many(["a", "none", "b"]))
    same("incr", 130, c.incr("b", 7))
    same("decr", 0, c.decr("b", 1000))
    same("incr", None, c.incr("none", 1))
    value, number = c.gets("a")
    same("cas", True, c.cas("a", b"new", number))
    same("cas", False, c.cas("a", b"newer", number))
    same("cas", None, c.cas("none", b"x", number))
    same("touch", True, c.touch("a", 1000))
    same("touch", False, c.touch("none", 1000))
    same("delete", True, c.delete("a"))
    same("delete", False, c.delete("a"))
    many = {f"k{n}": b"v" * n for n in range(500)}
    same("set_many", [], c.set_many(many))
    same("get_many", many, c.get_many(list(many)))
    same("set noreply", True, c.set("quiet", b"1", noreply=True))
    same("get", b"1", c.get("quiet"))
    same("set with a time that is over", True, c.set("old", b"1", expire=-1))
    same("get", None, c.get("old"))
    same("stats", server[1] > 0, int(c.stats()[b"pid"]) > 0)
    same("version", True, len(c.version()) > 0)
    try:
        c.set("n", b"no number")
        c.incr("n", 1)
        sys.exit("incr of what is no number: no error")
    except MemcacheClientError:
        pass
    same("get after an error", b"no number", c.get("n"))
    same("delete_many", True, c.delete_many(list(many)))
    same("get_many", {}, c.get_many(list(many)))
    same("flush_all", True, c.flush_all())
    c.quit()
print("well")
"#;

pub(super) fn pymemcache_is_at_home(case: &mut Case) {
    if !Path::new("/usr/lib/python3/dist-packages/pymemcache").is_dir() {
        case.not_run("python3-pymemcache");
    }
    let mut server = memcached(case, &["--threads", "2"]);
    let address = server.address;
    let script = case.file("client.py", SCRIPT);
    let ended = case
        .peer("python3", "python3-pymemcache")
        .args([
            script.display().to_string(),
            address.ip().to_string(),
            address.port().to_string(),
        ])
        .run();
    expect_well(case, &mut server, "pymemcache", &ended);
    server.expect_same(
        case,
        "what the script says at its end",
        "well\n",
        &ended.stdout_text(),
    );
}

/// Names the tests of memccapable that failed, of what it printed. A name takes 40 columns; `[pass]` and a line end follow only where a
/// test passed, and `[FAIL]` goes to standard error.
fn failed_tests(stdout: &str) -> Vec<String> {
    const COLUMNS: usize = 40;
    let failed_of = |line: &str| {
        let names = match line.strip_suffix("[pass]") {
            Some(names) => &names.as_bytes()[..names.len().saturating_sub(COLUMNS)],
            None => line.as_bytes(),
        };
        let name = |name: &[u8]| String::from_utf8_lossy(name).trim().to_owned();
        names.chunks(COLUMNS).map(name).collect::<Vec<_>>()
    };
    stdout.lines().flat_map(failed_of).collect()
}

pub(super) fn memccapable_finds_no_fault(case: &mut Case) {
    let mut server = memcached(case, &[]);
    let (host, port) = (server.address.ip().to_string(), server.address.port().to_string());
    let ended = case
        .peer("memccapable", "libmemcached-tools")
        .args(["-a", "-h", &host, "-p", &port])
        .run();
    if ended.code() != 0 {
        let failed = failed_tests(&ended.stdout_text());
        let said = match failed.is_empty() {
            true => format!("exit status {}, and {}", ended.code(), ended.stderr_text()),
            false => format!("these failed: {}", failed.join(", ")),
        };
        let what = "no fault found by memccapable; `memccapable -a -v -h 127.0.0.1 -p PORT -T 'NAME'` runs one test again, and says which line of it failed";
        server.expect(case, false, what, said);
    }
    let mut server = memcached(case, &[]);
    for name in ["memcstat", "memcflush"] {
        let ended = client(case, &server, name).run();
        expect_well(case, &mut server, name, &ended);
    }
}
