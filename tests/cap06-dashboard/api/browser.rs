//! The pages in a browser that has no network but this server.

use support::Case;

use crate::samples::{gauge, now_ms};
use crate::short::ShortFolder;
use crate::site::{MARKUP, Site, TOKEN};

pub(super) fn a_browser_without_a_network_shows_the_fleet(case: &mut Case) {
    let now = now_ms();
    let samples =
        gauge("load.1m").of(MARKUP).at_ms(&[(now, 1.25)]) + &gauge("load.1m").of("web1").at_ms(&[(now, 0.5)]);
    let mut site = Site::new(case, &samples);
    let folder = ShortFolder::new();
    let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
    let ended = case
        .peer("chromium", "chromium")
        .args([
            "--headless",
            // The page is the case's own, and as root there is no sandbox to be had.
            "--no-sandbox",
            "--disable-gpu",
            // Containers have little of it.
            "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--virtual-time-budget=20000",
            "--enable-logging=stderr",
            &profile,
            "--dump-dom",
            // It logs in by the fragment, which no server sees, and goes on to the first page.
            &format!("http://{}/login#{TOKEN}", site.address),
        ])
        .env("TMPDIR", folder.path())
        .run();
    let dom = ended.stdout_text();
    let as_text = MARKUP.replace('<', "&lt;").replace('>', "&gt;");
    for (part, what) in [
        ("Fleet · muster", "the page with all hosts"),
        (">web1</a>", "a row for web1"),
        (&*as_text, "a name that looks like markup, as text"),
        (">1.25<", "a load"),
    ] {
        case.expect(&ended, dom.contains(part), what, &dom);
    }
    case.expect(&ended, !dom.contains(MARKUP), "no markup made of a name", &dom);
    let said = ended.stderr_text();
    let complaint = said.lines().find(|line| line.contains(":CONSOLE"));
    case.expect(
        &ended,
        complaint.is_none(),
        "nothing in the browser's console",
        complaint.unwrap_or_default(),
    );
    site.said();
    site.end(case);
}
