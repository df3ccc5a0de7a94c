//! Where in a stylesheet references stand.

use support::Case;
use support::http::Response;

use super::{check, links};

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
h { background: url(/*not-a-comment.png*/), url( "before-a-comment.png" /* " */ ); }
i { background: url(bad url.png) } j { background: url(after-bad.png) }
n { background: url(broken one url(swallowed.png) "and more") } o { background: url(behind.png) }
p { background: #url(a-hash.png) url(with(parenthesis.png) url(with'quote.png) }
q { background: url(esc\61
ped-2.png) url(esc\61	ped-3.png) url(esc\00006162.png) }
r { content: "continued \
 url(in-a-string.png)"; background: url("in two \
lines.png"); }
k { behaviour: "unfinished
} l { background: url(after-unfinished.png) }
m { background: url("last.png"
"#;

pub(super) fn stylesheets_in_a_page_are_read(case: &mut Case) {
    let page = format!(
        "<style>{STYLESHEET}</style><p style=\"background: url('attribute.png')\">
        <p style='background: url(&quot;entity.png&quot;)'><p style='color: red'>
        <style media=print>@import 'print.css';</style>"
    );
    check(case, &[], &page);
}

pub(super) fn a_stylesheet_has_links_of_its_own(case: &mut Case) {
    let response = |kind: &str| Response::ok(STYLESHEET).header("Content-Type", kind);
    let ended = links(case, &["--json"], response("text/css"));
    case.snapshot(&ended);
}
