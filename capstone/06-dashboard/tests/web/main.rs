//! What the dashboard answers, over real sockets.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use dashboard::{Error, Settings, State};
use serde_json::{Value, json};
use site::{Answer, MARKUP, Site, TOKEN, form};
use store::now_ms;

mod site;

const PAGES: [&str; 2] = ["/", "/hosts/1"];
const API: [&str; 5] = [
    "/api/v1/hosts",
    "/api/v1/hosts/1",
    "/api/v1/range?series=1&from_ms=0&to_ms=1&step_ms=1",
    "/api/v1/events",
    "/api/v1/hosts/1/events?series=1&since_ms=0&step_ms=1000",
];

#[test]
fn nobody_sees_anything_without_logging_in() {
    let site = Site::new();
    for path in PAGES {
        let answer = site.ask("GET", path, &[], "");
        let login = if path == "/" {
            "/login".to_owned()
        } else {
            format!("/login?next={path}")
        };
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some(&*login)),
            "{path}"
        );
        assert!(!answer.body.contains("web1"));
    }
    for path in API {
        for cookie in [
            "",
            "muster_session=",
            "muster_session=00",
            "other=1; muster_session=made up",
        ] {
            site.ask("GET", path, &[("Cookie", cookie)], "")
                .is_failure(401, "Log in first");
        }
    }
    site.ask("GET", API[0], &[("Authorization", "Basic eDp5")], "")
        .is_failure(401, "Log in first");
    site.ask("GET", API[0], &[("Authorization", "Bearer wrong")], "")
        .is_failure(401, "not the token");
}

#[test]
fn a_session_begins_with_the_token_and_ends_with_log_out() {
    let site = Site::new();
    let page = site.ask("GET", "/login?next=/hosts/2", &[], "");
    assert!(
        page.body
            .contains(r#"name="next" type="hidden" value="/hosts/2""#),
        "{}",
        page.body
    );

    let answer = site.ask(
        "POST",
        "/login",
        &[],
        &form(TOKEN).replace("next=/", "next=/hosts/2"),
    );
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some("/hosts/2"))
    );
    let cookie = answer.header("set-cookie").unwrap();
    for part in ["; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "it would not come back over loopback");
    let secure = site.ask("POST", "/login", &[("X-Forwarded-Proto", "https")], &form(TOKEN));
    assert!(secure.header("set-cookie").unwrap().ends_with("; Secure"));

    let cookie = cookie.split(';').next().unwrap().to_owned();
    let with = [("Cookie", cookie.as_str())];
    for path in PAGES.iter().chain(&API[..3]) {
        assert_eq!(site.ask("GET", path, &with, "").status, 200, "{path}");
    }
    let answer = site.ask("POST", "/logout", &with, "");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/login")));
    assert!(answer.header("set-cookie").unwrap().contains("muster_session=; "));
    site.ask("GET", API[0], &with, "").is_failure(401, "Log in first");
}

#[test]
fn a_wrong_token_is_told_on_the_page_and_only_so_often() {
    let site = Site::new();
    for wrong in ["", "x", "the token of the test", "the token of the testsx"] {
        let answer = site.ask("POST", "/login", &[], &form(wrong));
        assert_eq!(
            (answer.status, answer.header("set-cookie")),
            (401, None),
            "{wrong}"
        );
        assert!(answer.body.contains("This is not the token."));
    }
    // The right one does not count, and a program's count like those of the page.
    assert_eq!(site.get(API[0]).status, 200);
    for _ in 4..10 {
        site.ask("GET", API[0], &[("Authorization", "Bearer x")], "")
            .is_failure(401, "not the token");
    }
    let cookie_less = site.ask("POST", "/login", &[], &form(TOKEN));
    assert_eq!(
        (cookie_less.status, cookie_less.header("set-cookie")),
        (429, None)
    );
    assert!(cookie_less.body.contains("Try again in "));
    let answer = site.get(API[0]);
    answer.is_failure(429, "too many wrong tokens");
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=61).contains(&seconds));
}

