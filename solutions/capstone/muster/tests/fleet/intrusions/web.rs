use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::{Row, Scene};
use crate::harness::LIMIT;

/// What came back: nothing at all has status 0.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Scene {
    /// Sends bytes to the pages as they are, and reads until the end.
    fn raw(&mut self, bytes: &[u8]) -> Answer {
        let mut stream = connect(self.fleet.pages(), Ipv4Addr::LOCALHOST);
        // A server that has seen enough does not read the rest.
        let _ = stream.write_all(bytes);
        let mut text = Vec::new();
        let _ = stream.read_to_end(&mut text);
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head
            .get(9..12)
            .and_then(|status| status.parse().ok())
            .unwrap_or_default();
        self.keep(Answer {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.fleet.pages()
        );
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        if method == "POST" {
            text += &format!("Content-Length: {}\r\n", body.len());
        }
        self.raw(format!("{text}\r\n{body}").as_bytes())
    }

    pub(super) fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers, "")
    }

    /// Asks for a change as the operator's page does, but for these headers.
    fn change(&mut self, what: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let cookie = self.cookie.clone();
        let headers: Vec<_> = [("Cookie", cookie.as_str()), ("Content-Type", "application/json")]
            .into_iter()
            .chain(headers.iter().copied())
            .collect();
        self.ask("POST", &format!("/api/v1/do/{what}"), &headers, body)
    }

    /// Logs in, and returns the cookie and the word for changes.
    pub(super) fn log_in(&mut self, token: &str) -> (String, String) {
        let form = format!("token={token}&next=/");
        let answer = self.ask("POST", "/login", &[FORM], &form);
        assert_eq!(answer.status, 303, "{}", answer.body);
        let cookie = header(&answer, "set-cookie")
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let me = self.get("/api/v1/me", &[("Cookie", &cookie)]);
        let me: serde_json::Value = serde_json::from_str(&me.body).unwrap();
        (cookie, me["csrf"].as_str().unwrap().to_owned())
    }
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const ACK: &str = r#"{"host":"web01","rule":"load-high","labels":"","why":""}"#;

/// Connects from an address of this machine.
fn connect(pages: &str, from: Ipv4Addr) -> TcpStream {
    let pages: SocketAddr = pages.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        socket.connect(pages).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(LIMIT)).unwrap();
    stream.set_write_timeout(Some(LIMIT)).unwrap();
    stream
}

fn header(answer: &Answer, name: &str) -> Option<String> {
    let lines = answer.head.lines().filter_map(|line| line.split_once(": "));
    let mut named = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
    named.next().map(|(_, value)| value.to_owned())
}

#[track_caller]
fn is(answer: &Answer, status: u16, part: &str) {
    assert_eq!(answer.status, status, "{}\n{}", answer.head, answer.body);
    assert!(answer.body.contains(part), "{part}: {}", answer.body);
}

