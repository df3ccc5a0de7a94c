//! The clients that others have written.

use support::{Case, Ended, Program};

use super::memcached;
use crate::peers::Server;

/// The Debian package of the clients.
const PACKAGE: &str = "libmemcached-tools";

/// Prepares a client of libmemcached that is to speak to `server`.
pub(crate) fn client(case: &Case, server: &Server, name: &str) -> Program {
    let servers = format!("--servers={}", server.address);
    case.peer(name, PACKAGE).args([servers])
}

/// Expects a client to say that all went well.
pub(crate) fn expect_well(case: &mut Case, server: &mut Server, name: &str, ended: &Ended) {
    let said = format!(
        "exit status {}\n{}{}",
        ended.code(),
        ended.stdout_text(),
        ended.stderr_text()
    );
    server.expect(case, ended.code() == 0, &format!("success of {name}"), said);
}

pub(super) fn libmemcached_stores_finds_and_deletes(case: &mut Case) {
    let mut server = memcached(case, &["--threads", "2"]);
    let pattern: Vec<u8> = (0..100_000_u32).flat_map(|number| number.to_be_bytes()).collect();
    case.file("small", "a line\r\nand another");
    case.file("large", &pattern);
    let ended = client(case, &server, "memccp").args(["small", "large"]).run();
    expect_well(case, &mut server, "memccp", &ended);
    for (key, expected) in [("small", &b"a line\r\nand another"[..]), ("large", &pattern)] {
        let ended = client(case, &server, "memccat").args([key]).run();
        expect_well(case, &mut server, "memccat", &ended);
        // It puts a line feed behind each value.
        let found = ended.stdout.strip_suffix(b"\n").unwrap_or(&ended.stdout);
        server.expect(
            case,
            found == expected,
            &format!("the {} bytes of `{key}` that memccp has stored", expected.len()),
            format!("{} bytes, others", found.len()),
        );
    }
    let ended = client(case, &server, "memcrm").args(["small"]).run();
    expect_well(case, &mut server, "memcrm", &ended);
    let found = server.talk().has("small");
    server.expect(
        case,
        !found,
        "nothing at the key that memcrm has removed",
        "a value",
    );
    let ended = client(case, &server, "memcping").run();
    expect_well(case, &mut server, "memcping", &ended);
    // It stores and finds 1000 items on each of 8 connections at once.
    let slap = ["--concurrency=8", "--execute-number=1000", "--test=set"];
    let ended = client(case, &server, "memcslap").args(slap).run();
    expect_well(case, &mut server, "memcslap", &ended);
    server.stop(case);
}