#[test]
fn whoever_is_logged_in_is_not_locked_out_by_others_who_guess() {
    let site = Site::new();
    let cookie = site.log_in();
    for _ in 0..12 {
        site.ask("POST", "/login", &[], &form("x"));
    }
    assert_eq!(site.ask("GET", API[0], &[("Cookie", &cookie)], "").status, 200);
}

#[test]
fn other_sites_cannot_make_a_browser_do_anything() {
    let site = Site::new();
    let cookie = site.log_in();
    let own = format!("http://{}", site.address);
    for (header, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Origin", "http://evil.example"),
        ("Origin", "http://127.0.0.1:1"),
        ("Origin", "null"),
    ] {
        let headers = [("Cookie", cookie.as_str()), (header, value)];
        site.ask("POST", "/logout", &headers, "")
            .is_failure(403, "another site");
        site.ask("POST", "/login", &headers, &form(TOKEN))
            .is_failure(403, "another site");
    }
    assert_eq!(
        site.ask("GET", API[0], &[("Cookie", &cookie)], "").status,
        200,
        "nobody has logged out"
    );
    let headers = [
        ("Cookie", cookie.as_str()),
        ("Origin", own.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    assert_eq!(site.ask("POST", "/logout", &headers, "").status, 303);
    // Nothing is changed by a link.
    site.ask("GET", "/logout", &[], "")
        .is_failure(405, "cannot be done");
}

#[test]
fn every_answer_tells_browsers_to_be_strict() {
    let site = Site::new();
    for path in [
        "/",
        "/login",
        "/assets/fleet.js",
        "/assets/style.css",
        "/nothing",
        API[0],
    ] {
        let answer = site.ask("GET", path, &[], "");
        let policy = answer.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        let cache = if path.starts_with("/assets/") {
            "no-cache"
        } else {
            "no-store"
        };
        assert_eq!(answer.header("cache-control"), Some(cache), "{path}");
    }
}

#[test]
fn pages_have_no_script_or_style_in_them_and_load_nothing_from_elsewhere() {
    let site = Site::new();
    let with = [("Cookie", site.log_in())].map(|(name, value)| (name, value.leak() as &str));
    let mut files = vec![];
    for path in ["/", "/hosts/1", "/login"] {
        let page = site.ask("GET", path, &with, "");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        for tag in page.body.split('<').skip(1) {
            let inline = tag.starts_with("style")
                || tag.contains(" style=")
                || tag.contains(" on") && tag.contains("=\"on");
            assert!(
                !inline && (!tag.starts_with("script") || tag.contains(" src=\"/assets/")),
                "{path}: <{tag}"
            );
            let targets = [" src=\"", " href=\""]
                .iter()
                .filter_map(|name| tag.split_once(name));
            files.extend(targets.map(|(_, rest)| rest.split('"').next().unwrap().to_owned()));
        }
    }
    files.sort();
    files.dedup();
    for file in files.iter().filter(|file| !file.starts_with('#')) {
        let answer = site.ask("GET", file, &[], "");
        assert_eq!(answer.status, 200, "{file}");
        for elsewhere in ["http://", "https://", "//cdn", "@import", "innerHTML"] {
            let found = answer.body.replace("http://www.w3.org/2000/svg", "");
            assert!(!found.contains(elsewhere), "{file} has {elsewhere}");
        }
        let tag = answer.header("etag").unwrap();
        assert_eq!(
            site.ask("GET", file, &[("If-None-Match", tag)], "").status,
            304,
            "{file}"
        );
    }
    assert!(files.iter().any(|file| file == "/assets/host.js"), "{files:?}");
}

#[test]
fn hosts_are_told_with_their_states_and_what_they_are_busy_with() {
    let site = Site::new();
    let answer = site
        .get(&format!(
            "/api/v1/hosts?from_ms={}&step_ms=10000",
            now_ms() - 30_000
        ))
        .json();
    let hosts = answer["hosts"].as_array().unwrap();
    assert_eq!(answer["interval_ms"], 10_000);
    assert_eq!(hosts.len(), 2);
    assert_eq!(
        (&hosts[0]["name"], &hosts[0]["state"]),
        (&json!(MARKUP), &json!("down"))
    );
    let web1 = &hosts[1];
    assert_eq!(
        (&web1["name"], &web1["state"], &web1["load"]),
        (&json!("web1"), &json!("up"), &json!(1.0))
    );
    // It was busy for three seconds of four.
    assert_eq!(
        (&web1["cpu"], &web1["cpus"], &web1["memory"]),
        (&json!(0.75), &json!(4.0), &json!(0.75))
    );
    let history: Vec<&Value> = web1["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|value| !value.is_null())
        .collect();
    assert_eq!(history, [&json!(0.75)]);
    assert_eq!(web1["filesystem"], Value::Null);
}

#[test]
fn series_are_told_and_counters_are_read_as_rates() {
    let site = Site::new();
    let answer = site.get("/api/v1/hosts/1").json();
    let series = answer["series"].as_array().unwrap();
    let user = series.iter().find(|series| series["name"] == "cpu.user").unwrap();
    assert_eq!(
        (&user["kind"], &user["unit"], &user["labels"]),
        (&json!("counter"), &json!("seconds"), &json!({}))
    );
    let range = format!(
        "/api/v1/range?series={}&from_ms=0&to_ms={}&step_ms=1000000000000",
        user["id"],
        now_ms()
    );
    let answer = site.get(&range).json();
    let [columns] = &answer["series"].as_array().unwrap()[..] else {
        panic!("{answer}")
    };
    assert_eq!(
        (&columns["id"], &columns["avg"], &columns["max"]),
        (&user["id"], &json!([3.0]), &json!([3.0]))
    );
}

#[test]
fn what_is_asked_wrongly_is_answered_with_a_sentence() {
    let site = Site::new();
    for (path, status, part) in [
        ("/api/v1/hosts/9", 404, "There is no host 9"),
        ("/api/v1/hosts/web1", 400, "path is wrong"),
        ("/api/v1/hosts/99999999999999999999", 400, "path is wrong"),
        ("/api/v1/hosts?from_ms=0&step_ms=1", 400, "5000 steps"),
        ("/api/v1/hosts?from_ms=-9223372036854775808", 400, "after"),
        ("/api/v1/range", 400, "missing field"),
        (
            "/api/v1/range?series=1&from_ms=x&to_ms=1&step_ms=1",
            400,
            "invalid digit",
        ),
        (
            "/api/v1/range?series=1&from_ms=2&to_ms=1&step_ms=1",
            400,
            "`from_ms` is after `to_ms`",
        ),
        ("/api/v1/range?series=1&from_ms=0&to_ms=1&step_ms=0", 400, "steps"),
        (
            "/api/v1/range?series=1;DROP&from_ms=0&to_ms=1&step_ms=1",
            400,
            "numbers with commas",
        ),
        (
            "/api/v1/range?series=99&from_ms=0&to_ms=1&step_ms=1",
            404,
            "There is no series 99",
        ),
        (
            "/api/v1/hosts/9/events?series=1&since_ms=0&step_ms=1000000000",
            404,
            "There is no host 9",
        ),
        (
            "/api/v1/hosts/1/events?series=6&since_ms=0&step_ms=1000000000",
            404,
            "Host 1 has no series 6",
        ),
        ("/hosts/web1", 404, "a number"),
        ("/hosts/../../etc/passwd", 404, "nothing at"),
        ("/assets/..%2fsrc%2flib.rs", 404, "no such file"),
        ("/api/v1/nothing", 404, "There is nothing at /api/v1/nothing"),
    ] {
        site.get(path).is_failure(status, part);
    }
    let large = format!("token={}", "x".repeat(10_000));
    assert_eq!(site.ask("POST", "/login", &[], &large).status, 400);
}

/// Reads a stream of events.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(site: &Site, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut stream = BufReader::new(site.send("GET", path, headers, ""));
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(stream.read_line(&mut head).unwrap() > 0, "{head}");
        }
        let answer = Answer::parse(&head);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some("text/event-stream")),
            "{head}"
        );
        Self(stream)
    }

    /// Returns the name, the number and the data of the next event; `None` at the end.
    fn next(&mut self) -> Option<(String, String, Value)> {
        let (mut name, mut id, mut data) = (String::new(), String::new(), Value::Null);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            let line = line.trim_end();
            match line.split_once(": ") {
                Some(("event", text)) => name = text.to_owned(),
                Some(("id", text)) => id = text.to_owned(),
                Some(("data", text)) => data = serde_json::from_str(text).unwrap(),
                // The empty line that ends an event; the sizes of HTTP's chunks have no colon either.
                None if line.is_empty() && !data.is_null() => return Some((name, id, data)),
                _ => {}
            }
        }
    }
}

