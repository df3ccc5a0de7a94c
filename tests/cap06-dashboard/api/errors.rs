//! What is asked wrongly, and what is named strangely.

use support::Case;

use crate::client::get;
use crate::login::doors::expect_not_served;
use crate::samples::{gauge, now_ms};
use crate::site::{MARKUP, Site, TOKEN};

pub(super) fn what_is_asked_wrongly_is_answered_with_a_sentence(case: &mut Case) {
    let mut site = Site::new(case, &gauge("x").at(&[(1, 1.0)]));
    for (path, status, part) in [
        (
            "/api/v1/range",
            400,
            "The question is wrong: missing field `series`",
        ),
        (
            "/api/v1/range?series=1&from_ms=x&to_ms=1&step_ms=1",
            400,
            "invalid digit found in string",
        ),
        (
            "/api/v1/range?series=&from_ms=0&to_ms=1&step_ms=1",
            400,
            "numbers with commas between",
        ),
        (
            "/api/v1/range?series=1,&from_ms=0&to_ms=1&step_ms=1",
            400,
            "numbers with commas between",
        ),
        (
            "/api/v1/range?series=1;DROP+TABLE+series&from_ms=0&to_ms=1&step_ms=1",
            400,
            "numbers with commas between",
        ),
        ("/api/v1/hosts?from_ms=-9223372036854775808", 400, "is after"),
        ("/hosts/web1", 404, "A host has a number"),
        ("/hosts/../../etc/passwd", 404, "There is nothing at"),
        ("/assets/..%2fsrc%2flib.rs", 404, "There is no such file"),
        ("/api/v1/nothing", 404, "There is nothing at /api/v1/nothing"),
    ] {
        let answer = site.expect_failure(case, &get(path).bearer(TOKEN), status, part);
        // What this program is made of is nobody's concern.
        let tells = ["deserialize", "Deserialize", "axum", "serde", "src/"];
        let told = tells.iter().any(|part| answer.body.contains(part));
        site.expect(
            case,
            !told,
            "a sentence about the question, not about the program",
            &answer.body,
        );
    }
    site.end(case);
}

pub(super) fn what_is_no_database_is_not_served(case: &mut Case) {
    case.file("fleet.db", "host,metric,value\nweb1,load.1m,1\n".repeat(100));
    expect_not_served(case, TOKEN, "127.0.0.1:0");
}

pub(super) fn series_that_are_not_there_are_told(case: &mut Case) {
    let mut site = Site::new(case, &gauge("x").at(&[(1, 1.0)]));
    for (series, missing) in [
        ("9", 9),
        ("1,7,8", 7),
        ("-1", -1),
        ("9223372036854775807", i64::MAX),
    ] {
        let path = format!("/api/v1/range?series={series}&from_ms=0&to_ms=1&step_ms=1");
        let part = format!("There is no series {missing}");
        site.expect_failure(case, &get(&path).bearer(TOKEN), 404, &part);
    }
    site.end(case);
}

pub(super) fn names_are_text_wherever_they_are_shown(case: &mut Case) {
    let names = [
        MARKUP,
        "'; DROP TABLE host; --",
        "a\"b\\c\n",
        "../../etc/passwd",
        "ü\u{202e}",
    ];
    let samples: String = names
        .iter()
        .map(|name| gauge("load.1m").of(name).at_ms(&[(now_ms(), 1.0)]))
        .collect();
    let mut site = Site::new(case, &samples);
    let answer = site.expect_answer(case, &get("/api/v1/hosts").bearer(TOKEN), 200);
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-content-type-options", "nosniff"),
    ] {
        let found = answer.header(name).unwrap_or_default().to_owned();
        site.expect_same(case, name, value, &found);
    }
    let json = answer.json();
    let mut found: Vec<&str> = json["hosts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|host| host["name"].as_str())
        .collect();
    found.sort_unstable();
    let mut expected = names.to_vec();
    expected.sort_unstable();
    site.expect_same(
        case,
        "the names",
        &format!("{expected:#?}"),
        &format!("{found:#?}"),
    );
    // A page is the same for every host: what it shows it asks for.
    let page = site.expect_answer(case, &get("/hosts/1").bearer(TOKEN), 200);
    site.expect(
        case,
        !page.body.contains(MARKUP),
        "a page without the host's name in it",
        &page.body,
    );
    site.end(case);
}
