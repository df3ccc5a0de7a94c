//! Names of files.

use support::Case;
use support::http::{Response, Site};

use super::saved::{PIXEL, save, typed};

pub(super) fn names_are_plain_whatever_the_url_is(case: &mut Case) {
    let long = "y".repeat(200);
    let table = [
        ("/a.b.c/d-e_f.gif?x=1", "d-e_f.gif"),
        ("/sp%20ace%2Fslash.gif", "sp_20ace_2Fslash.gif"),
        ("/%C3%BC.gif", "_C3_BC.gif"),
        ("/a:b@c!d.gif", "a_b_c_d.gif"),
        ("/.hidden.gif", "hidden.gif"),
        ("/...", "index.gif"),
        ("/folder/", "index-2.gif"),
        ("/s;jsessionid=1.gif?sid=2", "s_jsessionid_1.gif"),
        ("/eight.abcdefgh", "eight.abcdefgh"),
        ("/nine.abcdefghi", "nine.abcdefghi.gif"),
        (&format!("/{long}.gif"), &format!("{}.gif", "y".repeat(76))),
        (&format!("/2/{long}.gif"), &format!("{}-2.gif", "y".repeat(74))),
    ];
    let mut site = Site::new();
    let mut page = String::new();
    for (target, _) in &table {
        let path = target.split('?').next().unwrap_or(target);
        site = site.at(path, typed("image/gif", PIXEL));
        page.push_str(&format!("<img src=\"{target}\">\n"));
    }
    let site = case.site(site.at("/", Response::html(page)));
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let mut lines = vec![("index.html".to_owned(), site.url("/"))];
    for (target, name) in &table {
        lines.push((format!("files/{name}"), site.url(target)));
    }
    let lines: Vec<(&str, String)> = lines
        .iter()
        .map(|(name, url)| (name.as_str(), url.clone()))
        .collect();
    saved.expect_lines(case, &lines);
}

pub(super) fn names_that_clash_are_counted(case: &mut Case) {
    let mut site = Site::new();
    let mut page = String::new();
    for target in ["/1/a.gif", "/2/a.gif", "/a-2.gif", "/3/a.gif", "/a.gif?v=1"] {
        site = site.at(target, typed("image/gif", target));
        page.push_str(&format!("<img src=\"{target}\">\n"));
    }
    let site = case.site(
        site.at("/", Response::html(page))
            .at("/a.gif", typed("image/gif", "/a.gif?v=1")),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    for (name, content) in [
        ("a.gif", "/1/a.gif"),
        ("a-2.gif", "/2/a.gif"),
        ("a-2-2.gif", "/a-2.gif"),
        ("a-3.gif", "/3/a.gif"),
        ("a-4.gif", "/a.gif?v=1"),
    ] {
        let found = saved.text(case, &format!("files/{name}"));
        case.expect_same(&saved.ended, &format!("what files/{name} holds"), content, &found);
    }
}

pub(super) fn a_missing_extension_comes_from_the_type(case: &mut Case) {
    let table = [
        ("/picture", "image/png", "picture.png"),
        ("/photo", "image/jpeg; q=1", "photo.jpg"),
        ("/vector", "image/svg+xml", "vector.svg"),
        ("/program", "text/javascript", "program.js"),
        ("/kept.jpeg", "image/png", "kept.jpeg"),
        ("/unknown", "application/x-who-knows", "unknown"),
        ("/letters2", "font/woff2", "letters2.woff2"),
        ("/letters", "font/woff", "letters.woff"),
        ("/old-letters", "application/font-woff", "old-letters.woff"),
        ("/true-type", "font/ttf", "true-type.ttf"),
        ("/open-type", "font/otf", "open-type.otf"),
        ("/words", "text/plain; charset=utf-8", "words.txt"),
        ("/subtitles", "text/vtt", "subtitles.vtt"),
        ("/data", "application/json", "data.json"),
        ("/manifest", "application/manifest+json", "manifest.json"),
        ("/feed", "application/xml", "feed.xml"),
        ("/paper", "application/pdf", "paper.pdf"),
        ("/module", "application/wasm", "module.wasm"),
        ("/av1", "image/avif", "av1.avif"),
        ("/moving", "image/gif", "moving.gif"),
        ("/web", "image/webp", "web.webp"),
        ("/icon", "image/x-icon", "icon.ico"),
        ("/icon2", "image/vnd.microsoft.icon", "icon2.ico"),
        ("/song", "audio/mpeg", "song.mp3"),
        ("/sound", "audio/ogg", "sound.ogg"),
        ("/wave", "audio/wav", "wave.wav"),
        ("/film", "video/mp4", "film.mp4"),
        ("/clip", "video/webm", "clip.webm"),
        ("/old-clip", "video/ogg", "old-clip.ogv"),
        ("/old-program", "application/x-javascript", "old-program.js"),
        ("/style.php", "text/css", "style.php.css"),
        ("/STYLE.CSS", "text/css", "STYLE.CSS"),
        ("/old.htm", "text/html", "old.htm"),
        ("/strict.XHTML", "application/xhtml+xml", "strict.XHTML"),
        ("/page.php", "text/html", "page.php.html"),
    ];
    let mut site = Site::new();
    let mut page = String::new();
    for (target, kind, _) in &table {
        site = site.at(target, typed(kind, ""));
        page.push_str(&format!("<link rel=stylesheet href=\"{target}\">\n"));
    }
    let site = case.site(site.at("/", Response::html(page)));
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let names: Vec<String> = table.iter().map(|(_, _, name)| format!("files/{name}")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.push("index.html");
    saved.expect_files(case, &names);
}