fn bearer() -> String {
    format!("Bearer {TOKEN}")
}

#[test]
fn the_fleet_is_told_of_hosts_that_report() {
    let site = Site::new();
    let mut stream = Stream::open(&site, "/api/v1/events", &[("Authorization", &bearer())]);
    site.report("web1", 42.0);
    site.report("new", 7.0);
    let mut told = Vec::new();
    while told.len() < 2 {
        let (name, _, data) = stream.next().unwrap();
        assert_eq!(name, "hosts");
        for host in data["hosts"].as_array().unwrap() {
            told.push((host["name"].as_str().unwrap().to_owned(), host["load"].clone()));
        }
    }
    told.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        told,
        [("new".to_owned(), json!(7.0)), ("web1".to_owned(), json!(42.0))]
    );
}

#[test]
fn a_host_is_told_point_by_point_and_a_stream_goes_on_where_it_was() {
    let site = Site::new();
    let path = |since: i64| format!("/api/v1/hosts/1/events?series=1,3&since_ms={since}&step_ms=1000");
    let begin = now_ms() - 60_000;
    let mut stream = Stream::open(&site, &path(begin), &[("Authorization", &bearer())]);
    // What is known comes at once.
    let (name, _, data) = stream.next().unwrap();
    assert_eq!((name.as_str(), &data["host"]["name"]), ("points", &json!("web1")));
    assert_eq!(data["series"][0]["avg"], json!([0.0, 1.0]));
    site.report(MARKUP, 9.0);
    site.report("web1", 42.0);
    let (_, id, data) = stream.next().unwrap();
    assert_eq!(
        data["series"][0]["avg"].as_array().unwrap().last(),
        Some(&json!(42.0))
    );
    assert!(id.parse::<i64>().unwrap() > begin);
    // What a browser sends when it comes back counts, not what it asked at first.
    let again = [("Authorization", &*bearer()), ("Last-Event-ID", &id)];
    let (_, _, data) = Stream::open(&site, &path(begin), &again).next().unwrap();
    assert_eq!(data["series"][0]["avg"], json!([42.0]));
}

