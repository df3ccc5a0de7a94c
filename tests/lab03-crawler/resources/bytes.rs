//! What stands in the files: text as UTF-8, all else as it is, and nothing in part.

use std::fs;

use support::Case;
use support::http::{Act, Body, Point, Response, Site};

use crate::sheet::crawler;

use super::saved::{save, typed};

pub(super) fn the_page_is_utf_8_whatever_it_was(case: &mut Case) {
    let page = b"<!DOCTYPE html><html><head><title>\xcc\xe5\xeb\xfc\xed\xe8\xf6\xe0</title>\
        <meta http-equiv='Content-Type' content='text/html; charset=windows-1251'><meta charset=windows-1251></head><body>\xcc\xe5\xeb\xfc\xed\xe8\xf6\xe0</body></html>";
    let site = case.site(Site::new().at("/", typed("text/html; charset=windows-1251", page)));
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let text = saved.text(case, "index.html");
    case.expect(
        &saved.ended,
        text.matches("Мельница").count() == 2,
        "Мельница twice",
        &text,
    );
    saved.expect_nothing_of(case, "index.html", "1251");
    saved.expect_nothing_of(case, "index.html", "http-equiv");
    let declared = text
        .to_ascii_lowercase()
        .replace(['"', '\''], "")
        .split_once("charset=utf-8")
        .is_some_and(|(before, _)| before.contains("<head>") && !before.contains("<title"));
    case.expect(&saved.ended, declared, "`charset=utf-8` first in the head", &text);
}

pub(super) fn a_page_that_begins_with_text_says_first_that_it_is_utf_8(case: &mut Case) {
    let page = b"<!DOCTYPE html><!-- begins --><html>\n\xcc\xe5\xeb\xfc <title>x</title>";
    let site = case.site(Site::new().at("/", typed("text/html; charset=windows-1251", page)));
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let text = saved.text(case, "index.html");
    let declared = text.to_ascii_lowercase().find("<meta charset=");
    let begins = text.find("Мель");
    case.expect(
        &saved.ended,
        declared.is_some() && begins.is_some() && declared < begins,
        "<meta charset=\"utf-8\"> before the text",
        &text,
    );
}

pub(super) fn a_stylesheet_is_utf_8_too(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<link rel=stylesheet href=a.css>"))
            .at(
                "/a.css",
                typed(
                    "text/css; charset=koi8-r",
                    b"@charset \"koi8-r\"; p::before { content: '\xed\xc5\xcc\xd8' }",
                ),
            ),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    saved.expect_style(case, "files/a.css", "content: 'Мель'");
    saved.expect_nothing_of(case, "files/a.css", "koi8-r");
}

pub(super) fn other_files_are_stored_byte_for_byte(case: &mut Case) {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let script = b"let a = '\xed\xc5\xcc\xd8';\r\n";
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html("<img src=/a.bin><img src=/packed.bin><script src=/a.js></script>"),
            )
            .at("/a.bin", typed("image/x-raw", bytes.clone()))
            .at(
                "/packed.bin",
                Response::ok(Body::gzip(&bytes))
                    .header("Content-Type", "image/x-raw")
                    .header("Content-Encoding", "gzip"),
            )
            .at("/a.js", typed("text/javascript; charset=koi8-r", script)),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    for (name, expected) in [("a.bin", &bytes[..]), ("packed.bin", &bytes), ("a.js", script)] {
        let found = saved.bytes(case, &format!("files/{name}"));
        let what = format!("files/{name} as the site has it");
        case.expect(
            &saved.ended,
            found == expected,
            &what,
            format!("{} bytes", found.len()),
        );
    }
}

pub(super) fn no_file_is_there_in_part(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<img src=cut.gif><img src=long.gif>"))
            .at(
                "/cut.gif",
                Response::ok(vec![b'x'; 100_000]).at(Point::Body(50_000), Act::Close),
            )
            .at("/long.gif", Response::ok(vec![b'x'; 100_000])),
    );
    let ended = crawler(case, &["save", &site.url("/"), "saved", "--max-bytes", "99999"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "body is longer than 99999 bytes");
    let left = fs::read_dir(case.dir().join("saved/files")).map_or(0, Iterator::count);
    case.expect(
        &ended,
        left == 0,
        "nothing in saved/files",
        format!("{left} files"),
    );
}
