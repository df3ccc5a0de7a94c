//! Stage 4: a page with all it needs.
//!
//! A saved page may be written in many ways that mean the same; so these cases ask for attributes, and one asks a browser.

mod browser;
mod saved;

use std::fs;

use support::http::{Act, Point, Response, Site};
use support::{Case, Stage, stage};

use crate::sheet::crawler;
use browser::a_browser_without_a_network_misses_nothing;
use saved::{PIXEL, save, typed};

pub(crate) const STAGE: Stage = stage!("resources":
    a_page_is_saved_with_what_it_needs,
    references_lead_to_the_files,
    everything_that_a_page_can_need_is_fetched,
    what_a_page_only_links_to_is_not_fetched,
    links_become_absolute_and_keep_their_fragments,
    the_base_has_done_its_work_and_is_gone,
    each_url_is_asked_for_and_stored_once,
    a_stylesheet_refers_to_what_lies_beside_it,
    stylesheets_that_import_each_other_end,
    styles_in_the_page_are_rewritten_too,
    the_candidates_of_a_srcset_are_rewritten_one_by_one,
    a_frame_is_a_page_of_its_own,
    frames_without_end_come_to_one,
    names_are_plain_whatever_the_url_is,
    names_that_clash_are_counted,
    a_missing_extension_comes_from_the_type,
    the_page_is_utf_8_whatever_it_was,
    a_stylesheet_is_utf_8_too,
    other_files_are_stored_byte_for_byte,
    resources_may_lie_on_other_sites_and_behind_redirects,
    what_cannot_be_had_keeps_its_absolute_url,
    data_urls_stay_as_they_are,
    checks_that_a_file_cannot_pass_are_gone,
    no_file_is_there_in_part,
    a_page_that_cannot_be_had_leaves_nothing,
    a_folder_with_something_in_it_is_left_alone,
    an_empty_folder_will_do,
    the_folder_is_an_argument,
    a_browser_without_a_network_misses_nothing;
    seeded: drawn_pages_are_saved_whole
);

fn a_page_is_saved_with_what_it_needs(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/mill/",
                Response::html("<title>The mill</title><link rel=stylesheet href=/style.css><img src=wheel.gif><script src=turn.js></script><p>It turns.</p>"),
            )
            .at("/style.css", typed("text/css", "p { color: red }"))
            .at("/mill/wheel.gif", typed("image/gif", PIXEL))
            .at("/mill/turn.js", typed("text/javascript", "let turns = 0;\n")),
    );
    let saved = save(case, &site, "/mill/");
    saved.expect_done(case);
    saved.expect_lines(
        case,
        &[
            ("index.html", site.url("/mill/")),
            ("files/style.css", site.url("/style.css")),
            ("files/wheel.gif", site.url("/mill/wheel.gif")),
            ("files/turn.js", site.url("/mill/turn.js")),
        ],
    );
    saved.expect_files(
        case,
        &[
            "index.html",
            "files/style.css",
            "files/wheel.gif",
            "files/turn.js",
        ],
    );
    let picture = saved.bytes(case, "files/wheel.gif");
    case.expect(
        &saved.ended,
        picture == PIXEL,
        "the picture itself",
        picture.len(),
    );
}

fn references_lead_to_the_files(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/a/style.css", typed("text/css", ""))
            .at("/wheel.gif", typed("image/gif", PIXEL)),
    );
    // A reference may leave out the scheme alone.
    let host = site.url("").replacen("http:", "", 1);
    let page = format!(
        "<p>It turns.</p><link rel=stylesheet href=../style.css><img alt='A wheel' src='{host}/wheel.gif#part'>"
    );
    site.set("/a/b/page", Response::html(page));
    let saved = save(case, &site, "/a/b/page");
    saved.expect_done(case);
    saved.expect_attribute(case, "index.html", "href", "files/style.css");
    saved.expect_attribute(case, "index.html", "src", "files/wheel.gif#part");
    saved.expect_attribute(case, "index.html", "alt", "A wheel");
    let text = saved.text(case, "index.html");
    case.expect(
        &saved.ended,
        text.contains("<p>It turns."),
        "the text of the page",
        text,
    );
}

