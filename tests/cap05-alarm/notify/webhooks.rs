use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use support::Case;
use support::http::{Act, Gate, Point, Response, Server, Site};

use super::{expect_report, message, notify, with};
use crate::world::{PATIENT, rules, trace};

/// What a site was told: the head that matters, and the body.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A site that takes everything at `/hook`, and remembers it.
fn hearing(case: &mut Case) -> (Server, Heard) {
    let heard = Heard::default();
    let to = heard.clone();
    let site = Site::new().when("/hook", move |request| {
        let header = |name: &str| request.header(name).unwrap_or("-").to_owned();
        let text = format!(
            "{} {}\nContent-Type: {}\nIdempotency-Key: {}\n{}\n",
            request.method,
            request.target,
            header("Content-Type"),
            header("Idempotency-Key"),
            String::from_utf8_lossy(&request.body)
        );
        to.0.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        Response::status(204)
    });
    (case.site(site), heard)
}

fn webhook(name: &str, url: &str, more: &str) -> String {
    format!("[[receiver]]\nname = \"{name}\"\nwebhook = \"{url}\"\nbackoff = \"1ms\"\n{more}\n")
}

pub(super) fn a_webhook_gets_json_with_its_key(case: &mut Case) {
    let (site, heard) = hearing(case);
    let lines = message("k1", "web1") + &with("k2", "web2", "critical", "look at <it> \"now\" é");
    let ended = notify(case, &webhook("ops", &site.url("/hook?a=b"), ""), &lines);
    expect_report(case, &ended, "ops delivered=2 failed=0 dropped=0");
    case.snapshot_text(&ended, &heard.all().concat());
    let hosts: Vec<_> = site
        .log()
        .requests
        .iter()
        .map(|seen| seen.header("Host") == Some(&site.address().to_string()))
        .collect();
    case.expect(
        &ended,
        hosts == [true, true],
        "a header Host with the server's address and port",
        format!("{hosts:?}"),
    );
}

pub(super) fn a_webhook_that_fails_is_tried_again_with_the_same_key(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/hook", Response::status(503).times(1))
            .at("/hook", Response::ok("").at(Point::Head, Act::Reset).times(1))
            .at("/hook", Response::raw("nonsense\r\n\r\n").times(1))
            .at("/hook", Response::status(429).times(1))
            .at("/hook", Response::status(408).times(1))
            .at("/hook", Response::ok("")),
    );
    let lines = message("k1", "web1") + &message("k2", "web2");
    let ended = notify(case, &webhook("ops", &site.url("/hook"), "attempts = 6"), &lines);
    expect_report(case, &ended, "ops delivered=2 failed=0 dropped=0");
    let keys: Vec<_> = site
        .log()
        .requests
        .iter()
        .map(|seen| seen.header("Idempotency-Key").unwrap_or("-").to_owned())
        .collect();
    case.expect_same(
        &ended,
        "the keys of all requests",
        "k1 k1 k1 k1 k1 k1 k2",
        &keys.join(" "),
    );
    case.expect_stderr_names(&ended, "ops: k1: ");
    // Tried as often as it may be, and no more.
    let site = case.site(Site::new().named("broken").at("/hook", Response::status(500)));
    let ended = notify(
        case,
        &webhook("ops", &site.url("/hook"), "attempts = 3"),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "ops delivered=0 failed=1 dropped=0");
    let count = site.log().requests.len();
    case.expect(&ended, count == 3, "3 requests", count);
}

pub(super) fn an_answer_that_announces_another_is_none(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/hook",
                Response::raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\n\r\n").times(1),
            )
            .at(
                "/hook",
                Response::raw(
                    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
                ),
            ),
    );
    let ended = notify(
        case,
        &webhook("ops", &site.url("/hook"), ""),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "ops delivered=1 failed=0 dropped=0");
    let count = site.log().requests.len();
    case.expect(
        &ended,
        count == 2,
        "2 requests, the first of which is answered 503",
        count,
    );
}