#[test]
fn streams_end_with_the_session_and_with_the_server() {
    let site = Site::new();
    let cookie = site.log_in();
    let with = [("Cookie", cookie.as_str())];
    let mut mine = Stream::open(&site, "/api/v1/events", &with);
    let mut other = Stream::open(&site, "/api/v1/events", &[("Authorization", &bearer())]);
    assert_eq!(site.ask("POST", "/logout", &with, "").status, 303);
    site.report("web1", 1.0);
    assert_eq!(mine.next(), None);
    assert!(other.next().is_some());
    let begin = Instant::now();
    site.state.stop();
    while other.next().is_some() {}
    assert!(begin.elapsed() < Duration::from_secs(4));
}

#[test]
fn a_connection_that_says_nonsense_harms_nobody() {
    let site = Site::new();
    for nonsense in [
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
        &format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 20)),
    ] {
        let mut stream = TcpStream::connect(site.address).unwrap();
        let _ = std::io::Write::write_all(&mut stream, nonsense.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert_eq!(site.get(API[0]).status, 200);
}

#[test]
fn a_token_that_is_guessed_easily_is_refused() {
    let settings = Settings {
        token: "short".into(),
        interval: Duration::from_secs(10),
    };
    assert!(
        !format!("{settings:?}").contains("short"),
        "a secret is not shown"
    );
    let error = State::new(std::path::Path::new("absent.db"), settings).unwrap_err();
    assert!(matches!(error, Error::Token { bytes: 5, least: 16 }), "{error}");
}
