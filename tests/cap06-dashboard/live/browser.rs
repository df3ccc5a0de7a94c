//! A page that is looked at.

use support::Case;

use super::fleet::report;
use crate::devtools::Browser;
use crate::site::{Site, TOKEN};

pub(super) fn an_open_page_shows_what_is_reported(case: &mut Case) {
    let mut site = Site::new(case, &report("web1", 0.5));
    let mut browser = Browser::open(case, &format!("http://{}/login#{TOKEN}", site.address));
    browser.wait_until(
        "shown one host",
        "location.pathname === '/' && document.querySelectorAll('#hosts tbody tr').length === 1",
    );
    // It asks all fifteen seconds, and is told at once.
    site.report(&(report("web2", 3.0) + &report("web3", 4.0)));
    browser.wait_until(
        "shown the hosts that have come",
        "document.querySelectorAll('#hosts tbody tr').length === 3",
    );
    drop(browser);
    site.end(case);
}