pub(super) const ROWS: &[Row] = &[
    ("nobody is logged in", |scene| {
        for path in [
            "/api/v1/hosts",
            "/api/v1/rules",
            "/api/v1/silences",
            "/api/v1/me",
            "/api/v1/events",
            "/metrics",
            "/federate",
        ] {
            is(&scene.get(path, &[]), 401, "Log in first");
        }
        is(&scene.ask("POST", "/api/v1/write", &[], "x"), 401, "Log in first");
        for page in ["/", "/alarms", "/rules", "/hosts/1"] {
            assert_eq!(scene.get(page, &[]).status, 303, "{page}");
        }
        is(
            &scene.ask(
                "POST",
                "/api/v1/do/ack",
                &[("Content-Type", "application/json")],
                ACK,
            ),
            401,
            "Log in first",
        );
    }),
    ("a session is made up", |scene| {
        for cookie in [
            "muster_session=",
            "muster_session=0",
            &format!("muster_session={}", "0".repeat(64)),
            "muster_session=operator",
        ] {
            is(
                &scene.get("/api/v1/hosts", &[("Cookie", cookie)]),
                401,
                "Log in first",
            );
        }
    }),
    ("a session is used again after its end", |scene| {
        let token = scene.fleet.token();
        let (cookie, csrf) = scene.log_in(&token);
        assert_eq!(
            scene.ask("POST", "/logout", &[("Cookie", &cookie)], "").status,
            303
        );
        is(
            &scene.get("/api/v1/hosts", &[("Cookie", &cookie)]),
            401,
            "Log in first",
        );
        let headers = [
            ("Cookie", cookie.as_str()),
            ("X-CSRF-Token", &csrf),
            ("Content-Type", "application/json"),
        ];
        is(
            &scene.ask("POST", "/api/v1/do/ack", &headers, ACK),
            401,
            "Log in first",
        );
    }),
    (
        "a change comes without the word of the session, with a wrong one, with that of another",
        |scene| {
            let token = scene.fleet.token();
            let (_, other) = scene.log_in(&token);
            let mut almost = scene.csrf.clone();
            almost.pop();
            is(&scene.change("ack", ACK, &[]), 403, "X-CSRF-Token");
            for word in ["", "0", &almost, &other] {
                is(
                    &scene.change("ack", ACK, &[("X-CSRF-Token", word)]),
                    403,
                    "X-CSRF-Token",
                );
            }
            // With the right one it is looked at.
            let csrf = scene.csrf.clone();
            is(
                &scene.change(
                    "ack",
                    &ACK.replace("load-high", "nothing"),
                    &[("X-CSRF-Token", &csrf)],
                ),
                400,
                "nothing fires",
            );
        },
    ),
    ("a page of another site, or on another port, asks", |scene| {
        let (cookie, csrf) = (scene.cookie.clone(), scene.csrf.clone());
        for foreign in [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
            ("Origin", "http://evil.example"),
            ("Origin", "null"),
        ] {
            is(
                &scene.change("ack", ACK, &[("X-CSRF-Token", &csrf), foreign]),
                403,
                "another site",
            );
            is(
                &scene.ask("POST", "/logout", &[("Cookie", &cookie), foreign], ""),
                403,
                "another site",
            );
        }
        for site in ["cross-site", "same-site"] {
            for stream in [
                "/api/v1/events",
                "/api/v1/hosts/1/events?series=1&since_ms=0&step_ms=1000",
                "/api/v1/hosts",
            ] {
                is(
                    &scene.get(stream, &[("Cookie", &cookie), ("Sec-Fetch-Site", site)]),
                    403,
                    "another site",
                );
            }
        }
    }),
    ("a form of another site sends what looks like JSON", |scene| {
        let (cookie, csrf) = (scene.cookie.clone(), scene.csrf.clone());
        let headers = [
            ("Cookie", cookie.as_str()),
            ("X-CSRF-Token", &csrf),
            ("Content-Type", "text/plain"),
        ];
        is(
            &scene.ask("POST", "/api/v1/do/ack", &headers, ACK),
            415,
            "The body is JSON",
        );
    }),
    ("a viewer changes something", |scene| {
        let viewer = scene.viewer.clone();
        let (cookie, csrf) = scene.log_in(&viewer);
        for (what, body) in [
            ("ack", ACK),
            ("save", r#"{"text":"","version":""}"#),
            ("silence", "{}"),
            ("try", "{}"),
            ("remove", "{}"),
            ("unsilence", "{}"),
        ] {
            let headers = [
                ("Cookie", cookie.as_str()),
                ("X-CSRF-Token", &csrf),
                ("Content-Type", "application/json"),
            ];
            is(
                &scene.ask("POST", &format!("/api/v1/do/{what}"), &headers, body),
                403,
                "A viewer looks",
            );
            let bearer = format!("Bearer {viewer}");
            let headers = [
                ("Authorization", bearer.as_str()),
                ("Content-Type", "application/json"),
            ];
            is(
                &scene.ask("POST", &format!("/api/v1/do/{what}"), &headers, body),
                403,
                "A viewer looks",
            );
        }
        let bearer = format!("Bearer {viewer}");
        let write = scene.ask("POST", "/api/v1/write", &[("Authorization", &bearer)], "x");
        is(&write, 403, "A viewer looks");
        assert!(dashboard::remove_user(&scene.fleet.files().join("hub/users"), "vera").unwrap());
        is(
            &scene.get("/api/v1/me", &[("Cookie", &cookie)]),
            401,
            "Log in first",
        );
    }),
    ("paths lead out of the folder", |scene| {
        let cookie = scene.cookie.clone();
        for path in [
            "/assets/../token",
            "/assets/..%2ftoken",
            "/assets/%2e%2e%2f%2e%2e%2ftoken",
            "/assets/%2e%2e/hub.toml",
            "/assets//etc/passwd",
            "/assets/style.css%00.js",
            "/assets/..\\token",
            "//etc/passwd",
            "/hosts/../../token",
            "/hosts/%2e%2e",
            "/api/v1/hosts/../../../token",
            "/api/v1/hosts/1%2f..%2f2",
        ] {
            let answer = scene.get(path, &[("Cookie", &cookie)]);
            assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
        }
    }),
    ("heads are huge", |scene| {
        let long = "x".repeat(1 << 20);
        let answer = scene.get("/api/v1/hosts", &[("X-Long", &long)]);
        assert!([0, 431].contains(&answer.status), "{}", answer.status);
        let many: String = (0..5000).map(|n| format!("X-{n}: x\r\n")).collect();
        let answer = scene.raw(format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n").as_bytes());
        assert!([0, 431].contains(&answer.status), "{}", answer.status);
        let answer = scene.get(&format!("/{long}"), &[]);
        assert!([0, 414, 431].contains(&answer.status), "{}", answer.status);
    }),
    ("bodies are huge, or said to be", |scene| {
        let (cookie, csrf) = (scene.cookie.clone(), scene.csrf.clone());
        let long = "x".repeat(1 << 20);
        let answer = scene.ask("POST", "/login", &[FORM], &format!("token={long}"));
        assert!([0, 400, 413].contains(&answer.status), "{}", answer.status);
        let answer = scene.change("ack", &format!("\"{long}\""), &[("X-CSRF-Token", &csrf)]);
        assert!([0, 413].contains(&answer.status), "{}", answer.status);
        let deep = "[".repeat(8000);
        is(
            &scene.change("ack", &deep, &[("X-CSRF-Token", &csrf)]),
            400,
            "no JSON",
        );
        // A length that does not agree, two lengths, a length beside chunks: nothing of it is taken for another question.
        for lengths in [
            "Content-Length: 4\r\nContent-Length: 40",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Content-Length: x",
        ] {
            let answer = scene.raw(format!("POST /logout HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\n{lengths}\r\n\r\nGET / HTTP/1.1\r\n\r\n").as_bytes());
            assert_eq!(answer.status, 400, "{lengths}");
        }
    }),
    (
        "six hundred connections say half a question, or nothing",
        |scene| {
            let pages = scene.fleet.pages().to_owned();
            let cookie = scene.cookie.clone();
            let mut open = Vec::new();
            for n in 0..600 {
                let mut stream = TcpStream::connect(&pages).unwrap();
                let begin: &[u8] = match n % 3 {
                    0 => b"",
                    1 => b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ntok",
                    _ => b"GET /api/v1/hosts HTTP/1.1\r\nHo",
                };
                let _ = stream.write_all(begin);
                open.push(stream);
            }
            // Whoever asks something is answered while all of them are open: far sooner than any of them would be given up.
            let begun = std::time::Instant::now();
            assert_eq!(scene.get("/api/v1/hosts", &[("Cookie", &cookie)]).status, 200);
            assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
            drop(open);
        },
    ),
    ("line feeds are put into the answer's head", |scene| {
        for next in [
            "/hosts/1%0d%0aSet-Cookie:%20evil=1",
            "//evil.example",
            "https://evil.example/hosts/1",
            "/hosts/1%0aX-Evil:1",
            "javascript:alert(1)",
        ] {
            let token = scene.fleet.token();
            let answer = scene.ask("POST", "/login", &[FORM], &format!("token={token}&next={next}"));
            assert_eq!(
                (answer.status, header(&answer, "location").as_deref()),
                (303, Some("/")),
                "{next}"
            );
            assert!(!answer.head.to_lowercase().contains("evil"), "{}", answer.head);
        }
        for path in [
            "/x%0d%0aX-Evil:%201",
            "/login?next=%0d%0aX-Evil:%201",
            "/hosts/%0d%0aX-Evil:1",
        ] {
            assert!(header(&scene.get(path, &[]), "x-evil").is_none(), "{path}");
        }
    }),
    ("markup is put into pages", |scene| {
        let answer = scene.get("/login?next=\"><script>alert(1)</script>", &[]);
        assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
        let answer = scene.get("/login?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", &[]);
        assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
        let answer = scene.get("/%3Cscript%3Ealert(1)%3C/script%3E", &[]);
        assert!(
            header(&answer, "content-type").is_none_or(|kind| kind.starts_with("application/json")),
            "{}",
            answer.head
        );
    }),
    ("names of metrics are SQL", |scene| {
        let (cookie, csrf) = (scene.cookie.clone(), scene.csrf.clone());
        let sql = "x'%20OR%201=1;%20DROP%20TABLE%20recent;--";
        for (path, status) in [
            (
                format!("/api/v1/range?series={sql}&from_ms=0&to_ms=1&step_ms=1"),
                400,
            ),
            (format!("/api/v1/query?query={sql}"), 400),
            (format!("/api/v1/query?query=%7B__name__=%22{sql}%22%7D"), 200),
            (format!("/api/v1/series?match[]=%7B__name__=~%22{sql}%22%7D"), 200),
            (format!("/api/v1/label/{sql}/values"), 400),
            (format!("/api/v1/hosts/{sql}"), 400),
        ] {
            let answer = scene.get(&path, &[("Cookie", &cookie)]);
            assert_eq!(answer.status, status, "{path}: {}", answer.body);
        }
        for when in [
            "last(x'; DROP TABLE recent; --) > 1",
            "last(load.1m{a=\\\"'; DROP TABLE recent; --\\\"}) > 1",
        ] {
            let text = format!("[[rule]]\\nname = \\\"x\\\"\\nwhen = '''{when}'''\\n");
            let answer = scene.change(
                "try",
                &format!("{{\"text\":\"{text}\",\"hours\":1}}"),
                &[("X-CSRF-Token", &csrf)],
            );
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert!(
                answer.body.contains("\"wrong\"") || answer.body.contains("\"watched\":0"),
                "{}",
                answer.body
            );
        }
        assert!(!scene.fleet.batches("web01").is_empty());
    }),
    ("rules change more than themselves", |scene| {
        let csrf = scene.csrf.clone();
        let before = std::fs::read_to_string(scene.fleet.files().join("hub/rules.toml")).unwrap();
        for text in [
            r#"at_most = 1000\n"#,
            r#"[[rule]]\nname = \"x\"\nwhen = \"last(m) > 1\"\n[host_down]\nrepeat = \"never\"\n"#,
            r#"[[rule]]\nname = \"x\"\nwhen = \"last(m) > 1\"\n[[rule]]\nname = \"load-high\"\nwhen = \"last(m) > 1\"\n"#,
            r#"[[rule]]\nname = \"../../etc/passwd\"\nwhen = \"last(m) > 1\"\n"#,
            r#"[[rule]]\nname = \"x\"\nwhen = \"last(m) > 1\"\ncommand = \"id\"\n"#,
            r#"[[rule]]\nname = \"x\"\nwhen = \"system(id) > 1\"\n"#,
        ] {
            let answer = scene.change(
                "try",
                &format!("{{\"text\":\"{text}\",\"hours\":1}}"),
                &[("X-CSRF-Token", &csrf)],
            );
            is(&answer, 200, "\"wrong\"");
            let answer = scene.change(
                "save",
                &format!("{{\"text\":\"{text}\",\"version\":\"0\"}}"),
                &[("X-CSRF-Token", &csrf)],
            );
            assert!([400, 409].contains(&answer.status), "{text}: {}", answer.body);
        }
        assert_eq!(
            std::fs::read_to_string(scene.fleet.files().join("hub/rules.toml")).unwrap(),
            before
        );
        let long = "x".repeat(300);
        for (what, body) in [
            ("silence", r#"{"minutes":60,"why":"everything"}"#.to_owned()),
            ("silence", r#"{"minutes":60,"why":"","host":"web01"}"#.to_owned()),
            (
                "silence",
                r#"{"minutes":99999999999,"why":"x","host":"web01"}"#.to_owned(),
            ),
            (
                "silence",
                r#"{"minutes":60,"why":"x\ny","host":"web01"}"#.to_owned(),
            ),
            (
                "ack",
                r#"{"host":"../x","rule":"r","labels":"","why":""}"#.to_owned(),
            ),
            (
                "ack",
                r#"{"host":"web01","rule":"r","labels":"{a=","why":""}"#.to_owned(),
            ),
            (
                "ack",
                format!(r#"{{"host":"web01","rule":"r","labels":"","why":"{long}"}}"#),
            ),
            ("try", r#"{"text":"","hours":99999}"#.to_owned()),
        ] {
            let answer = scene.change(what, &body, &[("X-CSRF-Token", &csrf)]);
            assert_eq!(answer.status, 400, "{body}: {}", answer.body);
        }
        is(
            &scene.change("reboot", "{}", &[("X-CSRF-Token", &csrf)]),
            404,
            "called reboot",
        );
    }),
    ("an address guesses tokens", |scene| {
        let pages = scene.fleet.pages().to_owned();
        let from = Ipv4Addr::new(127, 0, 0, 66);
        let mut last = String::new();
        for n in 0..12 {
            let body = format!("token=guess-{n}-0000000000000000");
            let mut stream = connect(&pages, from);
            write!(stream, "POST /login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{}: {}\r\nContent-Length: {}\r\n\r\n{body}", FORM.0, FORM.1, body.len()).unwrap();
            last.clear();
            stream.read_to_string(&mut last).unwrap();
        }
        assert!(
            last.starts_with("HTTP/1.1 429") && last.to_lowercase().contains("retry-after: "),
            "{last}"
        );
        // Whoever comes from elsewhere, or is in already, is not locked out.
        let token = scene.fleet.token();
        scene.log_in(&token);
    }),
];
