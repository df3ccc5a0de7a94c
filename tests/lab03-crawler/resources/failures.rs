//! What cannot be had, and folders that will not do.

use std::fs;

use support::Case;
use support::http::{Act, Point, Response, Site};

use crate::sheet::crawler;

use super::saved::{PIXEL, save, typed};

pub(super) fn what_cannot_be_had_keeps_its_absolute_url(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(
                    "<img src=gone.gif><img src=cut.gif><img src=a.gif><img src=moved.gif><link rel=stylesheet href=none.css>",
                ),
            )
            .at(
                "/cut.gif",
                Response::ok(vec![b'x'; 1000]).at(Point::Body(10), Act::Close),
            )
            .at("/none.css", Response::status(500))
            .at("/moved.gif", Response::redirect(301, "/lost.gif"))
            .at("/a.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/");
    case.expect_status(&saved.ended, 1);
    let said = String::from_utf8_lossy(&saved.ended.stderr).into_owned();
    let expected = format!(
        "crawler: {}: 404 Not Found\ncrawler: {}: body ends after 10 of 1000 bytes\ncrawler: {}: 404 Not Found\ncrawler: {}: 500 Internal Server Error\n",
        site.url("/gone.gif"),
        site.url("/cut.gif"),
        site.url("/lost.gif"),
        site.url("/none.css")
    );
    case.expect_same(&saved.ended, "standard error", &expected, &said);
    saved.expect_files(case, &["index.html", "files/a.gif"]);
    saved.expect_attribute(case, "index.html", "src", &site.url("/gone.gif"));
    saved.expect_attribute(case, "index.html", "src", &site.url("/cut.gif"));
    saved.expect_attribute(case, "index.html", "src", &site.url("/moved.gif"));
    saved.expect_attribute(case, "index.html", "href", &site.url("/none.css"));
    saved.expect_attribute(case, "index.html", "src", "files/a.gif");
}

pub(super) fn a_page_that_cannot_be_had_leaves_nothing(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/cut",
                Response::html("<p>mill</p>").at(Point::Body(3), Act::Close),
            )
            .at("/picture", typed("image/gif", PIXEL)),
    );
    for (target, why) in [
        ("/gone", "404 Not Found"),
        ("/cut", "body ends after 3 of 11 bytes"),
        ("/picture", "is no HTML page"),
    ] {
        let saved = save(case, &site, target);
        case.expect_status(&saved.ended, 1);
        case.expect_stderr_names(&saved.ended, &format!("{}: {why}", site.url(target)));
        let there = case.dir().join("saved").exists();
        case.expect(&saved.ended, !there, "no folder saved/", "there is one");
    }
}

pub(super) fn a_folder_with_something_in_it_is_left_alone(case: &mut Case) {
    let site = case.site(Site::new().at("/", Response::html("<p>mill</p>")));
    case.file("saved/kept.txt", "kept");
    let saved = save(case, &site, "/");
    case.expect_status(&saved.ended, 1);
    case.expect_stderr_names(&saved.ended, "saved");
    saved.expect_files(case, &["kept.txt"]);
    let asked = site.log().targets().len();
    case.expect(&saved.ended, asked == 0, "no request", asked);
    case.file("file", "kept");
    let ended = crawler(case, &["save", &site.url("/"), "file"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "file");
}

pub(super) fn an_empty_folder_will_do(case: &mut Case) {
    let site = case.site(Site::new().at("/", Response::html("<p>mill</p>")));
    fs::create_dir(case.dir().join("saved")).expect("a folder");
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let ended = crawler(case, &["save", &site.url("/"), "two/levels"]);
    case.expect_status(&ended, 0);
    let there = case.dir().join("two/levels/index.html").is_file();
    case.expect(&ended, there, "a file two/levels/index.html", "there is none");
}

pub(super) fn the_folder_is_an_argument(case: &mut Case) {
    for args in [
        &["save", "http://127.0.0.1:1/"][..],
        &["save", "http://127.0.0.1:1/", "a", "b"],
        &["save", "--render", "http://127.0.0.1:1/", "a"],
        &["save", "ftp://127.0.0.1:1/", "a"],
    ] {
        let ended = crawler(case, args);
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
}
