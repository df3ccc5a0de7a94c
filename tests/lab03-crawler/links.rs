//! Stage 2: what a page points to.

use support::http::{Page, Response, Site};
use support::{Case, Ended, Exchange, Nginx, Rng, Stage, stage};

use crate::sheet::{Sheet, crawler};

pub(crate) const STAGE: Stage = stage!("links":
    links_are_absolute_and_printed_once_in_the_order_of_first_appearance,
    references_are_resolved_as_a_browser_does,
    hosts_and_ports_have_one_spelling,
    what_is_no_http_url_is_left_out,
    the_first_base_with_an_href_is_the_base,
    the_base_is_relative_to_the_url_that_answered_last,
    every_element_that_points_somewhere_counts,
    json_says_what_each_link_is_for,
    a_link_element_is_what_its_rel_says,
    what_is_no_markup_is_no_link,
    markup_may_be_written_carelessly,
    entities_in_attributes_are_undone_as_html_does,
    every_candidate_of_a_srcset_counts,
    stylesheets_in_a_page_are_read,
    a_stylesheet_has_links_of_its_own,
    a_refresh_is_read_in_all_its_spellings,
    session_ids_are_taken_out,
    a_page_is_decoded_before_it_is_read,
    an_answer_that_is_no_document_has_no_links,
    a_page_that_is_not_there_has_no_links_and_is_named,
    both_engines_agree_on_a_plain_page,
    the_regular_expression_believes_what_it_sees,
    an_engine_that_nobody_built_is_wrong_usage,
    a_listing_of_nginx_is_read;
    seeded: drawn_pages_have_the_links_that_the_reference_finds
);

/// Serves `page` at `/a/b/page?x=1` and prints its links.
fn links(case: &mut Case, args: &[&str], response: Response) -> Ended {
    let site = case.site(Site::new().at("/a/b/page", response));
    let url = site.url("/a/b/page?x=1");
    let args: Vec<&str> = ["links"].iter().chain(args).copied().chain([&*url]).collect();
    crawler(case, &args)
}

