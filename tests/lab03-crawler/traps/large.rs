//! Pages that are large, or hold more links than anybody could follow.

use std::time::Duration;

use support::Case;
use support::http::{Act, Gate, Point, Response, Site};

use super::{crawl, expect_summary};
use crate::crawl::page;
use crate::sheet::crawler;

pub(super) fn many_large_pages_do_not_fill_the_memory(case: &mut Case) {
    // Each of them is allowed; all at once they would be more than the program may use. So all of them come but for their last bytes,
    // as far as the crawler takes them in.
    const EACH: usize = 15 << 20;
    let targets: Vec<String> = (0..12).map(|n| format!("/large/{n}")).collect();
    let mut linked: Vec<&str> = targets.iter().map(String::as_str).collect();
    linked.push("/plain");
    let gate = Gate::new();
    let large = Response::html(vec![b'x'; EACH]).at(Point::Body(EACH as u64 - 100), Act::Hold(gate.clone()));
    let mut site = Site::new()
        .at("/", Response::html(page("home", &linked)))
        .at("/plain", Response::html(page("plain", &[])));
    for target in &targets {
        site = site.at(target, large.clone());
    }
    let site = case.site(site);
    let mut running = case
        .program("crawler")
        .args([
            "crawl",
            &site.url("/"),
            "--jobs",
            "13",
            "--json",
            "--timeout",
            "60000",
        ])
        .spawn();
    running.wait_until("all pages are being sent", || {
        site.log().in_flight() >= targets.len()
    });
    // Nothing can be waited for here: whoever takes in one page after the other leaves eleven of them on their way.
    std::thread::sleep(Duration::from_millis(1500));
    gate.open();
    let ended = running.wait();
    expect_summary(case, &ended, &[("pages", 14), ("broken", 0)]);
}

pub(super) fn a_large_page_does_not_pay_for_the_time_of_others(case: &mut Case) {
    const EACH: usize = 15 << 20;
    // What is in flight between the two sides is far less than the half of a page, so that none of these waits is over before its page is let in.
    let large = Response::html(vec![b'x'; EACH])
        .at(Point::Body(EACH as u64 - 100), Act::Wait(Duration::from_secs(4)));
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/1", "/2"])))
            .at("/1", large.clone())
            .at("/2", large),
    );
    let ended = crawl(case, &site, &["--jobs", "2", "--json", "--timeout", "7000"]);
    expect_summary(case, &ended, &[("pages", 3), ("broken", 0)]);
}

pub(super) fn of_one_page_the_first_hundred_thousand_links_are_followed(case: &mut Case) {
    let links: String = (0..100_010).map(|n| format!("<a href=/{n}>\n")).collect();
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/many", "/plain"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at("/many", Response::html(links)),
    );
    let ended = crawl(case, &site, &["--max-pages", "3", "--json", "--timeout", "60000"]);
    expect_summary(
        case,
        &ended,
        &[("pages", 3), ("too_many", 100_000), ("broken", 0)],
    );
    let ended = crawler(case, &["links", "--timeout", "60000", &site.url("/many")]);
    let printed = ended.stdout_text().lines().count();
    case.expect(
        &ended,
        printed == 100_000,
        "100000 lines",
        format!("{printed} lines"),
    );
}

pub(super) fn many_links_beyond_the_limits_do_not_fill_the_memory(case: &mut Case) {
    // Nine pages of 90 kB, whose links are 160 MB.
    const LINKS: u64 = 9000;
    let numbers: Vec<String> = (0..9).map(|number| format!("/{number}")).collect();
    let targets: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let links: String = (0..LINKS).map(|n| format!("<a href={n}>")).collect();
    let site = numbers.iter().fold(
        Site::new().at("/", Response::html(page("home", &targets))),
        |site, path| {
            let folder = "y".repeat(1960);
            site.at(
                path,
                Response::html(format!("<base href={path}/{folder}/>{links}")),
            )
        },
    );
    let site = case.site(site);
    for (args, reason) in [
        (["--depth", "1"], "too_deep"),
        (["--max-pages", "10"], "too_many"),
    ] {
        let args = [&args[..], &["--json", "--timeout", "60000"]].concat();
        let ended = crawl(case, &site, &args);
        expect_summary(case, &ended, &[("pages", 10), (reason, 9 * LINKS), ("broken", 0)]);
    }
}

pub(super) fn a_reference_without_end_is_none(case: &mut Case) {
    // A way of `length` bytes to a short URL.
    let anchor = |length: usize| {
        let there_and_back = "x/../".repeat(length / 5 - 10);
        let name = "a".repeat(length - 1 - there_and_back.len());
        format!("<a href=\"/{there_and_back}{name}\">x</a>")
    };
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(anchor(65_536) + &anchor(65_537) + "<a href=/endless>"),
            )
            .when("/a*", |request| Response::html(page(request.path(), &[])))
            .at("/endless", Response::html(anchor(15 << 20))),
    );
    let ended = crawl(case, &site, &["--json", "--timeout", "60000"]);
    expect_summary(case, &ended, &[("pages", 3), ("too_long", 0), ("broken", 0)]);
}