fn everything_that_a_page_can_need_is_fetched(case: &mut Case) {
    let page = "<link rel='shortcut icon' href=/icon><link rel=apple-touch-icon href=/touch><link rel=manifest href=/manifest>
        <style>@import '/import.css'; b { background: url(/style.gif) }</style>
        <body style='background: url(/inline.gif)'>
        <img src=/img srcset='/img2 2x, /img3 3x'><picture><source srcset=/webp></picture>
        <video src=/video poster=/poster><track src=/track></video><audio><source src=/sound></audio>
        <embed src=/embed><object data=/object></object><input type=image src=/button>
        <iframe src=/frame></iframe><script src=/script></script>";
    let mut site = Site::new()
        .at("/", Response::html(page))
        .at("/import.css", typed("text/css", "i { cursor: url(/cursor) }"))
        .at("/frame", Response::html("<p>in a frame</p>"));
    let plain = [
        "icon",
        "touch",
        "manifest",
        "style.gif",
        "inline.gif",
        "img",
        "img2",
        "img3",
        "webp",
        "video",
        "poster",
        "track",
        "sound",
        "embed",
        "object",
        "button",
        "script",
        "cursor",
    ];
    for name in plain {
        site = site.at(&format!("/{name}"), typed("application/octet-stream", name));
    }
    let site = case.site(site);
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let names: Vec<String> = plain.iter().map(|name| format!("files/{name}")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.extend(["index.html", "files/import.css", "files/frame.html"]);
    saved.expect_files(case, &names);
}

fn what_a_page_only_links_to_is_not_fetched(case: &mut Case) {
    let site = case.site(Site::new().at(
        "/",
        Response::html(
            "<a href=/next>next</a><map><area href=/area></map><link rel=next href=/next2><link rel=canonical href=/same>
            <meta http-equiv=refresh content='600; url=/later'><form action=/send><input name=a></form><link rel=preconnect href=/x>
            <!-- <img src=/old.gif> --><script>document.write('<img src=/made.gif>')</script><noscript>no</noscript>",
        ),
    ));
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let log = site.log();
    case.expect_same(
        &saved.ended,
        "what the site was asked for",
        "/",
        &log.targets().join("\n"),
    );
    saved.expect_files(case, &["index.html"]);
}

fn links_become_absolute_and_keep_their_fragments(case: &mut Case) {
    let site = case.site(Site::new().at(
        "/a/page",
        Response::html(
            "<a href=next#part>next</a><a href='#here'>here</a><a href='?q=1&amp;r=2'>query</a><map><area href=/area></map>
            <form action=send><button formaction=other>other</button></form><meta http-equiv=refresh content='600;url=later'>",
        ),
    ));
    let saved = save(case, &site, "/a/page");
    saved.expect_done(case);
    let url = |target: &str| site.url(target);
    for (attribute, value) in [
        ("href", url("/a/next#part")),
        ("href", "#here".to_owned()),
        ("href", url("/a/page?q=1&r=2")),
        ("href", url("/area")),
        ("action", url("/a/send")),
        ("formaction", url("/a/other")),
    ] {
        saved.expect_attribute(case, "index.html", attribute, &value);
    }
    let text = saved.text(case, "index.html");
    case.expect(
        &saved.ended,
        text.contains(&url("/a/later")),
        "an absolute URL to refresh to",
        text,
    );
}

fn the_base_has_done_its_work_and_is_gone(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/page",
                Response::html(
                    "<head><base href=/deep/er/ target=_top></head><img src=a.gif><a href=next>next</a>",
                ),
            )
            .at("/deep/er/a.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/page");
    saved.expect_done(case);
    saved.expect_attribute(case, "index.html", "src", "files/a.gif");
    saved.expect_attribute(case, "index.html", "href", &site.url("/deep/er/next"));
    saved.expect_nothing_of(case, "index.html", "<base");
}