/// Compares the links of an HTML page with the snapshot.
fn check(case: &mut Case, args: &[&str], page: &str) {
    let ended = links(case, args, Response::html(page));
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

/// Makes a page with an `a` element for each reference, which it quotes.
fn anchors(references: &[&str]) -> String {
    let anchor = |reference: &&str| format!("<a href=\"{reference}\">x</a>\n");
    references.iter().map(anchor).collect()
}

fn links_are_absolute_and_printed_once_in_the_order_of_first_appearance(case: &mut Case) {
    check(
        case,
        &[],
        "<!doctype html><title>Plain</title><h1>Plain</h1>
        <a href='/z'>z</a> <img src=\"m.png\"> <a href=/a>a</a>
        <p><a href='/z#part'>z again</a> <a href='./m.png'>the picture</a> <a href='/Z'>another</a>
        <a href='/z?'>and another</a> <a href='/a'>a again</a> <a href='/z/'>and another</a>",
    );
}

fn references_are_resolved_as_a_browser_does(case: &mut Case) {
    check(
        case,
        &[],
        &anchors(&[
            "", "?", "?q=2", "#part", "?q=3#part", "plain", "./dot", "../up", "../../top", "../../../../beyond", "/root",
            "//other.example/there", "//other.example", "http:scheme-only", "dir/", "dir/.", "dir/sub/..", "a//b", "a/./b/../c",
            "with space", "größe", "?q=größe", "%7Etilde", "~tilde", "%2Fslash", "%zz", "a%20b", "back\\slash", "\\root",
            "semi;colon=1", "co:lon", "./co:lon", "  around  ", "new\nline", "tab\there", "plus+plus", "quote'quote", "brackets[]",
            "pipe|", "star*", "at@at", "%e4%ff", "/..%2f", "/%2e%2e/x", "/a/%2E/y",
        ]),
    );
}

fn hosts_and_ports_have_one_spelling(case: &mut Case) {
    check(
        case,
        &[],
        &anchors(&[
            "http://example.com",
            "HTTP://EXAMPLE.com:80/",
            "http://example.com:/",
            "http://example.com:8080/",
            "https://example.com:443/a",
            "https://example.com:80/a",
            "HttpS://example.com/A",
            "http://bücher.example/",
            "http://BÜCHER.example/",
            "http://xn--bcher-kva.example/",
            "http://例え.テスト/",
            "http://straße.example/",
            "http://exa%6Dple.com/b",
            "http://example.com./",
            "http://0x7f.1/",
            "http://127.1/",
            "http://[0:0::1]:80/",
            "http://user@example.com/",
        ]),
    );
}

fn what_is_no_http_url_is_left_out(case: &mut Case) {
    check(
        case,
        &[],
        &anchors(&[
            "mailto:me@example.com",
            "javascript:void(0)",
            "JavaScript:alert('http://example.com/')",
            "data:text/html,<p>x",
            "ftp://example.com/file",
            "file:///etc/passwd",
            "tel:+4912345",
            "about:blank",
            "blob:http://example.com/1",
            "http://",
            "http://a b/",
            "http://[::1/",
            "http://example.com:99999/",
            "http://example.com:port/",
            "http://exa<mple/",
            "last",
        ]),
    );
}

fn the_first_base_with_an_href_is_the_base(case: &mut Case) {
    let mut sheet = Sheet::default();
    let pages = [
        ("another folder", "<base href='/other/'><a href=x>"),
        ("relative", "<base href='../c/d'><a href=x><a href='?q'>"),
        ("another host", "<base href='//other.example/dir/file?y'><a href=x><a href='?q'><a href=/r>"),
        ("two", "<base target=_blank><base href='/first/'><base href='/second/'><a href=x>"),
        ("behind a link", "<a href=before><base href='/late/'><a href=behind>"),
        ("with a fragment", "<base href='/dir/file#part'><a href='#there'><a href=''>"),
        ("in a comment", "<!-- <base href='/no/'> --><a href=x>"),
        ("for pictures and styles", "<base href='/p/'><img src=i><style>p { background: url(c) }</style>"),
    ];
    let site = pages.iter().enumerate().fold(Site::new(), |site, (at, (_, page))| {
        site.at(&format!("/a/b/{at}"), Response::html(*page))
    });
    let site = case.site(site);
    for (at, (title, _)) in pages.iter().enumerate() {
        sheet.run(case, title, &["links", &site.url(&format!("/a/b/{at}?x=1"))]);
    }
    sheet.compare(case);
}

fn the_base_is_relative_to_the_url_that_answered_last(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/old/page", Response::redirect(301, "/new/place/"))
            .at("/old/based", Response::redirect(302, "/new/based/"))
            .at("/new/place/", Response::html("<a href=x><a href=../y>"))
            .at("/new/based/", Response::html("<base href=sub/><a href=x>")),
    );
    let mut sheet = Sheet::default();
    for target in ["/old/page", "/old/based"] {
        sheet.run(case, target, &["links", &site.url(target)]);
    }
    sheet.compare(case);
}

/// A page with every element that can point somewhere, one a line.
const ELEMENTS: &str = "<!doctype html><html><head>
    <link href=link-without-rel>
    <link href=sheet.css rel=stylesheet>
    <link href=icon.png rel=icon>
    <style>body { background: url(style-element.png) } @import 'imported.css';</style>
    <script src=script.js></script>
    <meta content='9; url=refreshed' http-equiv=refresh>
    </head><body>
    <a href=a>a</a>
    <map><area href=area></map>
    <img src=img.png>
    <img srcset='small.png 1x, large.png 2x'>
    <picture><source srcset='wide.webp 800w'><img src=img2.png></picture>
    <iframe src=iframe.html></iframe>
    <video poster=poster.jpg src=video.mp4><source src=video.webm><track src=subtitles.vtt></video>
    <audio src=audio.ogg></audio>
    <embed src=embed.svg>
    <object data=object.pdf></object>
    <input src=button.png type=image>
    <p style='background: url(style-attribute.png)'>
    <a>no href</a> <img> <script></script> <object></object>
    </body></html>";

