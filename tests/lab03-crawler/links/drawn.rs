//! Pages full of references, drawn from a seed.

use support::http::Page;
use support::{Case, Exchange, Rng};

pub(super) fn drawn_pages_have_the_links_that_the_reference_finds(case: &mut Case) {
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
fn reference(rng: &mut Rng) -> String {
    const SEGMENTS: [&str; 12] = [
        "a",
        "b",
        "..",
        ".",
        "ü",
        "x y",
        "%41",
        "%2f",
        "c;jsessionid=1",
        "D",
        "",
        "e.html",
    ];
    let start = match rng.u8(..8) {
        0 => "/",
        1 => "//other.example/",
        2 => "HTTP://Example.COM:80/",
        3 => "{site}/",
        4 => "https://bücher.example:443/",
        _ => "",
    };
    let path: Vec<&str> = (0..rng.usize(..4))
        .map(|_| SEGMENTS[rng.usize(..SEGMENTS.len())])
        .collect();
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
            format!(
                "<img srcset=\"/s{} 1x, /t{} 2x\">",
                srcset(&one),
                srcset(&reference(rng))
            )
        }
        8 => format!("<p style=\"background: url('{one}')\">"),
        9 => format!("<style>@import \"{}\";</style>", one.replace("&amp;", "&")),
        10 => format!("<meta http-equiv=refresh content=\"1; url={one}\">"),
        11 => format!("<link rel=stylesheet href=\"{one}\">"),
        12 => format!("<iframe src=\"{one}\"></iframe>"),
        _ => format!("<a data-x=\"{one}\">y</a>"),
    }
}