fn each_url_is_asked_for_and_stored_once(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<img src=a.gif><img src=/a.gif#1><img src='./a.gif#2'><link rel=stylesheet href=s.css><p style='background:url(a.gif)'>"))
            .at("/s.css", typed("text/css", "p { background: url(a.gif) } q { background: url(s.css) }"))
            .at("/a.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let log = site.log();
    let mut targets = log.targets();
    targets.sort_unstable();
    case.expect_same(
        &saved.ended,
        "what the site was asked for",
        "/\n/a.gif\n/s.css",
        &targets.join("\n"),
    );
    saved.expect_files(case, &["index.html", "files/a.gif", "files/s.css"]);
    saved.expect_attribute(case, "index.html", "src", "files/a.gif#2");
}

fn a_stylesheet_refers_to_what_lies_beside_it(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<link rel=stylesheet href=/css/deep/main.css>"))
            .at("/css/deep/main.css", typed("text/css", "@charset \"utf-8\";\n@import \"../more.css\" screen;\n/* url(comment.gif) */ p::before { content: 'url(text.gif)'; background: url( ../p.gif ) }\n"))
            .at("/css/more.css", typed("text/css", "@import url(last.css); b { background: url('p.gif') }"))
            .at("/css/last.css", typed("text/css", "i { src: url(font.woff#x) format('woff'), url(data:font/woff;base64,AA) }"))
            .at("/css/p.gif", typed("image/gif", PIXEL))
            .at("/css/font.woff", typed("font/woff", "font")),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    saved.expect_lines(
        case,
        &[
            ("index.html", site.url("/")),
            ("files/main.css", site.url("/css/deep/main.css")),
            ("files/more.css", site.url("/css/more.css")),
            ("files/p.gif", site.url("/css/p.gif")),
            ("files/last.css", site.url("/css/last.css")),
            ("files/font.woff", site.url("/css/font.woff")),
        ],
    );
    let import = |name: &str, saved: &saved::Saved, case: &mut Case, of: &str| {
        let text = saved.text(case, name).replace(['"', '\'', ' '], "");
        let holds = text.contains(&format!("@import{of}")) || text.contains(&format!("@importurl({of})"));
        case.expect(&saved.ended, holds, &format!("saved/{name} imports {of}"), text);
    };
    import("files/main.css", &saved, case, "more.css");
    import("files/more.css", &saved, case, "last.css");
    saved.expect_style(case, "files/main.css", "background: url(p.gif)");
    saved.expect_style(case, "files/main.css", "content: 'url(text.gif)'");
    saved.expect_style(case, "files/main.css", "/* url(comment.gif) */");
    saved.expect_style(
        case,
        "files/last.css",
        "url(font.woff#x) format('woff'), url(data:font/woff;base64,AA)",
    );
}

fn stylesheets_that_import_each_other_end(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<link rel=stylesheet href=a.css>"))
            .at("/a.css", typed("text/css", "@import 'b.css'; @import 'a.css';"))
            .at("/b.css", typed("text/css", "@import 'a.css';")),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    saved.expect_files(case, &["index.html", "files/a.css", "files/b.css"]);
}

fn styles_in_the_page_are_rewritten_too(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<style>p > q { background: url(a.gif); content: '<\\'' }</style><p style='background: url(\"b.gif\"); color: red'>&lt;p&gt;"))
            .at("/a.gif", typed("image/gif", PIXEL))
            .at("/b.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    saved.expect_style(
        case,
        "index.html",
        "p > q { background: url(files/a.gif); content: '<\\'' }",
    );
    saved.expect_style(case, "index.html", "background: url(files/b.gif); color: red");
}

fn the_candidates_of_a_srcset_are_rewritten_one_by_one(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html("<img src=a.gif srcset='a.gif 1x,b,c.gif 2x, /gone.gif 3x'>"),
            )
            .at("/a.gif", typed("image/gif", PIXEL))
            .at("/b,c.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/");
    case.expect_status(&saved.ended, 1);
    let text = saved.text(case, "index.html");
    let value = text
        .split_once("srcset=")
        .map_or("", |(_, rest)| rest.split(['>']).next().unwrap_or_default())
        .trim_matches(['"', '\'']);
    let expected = format!("files/a.gif 1x\nfiles/b_c.gif 2x\n{} 3x", site.url("/gone.gif"));
    let found: Vec<&str> = value
        .split(", ")
        .flat_map(|part| part.split("x,"))
        .map(str::trim)
        .collect();
    let found: Vec<String> = found
        .iter()
        .map(|part| match part.ends_with('x') {
            true => (*part).to_owned(),
            false => format!("{part}x"),
        })
        .collect();
    case.expect_same(&saved.ended, "the candidates", &expected, &found.join("\n"));
}

fn a_frame_is_a_page_of_its_own(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html("<iframe src=/in/frame.php></iframe><img src=a.gif>"),
            )
            .at(
                "/in/frame.php",
                Response::html("<img src=a.gif><img src=/a.gif><a href=next>next</a><iframe src=/></iframe>"),
            )
            .at("/in/a.gif", typed("image/gif", PIXEL))
            .at("/a.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    saved.expect_files(
        case,
        &[
            "index.html",
            "files/frame.php.html",
            "files/a.gif",
            "files/a-2.gif",
        ],
    );
    saved.expect_attribute(case, "index.html", "src", "files/frame.php.html");
    let frame = "files/frame.php.html";
    saved.expect_attribute(case, frame, "src", "a-2.gif");
    saved.expect_attribute(case, frame, "src", "a.gif");
    saved.expect_attribute(case, frame, "src", "../index.html");
    saved.expect_attribute(case, frame, "href", &site.url("/in/next"));
}

