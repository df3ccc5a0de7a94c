//! A saved page in a browser that has no network.

use support::Case;
use support::http::{Response, Site};

use crate::short::ShortFolder;

use super::saved::{PIXEL, save, typed};

/// Runs in the saved page: writes into it what the browser has of it.
const LOOK: &str = r#"
let framed = "no frame";
addEventListener("message", (message) => framed = message.data);
addEventListener("load", () => setTimeout(() => {
  const style = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
  const pictures = [...document.images].map((image) => image.naturalWidth).join(" ");
  document.body.dataset.seen = [pictures, style("h1", "color"), style("p", "textAlign"), framed, document.characterSet].join("; ");
}, 100));
"#;

pub(super) fn a_browser_without_a_network_misses_nothing(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/a/page.php",
                typed(
                    "text/html; charset=windows-1251",
                    b"<!DOCTYPE html><head><base href=/b/><link rel=stylesheet href=style.php><script src=/look.js crossorigin integrity=x></script></head>\
                    <h1>\xcc\xe5\xeb\xfc\xed\xe8\xf6\xe0</h1><p>text</p><img src=one.gif><img srcset='two.php 1x'><img src='/three'>\
                    <iframe src=/frame></iframe>",
                ),
            )
            .at("/b/style.php", typed("text/css", "@import '../c/more.css'; h1 { color: rgb(1, 2, 3) }"))
            .at("/c/more.css", typed("text/css", "p { text-align: right }"))
            .at("/b/one.gif", typed("image/gif", PIXEL))
            .at("/b/two.php", typed("image/gif", PIXEL))
            .at("/three", typed("image/gif", PIXEL))
            .at("/frame", Response::html("<script src=/talk.js></script>"))
            .at("/talk.js", typed("text/javascript", "parent.postMessage('a frame that talks', '*');"))
            .at("/look.js", typed("text/javascript", LOOK)),
    );
    let saved = save(case, &site, "/a/page.php");
    // Whoever checks integrity would refuse this script; so what the page says of it may not stay.
    saved.expect_done(case);
    // The site is gone: what still refers to it is not there.
    drop(site);
    let page = format!("file://{}", case.dir().join("saved/index.html").display());
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
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--virtual-time-budget=3000",
            &profile,
            "--dump-dom",
            &page.replace(' ', "%20"),
        ])
        .env("TMPDIR", folder.path())
        .run();
    let dom = ended.stdout_text();
    let seen = dom
        .split_once("data-seen=\"")
        .and_then(|(_, rest)| rest.split('"').next())
        .unwrap_or("nothing: the script did not run");
    case.expect_same(
        &ended,
        "what Chromium has of saved/index.html",
        "1 1 1; rgb(1, 2, 3); right; a frame that talks; UTF-8",
        seen,
    );
}
