//! What streams may cost, and when they end.

use std::time::Duration;

use support::Case;

use super::fleet::{open, report};
use crate::client::{Stream, get, post};
use crate::login::doors::expect_not_served;
use crate::site::{Site, TOKEN};

/// The most streams at once.
const MOST: usize = 256;

pub(super) fn a_stream_ends_with_its_session(case: &mut Case) {
    let mut site = Site::new(case, &report("web1", 1.0));
    let cookie = site.log_in(case);
    let mut mine = Stream::open(&get("/api/v1/events").cookie(&cookie), site.address);
    let path = "/api/v1/hosts/1/events?series=1&since_ms=0&step_ms=1000000000";
    let mut of_host = Stream::open(&get(path).cookie(&cookie), site.address);
    let mut other = open(case, &mut site);
    site.expect_answer(case, &post("/logout", "").cookie(&cookie), 303);
    // Whoever has logged out hears nothing more, whatever is reported.
    site.report(&report("web1", 42.0));
    let told = mine.next();
    let found = told
        .as_ref()
        .map_or("nothing".to_owned(), |event| event.data.to_string());
    site.expect(
        case,
        told.is_none() && mine.ends(),
        "the end of the stream, and no event",
        found,
    );
    of_host.next();
    let told = of_host.next();
    let found = told
        .as_ref()
        .map_or("nothing".to_owned(), |event| event.data.to_string());
    site.expect(
        case,
        told.is_none() && of_host.ends(),
        "the end of the host's stream, and no event but the first",
        found,
    );
    let goes_on = other.next().is_some();
    site.expect(
        case,
        goes_on,
        "an event on the stream of somebody else",
        "nothing",
    );
    drop((mine, of_host, other));
    site.end(case);
}

pub(super) fn a_stream_ends_with_its_user(case: &mut Case) {
    // The SHA-256 of `a-token-of-ann`.
    case.file("users", format!("ann viewer {}\n", crate::login::ANN));
    let mut site = Site::with_users(case, &report("web1", 1.0));
    let mut stream = Stream::open(&get("/api/v1/events").bearer("a-token-of-ann"), site.address);
    let found = format!("{} {}", stream.head.status, stream.head.body);
    site.expect(case, stream.head.status == 200, "a stream for ann", found);
    case.file("users", "");
    let ended = stream.ends();
    site.expect(
        case,
        ended,
        "the end of the stream of somebody who is no user any more",
        "it goes on",
    );
    site.end(case);
}

pub(super) fn a_stream_ends_with_its_server(case: &mut Case) {
    let mut site = Site::new(case, &report("web1", 1.0));
    let mut fleet = open(case, &mut site);
    let path = "/api/v1/hosts/1/events?series=1&since_ms=0&step_ms=1000000000";
    let mut host = Stream::open(&get(path).bearer(TOKEN), site.address);
    let first = host.next().is_some();
    site.expect(case, first, "the first event of a host", "nothing");
    let ended = site.end(case);
    let both = fleet.ends() && host.ends();
    case.expect(&ended, both, "the end of both streams", "a stream goes on");
}

pub(super) fn an_address_of_another_machine_is_not_listened_on(case: &mut Case) {
    // One that is kept for examples (RFC 5737): no machine has it.
    expect_not_served(case, TOKEN, "192.0.2.1:8400");
}

pub(super) fn streams_are_counted_and_their_places_come_back(case: &mut Case) {
    let mut site = Site::for_at_most(case, Duration::from_secs(15), &report("web1", 1.0));
    let mut streams: Vec<Stream> = (0..MOST).map(|_| open(case, &mut site)).collect();
    let question = get("/api/v1/events").bearer(TOKEN);
    site.expect_failure(case, &question, 503, "too many streams");
    // Everything else goes on.
    site.expect_answer(case, &get("/").bearer(TOKEN), 200);
    // Whoever closes a tab says nothing: the connection ends, and with it all that it cost.
    streams.pop();
    let address = site.address;
    site.wait_until("took a stream in the place of one that is gone", || {
        Stream::open(&question, address).head.status == 200
    });
    drop(streams);
    site.end(case);
}

pub(super) fn a_client_that_does_not_read_holds_nobody_up(case: &mut Case) {
    let crowd: String = (0..60).map(|n| report(&format!("node{n}"), 0.0)).collect();
    let mut site = Site::new(case, &crowd);
    let silent: Vec<Stream> = (0..10).map(|_| open(case, &mut site)).collect();
    let mut reads = open(case, &mut site);
    for n in 1..=3 {
        let crowd: String = (0..60)
            .map(|host| report(&format!("node{host}"), f64::from(n)))
            .collect();
        site.report(&crowd);
        let told = reads.next().is_some();
        site.expect(case, told, "an event for whoever reads", "nothing");
    }
    site.expect_answer(case, &get("/").bearer(TOKEN), 200);
    drop((silent, reads));
    site.end(case);
}