fn every_element_that_points_somewhere_counts(case: &mut Case) {
    check(case, &[], ELEMENTS);
    let frames = "<html><frameset cols='1,1'><frame src=left.html><frame src=right.html></frameset></html>";
    let site = case.site(Site::new().named("frames").at("/", Response::html(frames)));
    let ended = crawler(case, &["links", "--json", &site.url("/")]);
    case.snapshot(&ended);
}

fn json_says_what_each_link_is_for(case: &mut Case) {
    check(case, &["--json"], ELEMENTS);
}

fn a_link_element_is_what_its_rel_says(case: &mut Case) {
    check(
        case,
        &["--json"],
        "<link href=a rel=stylesheet><link href=b rel='Alternate StyleSheet'><link href=c rel='shortcut icon'>
        <link href=d rel=apple-touch-icon><link href=e rel=alternate><link href=f rel=next><link href=g rel=canonical>
        <link href=//h.example rel=dns-prefetch><link href=//i.example rel='Preconnect'><link href=j rel=preload>
        <link href=k rel=manifest><link rel=stylesheet><link href=l rel=''>
        <a href=m rel=nofollow>m</a><a href=b>first it was a stylesheet</a>",
    );
}

fn what_is_no_markup_is_no_link(case: &mut Case) {
    check(
        case,
        &[],
        "<title><a href=/in-a-title></title>
        <!-- <a href=/in-a-comment> --><!--><a href=/behind-an-empty-comment>--><!-- > <img src=/also-in-a-comment> -->
        <script>var x = \"<a href='/in-a-script'>\"; // <img src=/in-a-script></script>
        <script type=text/template><a href=/in-a-script-template></a></script>
        <style>/* <a href=/in-a-stylesheet> */</style>
        <textarea><a href=/in-a-text-field></textarea>
        <form action=/form method=get><input src=/no-image type=text><button formaction=/button>go</button></form>
        <a data-href=/data xhref=/x title='href=/in-a-title-attribute'>text href=/in-the-text</a>
        <p cite=/cite>&lt;a href=/escaped&gt;</p><blockquote cite=/quote></blockquote>
        <div href=/div src=/div></div>
        <a href=/only>only</a>",
    );
}

fn markup_may_be_written_carelessly(case: &mut Case) {
    check(
        case,
        &[],
        "<A HREF=/upper>x</A><a\nhref\n=\n'/lines'>x<a href = \"/spaces\" >x<a/href=/slash>x
        <a href=/unquoted/>x</a><a href='/it\"s'>x</a><a href=\"/it's\">x</a><a class=a>b<a href=/first href=/second>x
        <a title='>' href=/behind-an-angle>x</a><b><i><a href=/crossed></b>x</i></a></p></div>
        <table><a href=/in-a-table>x</a><tr><td><a href=/in-a-cell></table>
        <img src=/no-end alt=x <a href=/swallowed>\n<a href=/last",
    );
}

fn entities_in_attributes_are_undone_as_html_does(case: &mut Case) {
    check(
        case,
        &[],
        &anchors(&[
            "/?a=1&amp;b=2",
            "/?a=1&b=2",
            "/?a=1&#38;b=3",
            "/?a=1&#x26;b=4",
            "/?a=1&copy=2",
            "/?a=1&copy;=2",
            "/?a=1&amp;amp;b=5",
            "/&lt;x&gt;",
            "/caf&eacute;",
            "/&quot;quoted&quot;",
            "&#47;slash",
            "h&#116;tp://other.example/",
            "/?x=&notit;",
        ]),
    );
}

