//! Servers that know ranges badly, or not at all.

use support::Case;
use support::http::{Body, Request, Response, Site};

use crate::runs::{downloader, expect_saved};
use crate::served::{BLOCK, FIRST, wanted};

const LENGTH: u64 = 3 << 20;

pub(super) fn a_server_without_ranges_is_asked_once(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let plain = || Response::ok(body.clone());
    let site = case.site(
        Site::new()
            .at("/length", plain())
            .at("/none", plain().header("Accept-Ranges", "none"))
            .at("/chunks", plain().chunked())
            .at("/close", plain().without("Content-Length")),
    );
    for name in ["length", "none", "chunks", "close"] {
        let url = site.url(&format!("/{name}"));
        let ended = downloader(case, &["-x", "8", &url]);
        expect_saved(case, &ended, name, &body);
        case.expect_stderr_names(&ended, &format!("{url}: does not know ranges, one connection"));
    }
    let ended = downloader(case, &["-x", "8", "-f", "--quiet", &site.url("/length")]);
    case.expect_quiet(&ended);
    let requests = site.log().of("/chunks").count();
    case.expect(
        &ended,
        requests == 1,
        "one request: its answer is the file",
        requests,
    );
}

pub(super) fn a_total_of_star_means_no_ranges(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let served = body.clone();
    let site = case.site(Site::new().when("/big", move |request: &Request| {
        let (from, to) = wanted(request, LENGTH);
        match request.header("range") {
            None => Response::ok(served.clone()),
            Some(_) => Response::new(206, served.bytes(from..to))
                .header("Content-Range", format!("bytes {from}-{}/*", to - 1)),
        }
    }));
    let ended = downloader(case, &["-x", "4", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    let log = site.log();
    let second = log.requests.get(1).and_then(|seen| seen.header("range"));
    case.expect(
        &ended,
        log.requests.len() == 2 && second.is_none(),
        "a second request without a Range",
        format!("{} requests, the second one with {second:?}", log.requests.len()),
    );
}

pub(super) fn a_part_may_be_shorter_than_asked(case: &mut Case) {
    const MOST: u64 = 200_000;
    let body = Body::pattern(LENGTH, 1);
    let served = body.clone();
    let site = case.site(Site::new().when("/big", move |request: &Request| {
        let (from, to) = wanted(request, LENGTH);
        let to = to.min(from + MOST);
        Response::new(206, served.bytes(from..to))
            .header("Content-Range", format!("bytes {from}-{}/{LENGTH}", to - 1))
    }));
    // No fault, so nothing has to be tried again.
    let ended = downloader(case, &["-x", "4", "--retries", "0", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
}

pub(super) fn what_comes_beyond_a_part_is_not_written(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let served = body.clone();
    // The first answer is told to be as long as it is; later ones say nothing of what follows.
    let site = case.site(Site::new().when("/big", move |request: &Request| {
        let (from, to) = wanted(request, LENGTH);
        let more = [served.bytes(from..to), vec![b'!'; 100_000]].concat();
        let response = Response::new(206, more)
            .header("Content-Range", format!("bytes {from}-{}/{LENGTH}", to - 1))
            .header("Connection", "close");
        match request.before {
            0 => response,
            _ => response.without("Content-Length"),
        }
    }));
    let ended = downloader(case, &["-x", "4", "--backoff", "10", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
}

pub(super) fn later_requests_go_where_the_first_one_was_answered(case: &mut Case) {
    let body = Body::pattern(FIRST + LENGTH, 1);
    let other = case.site(
        Site::new()
            .named("other")
            .on("127.0.0.2")
            .at("/file.bin", Response::ok(body.clone()).ranges()),
    );
    let site = case.site(
        Site::new()
            .at("/start", Response::redirect(302, "/next"))
            .at("/next", Response::redirect(307, &other.url("/file.bin"))),
    );
    let ended = downloader(case, &["-x", "4", &site.url("/start")]);
    expect_saved(case, &ended, "file.bin", &body);
    let log = site.log();
    case.expect(
        &ended,
        log.targets() == ["/start", "/next"],
        "one request of each redirect",
        log.targets().join(" "),
    );
    let with_range = log.requests.iter().all(|seen| seen.header("range").is_some());
    case.expect(&ended, with_range, "the Range also behind a redirect", "none");
}

pub(super) fn a_connection_is_used_for_the_next_request(case: &mut Case) {
    const MOST: u64 = 10_000;
    // The rest behind the first answer is less than a block, so that there is one connection.
    let body = Body::pattern(MOST + BLOCK / 2, 1);
    let length = MOST + BLOCK / 2;
    let served = body.clone();
    let site = case.site(Site::new().when("/big", move |request: &Request| {
        let (from, to) = wanted(request, length);
        let to = to.min(from + MOST);
        Response::new(206, served.bytes(from..to))
            .header("Content-Range", format!("bytes {from}-{}/{length}", to - 1))
    }));
    let ended = downloader(case, &["-x", "4", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    let log = site.log();
    case.expect(
        &ended,
        log.connections <= 2,
        &format!(
            "one connection for {} requests, one after the other",
            log.requests.len()
        ),
        format!("{} connections", log.connections),
    );
}