pub(super) fn the_wait_doubles_and_begins_anew_with_each_notification(case: &mut Case) {
    const TRIES: usize = 5;
    let mut site = Site::new()
        .at("/hook", Response::status(503).times(TRIES as u64 - 1))
        .at("/hook", Response::ok("").times(1));
    for _ in 0..3 {
        site = site
            .at("/hook", Response::status(503).times(1))
            .at("/hook", Response::ok("").times(1));
    }
    let site = case.site(site);
    let receivers = webhook("ops", &site.url("/hook"), "").replace("1ms", "20ms");
    let lines: String = (1..=4).map(|n| message(&format!("k{n}"), "web1")).collect();
    let ended = notify(case, &receivers, &lines);
    expect_report(case, &ended, "ops delivered=4 failed=0 dropped=0");
    // A machine that is busy makes waits longer, never shorter.
    let came: Vec<_> = site.log().requests.iter().map(|seen| seen.came).collect();
    let wait = |at: usize| came[at + 1].duration_since(came[at]);
    for (at, least) in [20, 40, 80, 160].into_iter().enumerate() {
        case.expect(
            &ended,
            wait(at) >= Duration::from_millis(least),
            &format!("at least {least} ms from try {} to the next", at + 1),
            format!("{:?}", wait(at)),
        );
    }
    // Of the other three none fails more than once.
    let first = (0..3).map(|n| wait(TRIES + 2 * n)).min().unwrap_or_default();
    let last = wait(TRIES - 2);
    case.expect(
        &ended,
        first < last,
        &format!("a wait for the second try of another notification that is shorter than {last:?}, the last of the first one"),
        format!("{first:?}"),
    );
}

pub(super) fn a_webhook_that_refuses_is_not_tried_again(case: &mut Case) {
    for (status, name) in [(400, "a"), (404, "b"), (301, "c")] {
        let site = case.site(Site::new().named(name).at("/hook", Response::new(status, "")));
        let ended = notify(
            case,
            &webhook("ops", &site.url("/hook"), ""),
            &message("k1", "web1"),
        );
        expect_report(case, &ended, "ops delivered=0 failed=1 dropped=0");
        let count = site.log().requests.len();
        case.expect(
            &ended,
            count == 1,
            &format!("one request that is answered {status}"),
            count,
        );
        case.expect_stderr_names(&ended, &status.to_string());
    }
    // Nobody is there: that may be better later, but not often enough here.
    let gone = Server::start(Site::new());
    let url = gone.url("/hook");
    drop(gone);
    let ended = notify(
        case,
        &webhook("ops", &url, "attempts = 2"),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "ops delivered=0 failed=1 dropped=0");
    let lines = ended.stderr_text().lines().count();
    case.expect(
        &ended,
        lines == 2,
        "2 lines on standard error, one for each try",
        lines,
    );
}

pub(super) fn a_server_that_answers_byte_by_byte_gets_no_more_time(case: &mut Case) {
    let site = case.site(Site::new().at(
        "/hook",
        Response::endless_headers().drip(1, Duration::from_millis(20)),
    ));
    let more = "timeout = \"300ms\"\nattempts = 1";
    let ended = notify(
        case,
        &webhook("ops", &site.url("/hook"), more),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "ops delivered=0 failed=1 dropped=0");
    // One that never ends is not read to its end either.
    let site = case.site(
        Site::new()
            .named("endless")
            .at("/hook", Response::endless_headers()),
    );
    let more = "timeout = \"1h\"\nattempts = 1";
    let ended = notify(
        case,
        &webhook("ops", &site.url("/hook"), more),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "ops delivered=0 failed=1 dropped=0");
}