fn every_candidate_of_a_srcset_counts(case: &mut Case) {
    check(
        case,
        &[],
        "<img srcset='one.png'>
        <img srcset='two.png 1x,three.png 2x'>
        <img srcset='\n  four.png 100w,\n  five.png 200w,\n'>
        <img srcset='a,b.png 1x, c,d.png 2x'>
        <img srcset='six.png, seven.png'>
        <img srcset='eight.png,,, nine.png,'>
        <img srcset='/w_1,h_2/ten.png 1x, /eleven.png?a=1,2 2x'>
        <img srcset='data:image/png;base64,iVBORw0KGgo= 1x, twelve.png 2x'>
        <img srcset='thirteen.png (a, b) 1x, fourteen.png 2x'>
        <img srcset='fifteen.png 100w 50h, //other.example/sixteen.png 2x'>
        <img srcset=''><img srcset=' , '>
        <source srcset='seventeen.png 1.5x'><img alt=last src=eighteen.png>",
    );
}

/// A stylesheet with all the ways in which one can name something, and some that only look so.
const STYLESHEET: &str = r#"@charset "utf-8";
@import url(import-1.css);
@import "import-2.css" screen;
@IMPORT URL('import-3.css') layer(base);
/* url(comment.png) @import "comment.css"; */
a { background: url(plain.png), url("double.png") no-repeat, url('single.png'); }
b { background: URL(  spaces.png  ); background-image: url(
    "lines.png"
  ); }
