//! Stylesheets, frames, and what they need in turn.

use std::time::Duration;

use support::Case;
use support::http::{Act, Point, Response, Site};

use super::saved::{PIXEL, Saved, save, typed};

pub(super) fn a_stylesheet_refers_to_what_lies_beside_it(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<link rel=stylesheet href=/css/deep/main.css>"))
            .at("/css/deep/main.css", typed("text/css", "@charset \"utf-8\";\n@import \"../more.css\" screen;\n/* url(comment.gif) */ p::before { content: 'url(text.gif)'; background: url( ../p.gif ) }\n"))
            .at("/css/more.css", typed("text/css", "@import\"tight.css\"; @import url(last.css); b { background: url('p.gif') }"))
            .at("/css/tight.css", typed("text/css", ""))
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
            ("files/tight.css", site.url("/css/tight.css")),
            ("files/last.css", site.url("/css/last.css")),
            ("files/font.woff", site.url("/css/font.woff")),
        ],
    );
    let import = |name: &str, saved: &Saved, case: &mut Case, of: &str| {
        let text = saved.text(case, name).replace(['"', '\'', ' '], "");
        let holds = text.contains(&format!("@import{of}")) || text.contains(&format!("@importurl({of})"));
        case.expect(&saved.ended, holds, &format!("saved/{name} imports {of}"), text);
    };
    import("files/main.css", &saved, case, "more.css");
    import("files/more.css", &saved, case, "last.css");
    import("files/more.css", &saved, case, "tight.css");
    let glued = saved.text(case, "files/more.css").contains("@importurl");
    case.expect(&saved.ended, !glued, "@import is a word of its own", "@importurl");
    saved.expect_style(case, "files/main.css", "background: url(p.gif)");
    saved.expect_style(case, "files/main.css", "content: 'url(text.gif)'");
    saved.expect_style(case, "files/main.css", "/* url(comment.gif) */");
    saved.expect_style(
        case,
        "files/last.css",
        "url(font.woff#x) format('woff'), url(data:font/woff;base64,AA)",
    );
}

pub(super) fn stylesheets_that_import_each_other_end(case: &mut Case) {
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

pub(super) fn styles_in_the_page_are_rewritten_too(case: &mut Case) {
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

pub(super) fn a_frame_is_a_page_of_its_own(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html("<iframe src=/in/frame.php></iframe><img src=a.gif><embed src=/in/embed><object data=/in/object></object>"),
            )
            .at(
                "/in/frame.php",
                Response::html("<img src=a.gif><img src=/a.gif><a href=next>next</a><iframe src=/></iframe>"),
            )
            .at("/in/embed", Response::html("<img src=/in/embedded.gif>"))
            .at("/in/object", Response::html("<a href=next>next</a>"))
            .at("/in/embedded.gif", typed("image/gif", PIXEL))
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
            "files/embed.html",
            "files/object.html",
            "files/embedded.gif",
        ],
    );
    saved.expect_attribute(case, "index.html", "src", "files/frame.php.html");
    let frame = "files/frame.php.html";
    saved.expect_attribute(case, frame, "src", "a-2.gif");
    saved.expect_attribute(case, frame, "src", "a.gif");
    saved.expect_attribute(case, frame, "src", "../index.html");
    saved.expect_attribute(case, frame, "href", &site.url("/in/next"));
    saved.expect_attribute(case, "files/embed.html", "src", "embedded.gif");
    saved.expect_attribute(case, "files/object.html", "href", &site.url("/in/next"));
}

pub(super) fn frames_without_end_come_to_one(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html("<iframe src=/frame/1></iframe>"))
            .at("/deep.gif", typed("image/gif", PIXEL))
            .when("/frame/*", |request| {
                let number: u32 = request
                    .path()
                    .rsplit('/')
                    .next()
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(0);
                let picture = if number == 8 { "<img src=/deep.gif>" } else { "" };
                Response::html(format!("{picture}<iframe src=/frame/{}></iframe>", number + 1))
            }),
    );
    let saved = save(case, &site, "/");
    case.expect_status(&saved.ended, 1);
    case.expect_stderr_names(&saved.ended, "nested more than 8 deep");
    let names: Vec<String> = (1..=8).map(|number| format!("files/{number}.html")).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    // What is no document is not nested, however deep it lies.
    names.extend(["index.html", "files/deep.gif"]);
    saved.expect_files(case, &names);
    saved.expect_attribute(case, "files/8.html", "src", &site.url("/frame/9"));
}

pub(super) fn large_stylesheets_do_not_wait_for_each_other(case: &mut Case) {
    let large = |target: &str| typed("text/css", format!("/* {target} */{}", "p {}\n".repeat(400_000)));
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html("<link rel=stylesheet href=a.css><link rel=stylesheet href=b.css>"),
            )
            // The second one is there first.
            .at(
                "/a.css",
                large("/a.css").at(Point::Head, Act::Wait(Duration::from_millis(700))),
            )
            .at("/b.css", large("/b.css")),
    );
    let saved = save(case, &site, "/");
    saved.expect_done(case);
    saved.expect_files(case, &["index.html", "files/a.css", "files/b.css"]);
    let written = ["index.html", "files/a.css", "files/b.css"].map(|name| saved.written(name));
    case.expect(
        &saved.ended,
        written[0] >= written[1] && written[0] >= written[2],
        "index.html is written last",
        format!("index.html, a.css, b.css: {written:?}"),
    );
}