pub(super) fn a_receiver_that_is_slow_holds_up_no_other(case: &mut Case) {
    let gate = Gate::new();
    let slow = case.site(
        Site::new()
            .named("slow")
            .at("/hook", Response::ok("").at(Point::Head, Act::Hold(gate.clone()))),
    );
    let (site, heard) = hearing(case);
    let receivers = webhook("slow", &slow.url("/hook"), "") + &webhook("quick", &site.url("/hook"), "");
    case.file("receivers.toml", receivers);
    let mut running = case
        .program("alarm")
        .args(["notify", "receivers.toml"])
        .stdin_piped()
        .spawn();
    for n in 0..20 {
        running.write(message(&format!("k{n}"), "web1").as_bytes());
    }
    running.wait_until("told the quick one all 20", || heard.all().len() == 20);
    slow.wait_for("the slow one was asked", |log| log.requests.len() == 1);
    gate.open();
    running.close_stdin();
    let ended = running.wait();
    expect_report(
        case,
        &ended,
        "slow delivered=20 failed=0 dropped=0\nquick delivered=20 failed=0 dropped=0",
    );
}

pub(super) fn what_does_not_fit_the_queue_is_dropped_and_counted(case: &mut Case) {
    let gate = Gate::new();
    let site = case.site(Site::new().at("/hook", Response::ok("").at(Point::Head, Act::Hold(gate.clone()))));
    case.file("receivers.toml", webhook("ops", &site.url("/hook"), "queue = 3"));
    let mut running = case
        .program("alarm")
        .args(["notify", "receivers.toml"])
        .stdin_piped()
        .spawn();
    running.write(message("k0", "web1").as_bytes());
    running.wait_until("told the first one", || site.log().requests.len() == 1);
    // One is on its way, three wait, and for six there is no room. That a line is refused shows that all before it were read.
    for n in 1..10 {
        running.write(message(&format!("k{n}"), "web1").as_bytes());
    }
    running.write(b"no message\n");
    running.wait_for_stderr("refused the last line", |text| {
        String::from_utf8_lossy(text).contains("standard input, line 11")
    });
    gate.open();
    running.close_stdin();
    let ended = running.wait();
    expect_report(case, &ended, "ops delivered=4 failed=0 dropped=6");
    let keys: Vec<_> = site
        .log()
        .requests
        .iter()
        .map(|seen| seen.header("Idempotency-Key").unwrap_or("-").to_owned())
        .collect();
    case.expect_same(&ended, "the keys of all requests", "k0 k1 k2 k3", &keys.join(" "));
}

pub(super) fn a_receiver_gets_what_is_bad_enough_for_it(case: &mut Case) {
    let (site, _) = hearing(case);
    let receivers = webhook("all", &site.url("/hook"), "")
        + &webhook("warning", &site.url("/hook"), "severity = \"warning\"")
        + &webhook("critical", &site.url("/hook"), "severity = \"critical\"");
    let lines = with("a", "h", "info", "") + &with("b", "h", "warning", "") + &with("c", "h", "critical", "");
    let ended = notify(case, &receivers, &lines);
    expect_report(
        case,
        &ended,
        "all delivered=3 failed=0 dropped=0\nwarning delivered=2 failed=0 dropped=0\ncritical delivered=1 failed=0 dropped=0",
    );
}

pub(super) fn what_judge_prints_is_what_notify_reads(case: &mut Case) {
    case.file(
        "rules.toml",
        rules(
            PATIENT,
            "[r]\nwhen = 'last(m) > 4'\nsummary = \"too much\"\nseverity = 'info'",
        ),
    );
    let judged = case
        .program("alarm")
        .args(["judge", "rules.toml", "--json"])
        .stdin(trace("1 a m{d=\"x\\\"\"} 5\n2.5 a m{d=\"x\\\"\"} 1"))
        .run();
    case.snapshot(&judged);
    let (site, heard) = hearing(case);
    let ended = notify(
        case,
        &webhook("ops", &site.url("/hook"), ""),
        &judged.stdout_text(),
    );
    expect_report(case, &ended, "ops delivered=2 failed=0 dropped=0");
    let bodies: String = heard
        .all()
        .iter()
        .filter_map(|text| text.lines().last().map(|line| format!("{line}\n")))
        .collect();
    case.expect_same(&ended, "the bodies", &judged.stdout_text(), &bodies);
}