c::before { content: "url(string.png)"; content: 'it\'s url(quoted.png)'; }
d { background: url(par\)en.png) url("par)en2.png") url(esc\61 ped.png) url("quo\"te.png"); }
e { src: url(font.woff2?v=1#iefix) format("woff2"), url(//other.example/font.woff); }
f { background: url(data:image/png;base64,AAAA) url(); }
g { background: xurl(other-function.png); background: image-set("not-by-url.png" 1x); }
h { background: url(/*not-a-comment.png*/); }
i { background: url(bad url.png) } j { background: url(after-bad.png) }
k { behaviour: "unfinished
} l { background: url(after-unfinished.png) }
m { background: url("last.png"
"#;

fn stylesheets_in_a_page_are_read(case: &mut Case) {
    let page = format!(
        "<style>{STYLESHEET}</style><p style=\"background: url('attribute.png')\">
        <p style='background: url(&quot;entity.png&quot;)'><p style='color: red'>
        <style media=print>@import 'print.css';</style>"
    );
    check(case, &[], &page);
}

fn a_stylesheet_has_links_of_its_own(case: &mut Case) {
    let response = |kind: &str| Response::ok(STYLESHEET).header("Content-Type", kind);
    let ended = links(case, &["--json"], response("text/css"));
    case.snapshot(&ended);
}

fn a_refresh_is_read_in_all_its_spellings(case: &mut Case) {
    let ways = [
        "0; url=/1", "5;URL=/2", "5,url=/3", "5 url=/4", " 7 ; Url = '/5'", "0;url=\"/6\"", "0;url='/7' rest", "0; /8", "0.5; url=/9",
        "0;url=/10;11", "30", "url=/no-number", "x; url=/no-number", "5; url=", "0;uri=12", "0; url=http://other.example/13",
    ];
    let page: String = ways
        .iter()
        .map(|content| format!("<META content='{}' http-equiv=Refresh>\n", content.replace('\'', "&#39;")))
        .chain(["<meta content='0; url=/no-refresh' name=refresh>".to_owned()])
        .collect();
    check(case, &[], &page);
}

fn session_ids_are_taken_out(case: &mut Case) {
    check(
        case,
        &[],
        &anchors(&[
            "/1;jsessionid=A0",
            "/2;jsessionid=A0?x=1",
            "/3;JSESSIONID=A0.node1/next",
            "/4?PHPSESSID=abc",
            "/5?x=1&amp;phpsessid=abc",
            "/6?phpsessid=abc&amp;x=1",
            "/7?sid=1&amp;x=2&amp;session_id=3&amp;y=4&amp;SessionID=5",
            "/8?ASPSESSIONIDQQ=abc&amp;jsessionid=def",
            "/9?side=1&amp;mysid=2&amp;sid",
            "/10?",
            "/11?sid=1#part",
            "/12;v=1;jsessionid=B?sid=2",
            "/13?x=sid=1",
            "/4?PHPSESSID=def",
        ]),
    );
}

fn a_page_is_decoded_before_it_is_read(case: &mut Case) {
    let mut page = b"<meta charset=windows-1251><a href='/".to_vec();
    page.extend(b"\xcf\xf0\xe8\xe2\xe5\xf2'>x</a>");
    let ended = links(case, &[], Response::ok(page).header("Content-Type", "text/html"));
    case.snapshot(&ended);
    let utf16: Vec<u8> = "\u{feff}<a href='/größe'>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let site = case.site(
        Site::new()
            .named("utf16")
            .at("/", Response::ok(utf16).header("Content-Type", "text/html")),
    );
    let ended = crawler(case, &["links", &site.url("/")]);
    case.snapshot(&ended);
}

fn an_answer_that_is_no_document_has_no_links(case: &mut Case) {
    let page = "<a href=/x>x</a>";
    let site = case.site(
        Site::new()
            .at("/text", Response::ok(page).header("Content-Type", "text/plain"))
            .at("/image", Response::ok(page).header("Content-Type", "image/png"))
            .at("/script", Response::ok(page).header("Content-Type", "text/javascript"))
            .at("/untyped", Response::ok(page))
            .at("/xhtml", Response::ok(page).header("Content-Type", "application/xhtml+xml")),
    );
    let mut sheet = Sheet::default();
    for target in ["/text", "/image", "/script", "/untyped", "/xhtml"] {
        sheet.run(case, target, &["links", &site.url(target)]);
    }
    sheet.compare(case);
}

fn a_page_that_is_not_there_has_no_links_and_is_named(case: &mut Case) {
    let missing = Response::new(404, "<a href=/home>home</a>").header("Content-Type", "text/html");
    let site = case.site(
        Site::new()
            .at("/old", Response::redirect(301, "/missing"))
            .at("/missing", missing),
    );
    let ended = crawler(case, &["links", &site.url("/old")]);
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, &format!("{}: 404 Not Found", site.url("/missing")));
}

/// A page on which a regular expression does no harm.
const PLAIN: &str = "<!doctype html><html><head><title>Plain</title>
    <link href=\"style.css\" rel=\"stylesheet\"><script src='script.js'></script></head>
    <body><a href=\"one\">1</a> <a class=x href='two?a=1&amp;b=2'>2</a> <A HREF=three>3</A> <a href = \"/four#part\">4</a>
    <img alt='' src=\"five.png\"> <a href=\"//other.example/six\">6</a> <a href='one'>1</a> <a href=''>7</a>
    <a href=\"mailto:me@example.com\">me</a> <a href=\"/8;jsessionid=1\">8</a></body></html>";

fn both_engines_agree_on_a_plain_page(case: &mut Case) {
    let based = PLAIN.replace("<title>", "<base href=\"/based/\"><title>");
    let site = case.site(
        Site::new()
            .at("/a/plain", Response::html(PLAIN))
            .at("/a/based", Response::html(based)),
    );
    for target in ["/a/plain", "/a/based"] {
        let html = crawler(case, &["links", "--engine", "html", &site.url(target)]);
        case.snapshot(&html);
        let regex = crawler(case, &["links", "--engine", "regex", &site.url(target)]);
        case.expect_stdout(&regex, &html.stdout);
        case.expect_status(&regex, 0);
    }
}

fn the_regular_expression_believes_what_it_sees(case: &mut Case) {
    check(
        case,
        &["--engine", "regex"],
        "<!-- <a href=\"/in-a-comment\"> --><script>x = \"<img src='/in-a-script'>\"</script>
        <a href=\"/caf&eacute;?a&amp;b\">only &amp;amp; is undone</a><div src='/div'></div>
        <img srcset='/srcset.png 2x'><p style='background: url(/style.png)'><style>@import '/import.css';</style>
        <meta http-equiv=refresh content='0; url=/refresh'><object data=/data></object><a href=/last>",
    );
}

fn an_engine_that_nobody_built_is_wrong_usage(case: &mut Case) {
    for args in [
        &["links"][..],
        &["links", "--engine", "xpath", "http://127.0.0.1:1/"],
        &["links", "--engine"],
        &["links", "mailto:me@example.com"],
    ] {
        let ended = crawler(case, args);
        case.expect_status(&ended, 2);
    }
}

fn a_listing_of_nginx_is_read(case: &mut Case) {
    for name in ["www/b c.txt", "www/größe.html", "www/sub/x", "www/100%.txt", "www/a&b", "www/quote\"d"] {
        case.file(name, "x");
    }
    let nginx = case.nginx(
        Nginx::new()
            .root("www")
            .server("autoindex on; gzip on; gzip_min_length 1; gzip_types *;"),
    );
    let ended = crawler(case, &["links", &nginx.url("/")]);
    case.snapshot(&ended);
}

fn drawn_pages_have_the_links_that_the_reference_finds(case: &mut Case) {
    case.seeded(16, |rng: &mut Rng| {
        let mut exchange = Exchange::of("crawler").args(["links"]);
        if rng.bool() {
            exchange = exchange.args(["--json"]);
        }
        if rng.u8(..4) == 0 {
            exchange = exchange.args(["--engine", "regex"]);
        }
        let mut page = String::from("<!doctype html><title>drawn</title>\n");
        if rng.u8(..4) == 0 {
            page.push_str(&format!("<base href=\"{}\">\n", reference(rng)));
        }
        for _ in 0..rng.usize(1..40) {
            page.push_str(&element(rng));
            page.push('\n');
        }
        exchange
            .args(["{site}/dir/page?x=1"])
            .page("/dir/page", Page::html(page))
    });
}

/// Draws a reference of those that browsers meet.
pub(crate) fn reference(rng: &mut Rng) -> String {
    const SEGMENTS: [&str; 12] = ["a", "b", "..", ".", "ü", "x y", "%41", "%2f", "c;jsessionid=1", "D", "", "e.html"];
    let start = match rng.u8(..8) {
        0 => "/",
        1 => "//other.example/",
        2 => "HTTP://Example.COM:80/",
        3 => "{site}/",
        4 => "https://bücher.example:443/",
        _ => "",
    };
    let path: Vec<&str> = (0..rng.usize(..4)).map(|_| SEGMENTS[rng.usize(..SEGMENTS.len())]).collect();
    let query = ["", "", "?q=1", "?q=1&amp;sid=2", "?é"][rng.usize(..5)];
    let fragment = ["", "", "#f"][rng.usize(..3)];
    format!("{start}{}{query}{fragment}", path.join("/"))
}

/// Draws an element, or something that only looks like one.
fn element(rng: &mut Rng) -> String {
    let one = reference(rng);
    match rng.u8(..14) {
        0..4 => format!("<a href=\"{one}\">x</a>"),
        4 => format!("<img src='{one}'>"),
        5 => format!("<!-- <a href=\"{one}\"> -->"),
        6 => format!("<script>x = \"<a href='{one}'>\"</script>"),
        7 => {
            let srcset = |text: &str| text.replace(' ', "%20");
            format!("<img srcset=\"/s{} 1x, /t{} 2x\">", srcset(&one), srcset(&reference(rng)))
        }
        8 => format!("<p style=\"background: url('{one}')\">"),
        9 => format!("<style>@import \"{}\";</style>", one.replace("&amp;", "&")),
        10 => format!("<meta http-equiv=refresh content=\"1; url={one}\">"),
        11 => format!("<link rel=stylesheet href=\"{one}\">"),
        12 => format!("<iframe src=\"{one}\"></iframe>"),
        _ => format!("<a data-x=\"{one}\">y</a>"),
    }
}
