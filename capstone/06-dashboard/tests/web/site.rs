//! A dashboard that runs, and a client that sees every byte.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use collect::{Kind, Labels, Unit};
use dashboard::{Settings, State, serve};
use serde_json::Value;
use store::{Batch, Sample, Store, Writer, now_ms};

pub(crate) const TOKEN: &str = "the token of the tests";
pub(crate) const MARKUP: &str = "<img src=x onerror=alert(1)>";

/// A dashboard over a store of two hosts, one of which is down. It ends and is gone when it is dropped.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) state: State,
    pub(crate) writer: Writer,
    folder: PathBuf,
    server: Option<JoinHandle<()>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Site {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("dashboard-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("fleet.db");
        let mut store = Store::open(&path).unwrap();
        let now = now_ms();
        for (host, received_ms) in [("web1", now), (MARKUP, now - 60_000)] {
            let samples = [20_000, 10_000]
                .iter()
                .enumerate()
                .flat_map(|(n, ago)| readings(received_ms - ago, n as f64));
            store
                .append(&[Batch {
                    host: host.into(),
                    received_ms,
                    samples: samples.collect(),
                }])
                .unwrap();
        }
        let settings = Settings {
            token: TOKEN.into(),
            interval: Duration::from_secs(10),
        };
        let state = State::new(&path, settings).unwrap();
        let writer = Writer::start(store, state.feed()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serving = state.clone();
        let server = Some(thread::spawn(move || serve(listener, serving).unwrap()));
        Self {
            address,
            state,
            writer,
            folder,
            server,
        }
    }

    /// Sends a question and reads the whole answer.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = self.send(method, path, headers, body);
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        Answer::parse(&text)
    }

    /// Sends a question and leaves the answer to be read.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.address
        );
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        if method == "POST" {
            text += &format!(
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
                body.len()
            );
        }
        stream.write_all(format!("{text}\r\n{body}").as_bytes()).unwrap();
        stream
    }

    /// Asks as a program does, with the token.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[("Authorization", &format!("Bearer {TOKEN}"))], "")
    }

    /// Logs in as a browser does, and returns the cookie.
    pub(crate) fn log_in(&self) -> String {
        let answer = self.ask("POST", "/login", &[], &form(TOKEN));
        assert_eq!(answer.status, 303, "{answer:?}");
        answer
            .header("set-cookie")
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }

    /// Lets a host report, and waits until it is committed.
    pub(crate) fn report(&self, host: &str, value: f64) {
        let (done, committed) = std::sync::mpsc::channel();
        let batch = Batch::now(host, readings(now_ms(), value));
        self.writer
            .append(batch, move |result| done.send(result.is_ok()).unwrap())
            .unwrap();
        assert!(committed.recv().unwrap());
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.state.stop();
        let server = self.server.take().map(JoinHandle::join);
        self.writer.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
        assert!(thread::panicking() || server.is_some_and(|ended| ended.is_ok()));
    }
}

impl Answer {
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Checks that this is a refusal as the interface promises it: a status, and a sentence in JSON.
    pub(crate) fn is_failure(&self, status: u16, part: &str) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        let json = self.json();
        let sentence = json["error"].as_str().unwrap_or_default();
        assert!(sentence.contains(part) && sentence.ends_with('.'), "{sentence}");
    }
}

pub(crate) fn form(token: &str) -> String {
    format!("token={}&next=/", token.replace(' ', "+"))
}

fn readings(time_ms: i64, value: f64) -> Vec<Sample> {
    let sample = |name: &str, kind, unit, value| Sample {
        name: name.into(),
        labels: Labels::none(),
        kind,
        unit,
        time_ms,
        value,
    };
    vec![
        sample("load.1m", Kind::Gauge, Unit::Count, value),
        sample("cpu.idle", Kind::Counter, Unit::Seconds, time_ms as f64 / 1000.0),
        sample(
            "cpu.user",
            Kind::Counter,
            Unit::Seconds,
            time_ms as f64 * 3.0 / 1000.0,
        ),
        sample("memory.total", Kind::Gauge, Unit::Bytes, 1000.0),
        sample("memory.available", Kind::Gauge, Unit::Bytes, 250.0),
    ]
}