fn frames_without_end_come_to_one(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<iframe src=/frame/1></iframe>"))
            .when("/frame/*", |request| {
                let number: u32 = request
                    .path()
                    .rsplit('/')
                    .next()
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(0);
                Response::html(format!("<iframe src=/frame/{}></iframe>", number + 1))
            }),
    );
    let saved = save(case, &site, "/");
    case.expect_status(&saved.ended, 1);
    case.expect_stderr_names(&saved.ended, "nested more than 8 deep");
    let names: Vec<String> = (1..=8).map(|number| format!("files/{number}.html")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.push("index.html");
    saved.expect_files(case, &names);
    saved.expect_attribute(case, "files/8.html", "src", &site.url("/frame/9"));
}

fn names_are_plain_whatever_the_url_is(case: &mut Case) {
    let long = "y".repeat(200);
    let table = [
        ("/a.b.c/d-e_f.gif?x=1", "d-e_f.gif"),
        ("/sp%20ace%2Fslash.gif", "sp_20ace_2Fslash.gif"),
        ("/%C3%BC.gif", "_C3_BC.gif"),
        ("/a:b@c!d.gif", "a_b_c_d.gif"),
        ("/.hidden.gif", "hidden.gif"),
        ("/...", "index.gif"),
        ("/folder/", "index-2.gif"),
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

fn names_that_clash_are_counted(case: &mut Case) {
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

fn a_missing_extension_comes_from_the_type(case: &mut Case) {
    let table = [
        ("/picture", "image/png", "picture.png"),
        ("/photo", "image/jpeg; q=1", "photo.jpg"),
        ("/vector", "image/svg+xml", "vector.svg"),
        ("/program", "text/javascript", "program.js"),
        ("/kept.jpeg", "image/png", "kept.jpeg"),
        ("/unknown", "application/x-who-knows", "unknown"),
        ("/letters", "font/woff2", "letters.woff2"),
        ("/style.php", "text/css", "style.php.css"),
        ("/STYLE.CSS", "text/css", "STYLE.CSS"),
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

fn the_page_is_utf_8_whatever_it_was(case: &mut Case) {
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

fn a_stylesheet_is_utf_8_too(case: &mut Case) {
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

fn other_files_are_stored_byte_for_byte(case: &mut Case) {
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
                Response::ok(support::http::Body::gzip(&bytes))
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

fn resources_may_lie_on_other_sites_and_behind_redirects(case: &mut Case) {
    let other = case.site(
        Site::new()
            .named("other")
            .on("127.0.0.2")
            .at("/a.gif", typed("image/gif", "other")),
    );
    let site = case.site(
        Site::new()
            .at("/old", Response::redirect(302, "/new/"))
            .at(
                "/new/",
                Response::html(format!("<img src='{}'><img src=moved.gif>", other.url("/a.gif"))),
            )
            .at("/new/moved.gif", Response::redirect(301, "/there/b.gif"))
            .at("/there/b.gif", typed("image/gif", "there")),
    );
    let saved = save(case, &site, "/old");
    saved.expect_done(case);
    saved.expect_lines(
        case,
        &[
            ("index.html", site.url("/old")),
            ("files/a.gif", other.url("/a.gif")),
            ("files/moved.gif", site.url("/new/moved.gif")),
        ],
    );
    saved.expect_attribute(case, "index.html", "src", "files/moved.gif");
}

fn what_cannot_be_had_keeps_its_absolute_url(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(
                    "<img src=gone.gif><img src=cut.gif><img src=a.gif><link rel=stylesheet href=none.css>",
                ),
            )
            .at(
                "/cut.gif",
                Response::ok(vec![b'x'; 1000]).at(Point::Body(10), Act::Close),
            )
            .at("/none.css", Response::status(500))
            .at("/a.gif", typed("image/gif", PIXEL)),
    );
    let saved = save(case, &site, "/");
    case.expect_status(&saved.ended, 1);
    let said = String::from_utf8_lossy(&saved.ended.stderr).into_owned();
    let expected = format!(
        "crawler: {}: 404 Not Found\ncrawler: {}: body ends after 10 of 1000 bytes\ncrawler: {}: 500 Internal Server Error\n",
        site.url("/gone.gif"),
        site.url("/cut.gif"),
        site.url("/none.css")
    );
    case.expect_same(&saved.ended, "standard error", &expected, &said);
    saved.expect_files(case, &["index.html", "files/a.gif"]);
    saved.expect_attribute(case, "index.html", "src", &site.url("/gone.gif"));
    saved.expect_attribute(case, "index.html", "src", &site.url("/cut.gif"));
    saved.expect_attribute(case, "index.html", "href", &site.url("/none.css"));
    saved.expect_attribute(case, "index.html", "src", "files/a.gif");
}

fn data_urls_stay_as_they_are(case: &mut Case) {
    let data = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
    let page =
        format!("<img src=\"{data}\"><a href=\"mailto:miller@mill.example\">write</a><img src=\"http://[\">");
    let site = case.site(Site::new().at("/", Response::html(page)));
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    saved.expect_files(case, &["index.html"]);
    saved.expect_attribute(case, "index.html", "src", data);
    saved.expect_attribute(case, "index.html", "href", "mailto:miller@mill.example");
    saved.expect_attribute(case, "index.html", "src", "http://[");
}

fn checks_that_a_file_cannot_pass_are_gone(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(
                    "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">
                    <script src=a.js integrity=sha384-x crossorigin=anonymous></script>",
                ),
            )
            .at("/a.js", typed("text/javascript", "")),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    for part in ["integrity", "crossorigin", "content-security-policy"] {
        saved.expect_nothing_of(case, "index.html", part);
    }
    saved.expect_attribute(case, "index.html", "src", "files/a.js");
}

fn no_file_is_there_in_part(case: &mut Case) {
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

fn a_page_that_cannot_be_had_leaves_nothing(case: &mut Case) {
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

fn a_folder_with_something_in_it_is_left_alone(case: &mut Case) {
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

fn an_empty_folder_will_do(case: &mut Case) {
    let site = case.site(Site::new().at("/", Response::html("<p>mill</p>")));
    fs::create_dir(case.dir().join("saved")).expect("a folder");
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let ended = crawler(case, &["save", &site.url("/"), "two/levels"]);
    case.expect_status(&ended, 0);
    let there = case.dir().join("two/levels/index.html").is_file();
    case.expect(&ended, there, "a file two/levels/index.html", "there is none");
}

fn the_folder_is_an_argument(case: &mut Case) {
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

/// A tree of frames with stylesheets and pictures, drawn anew for each seed; which file each reference has to lead to follows from how it was drawn.
fn drawn_pages_are_saved_whole(case: &mut Case) {
    let mut rng = case.rng(0);
    let words = ["mill", "wheel", "river", "stone", "flour"];
    let pictures: Vec<String> = (0..rng.usize(3..8))
        .map(|n| format!("/{}/{}{n}.gif", words[rng.usize(..5)], words[rng.usize(..5)]))
        .collect();
    let mut site = Site::new();
    for picture in &pictures {
        site = site.at(picture, typed("image/gif", picture.as_bytes()));
    }
    let pick = |rng: &mut support::Rng| pictures[rng.usize(..pictures.len())].clone();
    let (in_page, in_style, in_frame) = (pick(&mut rng), pick(&mut rng), pick(&mut rng));
    let salt = rng.u32(..);
    let site = case.site(
        site.at(
            "/",
            Response::html(format!(
                "<link rel=stylesheet href=/s{salt}.css><img src=\"{in_page}\"><iframe src=/f{salt}></iframe>"
            )),
        )
        .at(
            &format!("/s{salt}.css"),
            typed("text/css", format!("p {{ background: url({in_style}) }}")),
        )
        .at(
            &format!("/f{salt}"),
            Response::html(format!("<img src=\"{in_frame}\">")),
        ),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    let name = |target: &str| target.rsplit('/').next().unwrap_or_default().to_owned();
    saved.expect_attribute(case, "index.html", "src", &format!("files/{}", name(&in_page)));
    saved.expect_attribute(case, "index.html", "src", &format!("files/f{salt}.html"));
    saved.expect_style(
        case,
        &format!("files/s{salt}.css"),
        &format!("url({})", name(&in_style)),
    );
    saved.expect_attribute(case, &format!("files/f{salt}.html"), "src", &name(&in_frame));
    for target in [&in_page, &in_style, &in_frame] {
        let found = saved.text(case, &format!("files/{}", name(target)));
        case.expect_same(
            &saved.ended,
            &format!("what {} holds", name(target)),
            target,
            &found,
        );
    }
}
