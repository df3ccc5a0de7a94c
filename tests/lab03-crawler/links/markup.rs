//! Where in a page references stand.

use support::Case;
use support::http::{Response, Site};

use super::{anchors, check};
use crate::sheet::crawler;

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

pub(super) fn every_element_that_points_somewhere_counts(case: &mut Case) {
    check(case, &[], ELEMENTS);
    let frames = "<html><frameset cols='1,1'><frame src=left.html><frame src=right.html></frameset></html>";
    let site = case.site(Site::new().named("frames").at("/", Response::html(frames)));
    let ended = crawler(case, &["links", "--json", &site.url("/")]);
    case.snapshot(&ended);
}

pub(super) fn json_says_what_each_link_is_for(case: &mut Case) {
    check(case, &["--json"], ELEMENTS);
}

pub(super) fn a_link_element_is_what_its_rel_says(case: &mut Case) {
    check(
        case,
        &["--json"],
        "<link href=a rel=stylesheet><link href=b rel='Alternate StyleSheet'><link href=c rel='shortcut icon'>
        <link href=d rel=apple-touch-icon><link href=e rel=alternate><link href=f rel=next><link href=g rel=canonical>
        <link href=//h.example rel=dns-prefetch><link href=//i.example rel='Preconnect'><link href=j rel=preload>
        <link href=//n.example rel='preload dns-prefetch'><link href=o rel='manifest icon'><link href=p rel='icon stylesheet'>
        <link href=k rel=manifest><link rel=stylesheet><link href=l rel=''>
        <a href=m rel=nofollow>m</a><a href=b>first it was a stylesheet</a>",
    );
}

pub(super) fn what_is_no_markup_is_no_link(case: &mut Case) {
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

pub(super) fn markup_may_be_written_carelessly(case: &mut Case) {
    check(
        case,
        &[],
        "<A HREF=/upper>x</A><a\nhref\n=\n'/lines'>x<a href = \"/spaces\" >x<a/href=/slash>x
        <a href=/unquoted/>x</a><a href='/it\"s'>x</a><a href=\"/it's\">x</a><a class=a>b<a href=/first href=/second>x
        <a title='>' href=/behind-an-angle>x</a><b><i><a href=/crossed></b>x</i></a></p></div>
        <table><a href=/in-a-table>x</a><tr><td><a href=/in-a-cell></table>
        <svg><style><a href=/in-svg-a-style-is-markup></style></svg><svg><style>@import '/nor-a-stylesheet'</style></svg>
        <svg><p><style><a href=/p-has-ended-the-svg></style>
        <img src=/no-end alt=x <a href=/swallowed>\n<a href=/last",
    );
}

pub(super) fn entities_in_attributes_are_undone_as_html_does(case: &mut Case) {
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

pub(super) fn every_candidate_of_a_srcset_counts(case: &mut Case) {
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

pub(super) fn a_refresh_is_read_in_all_its_spellings(case: &mut Case) {
    let ways = [
        "0; url=/1",
        "5;URL=/2",
        "5,url=/3",
        "5 url=/4",
        " 7 ; Url = '/5'",
        "0;url=\"/6\"",
        "0;url='/7' rest",
        "0; /8",
        "0.5; url=/9",
        "0;url=/10;11",
        "30",
        "url=/no-number",
        "x; url=/no-number",
        "; url=/no-number",
        ", /no-number",
        "5; url=",
        "0;uri=12",
        "0; url=http://other.example/13",
    ];
    let page: String = ways
        .iter()
        .map(|content| {
            format!(
                "<META content='{}' http-equiv=Refresh>\n",
                content.replace('\'', "&#39;")
            )
        })
        .chain(["<meta content='0; url=/no-refresh' name=refresh>".to_owned()])
        .collect();
    check(case, &[], &page);
}
