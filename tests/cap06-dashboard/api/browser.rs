//! The pages in a browser that has no network but this machine's own.

use support::Case;

use crate::devtools::Browser;
use crate::samples::{gauge, now_ms};
use crate::site::{MARKUP, Site, TOKEN};

pub(super) fn a_browser_without_a_network_shows_the_fleet(case: &mut Case) {
    let now = now_ms();
    let load = |host: &'static str, value| gauge("load.1m").of(host).at_ms(&[(now, value)]);
    let mut site = Site::new(case, &(load(MARKUP, 1.25) + &load("web1", 0.5)));
    // It logs in by the fragment, which no server sees, and goes on to the first page.
    let address = format!("http://{}/login#{TOKEN}", site.address);
    let mut browser = Browser::open(case, &address);
    browser.wait_until(
        "shown both hosts on the first page",
        "location.pathname === '/' && document.querySelectorAll('#hosts tbody tr').length === 2",
    );
    let links = browser.evaluate(
        "[...document.querySelectorAll('#hosts tbody a')].map((a) => a.textContent).sort().join('; ')",
    );
    site.expect_same(
        case,
        "the names on the page, which are text",
        &serde_json::json!(format!("{MARKUP}; web1")).to_string(),
        &links.to_string(),
    );
    let images = browser.evaluate("document.querySelectorAll('#hosts img').length");
    site.expect_same(
        case,
        "how many pictures a name has made",
        "0",
        &images.to_string(),
    );
    // Nothing may have been refused by the policy, and nothing may have failed.
    let said = browser.said();
    let complaint = said.lines().find(|line| line.contains(":CONSOLE"));
    site.expect(
        case,
        complaint.is_none(),
        "nothing in the browser's console",
        complaint.unwrap_or_default(),
    );
    drop(browser);
    site.end(case);
}
