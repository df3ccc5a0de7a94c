//! The real server, and a client of both.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// For how long a condition is waited for: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// Says whether a program can be run.
pub(crate) fn is_there(program: &str) -> bool {
    let found = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    found.is_ok_and(|status| status.success())
}

/// A Prometheus, which ends when it is dropped.
pub(crate) struct Prometheus {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Prometheus {
    /// Starts one over samples in OpenMetrics' format, and waits until it is ready.
    pub(crate) fn start(folder: &Path, samples: &str) -> Self {
        let (file, data, config) = (
            folder.join("samples.om"),
            folder.join("data"),
            folder.join("prometheus.yml"),
        );
        std::fs::write(&file, samples).unwrap();
        std::fs::write(&config, "scrape_configs: []\n").unwrap();
        let output = Command::new("promtool")
            .args(["tsdb", "create-blocks-from", "openmetrics"])
            .args([&file, &data])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        // A port that is free now may be taken by another test before the server has it: then it ends, and another is tried.
        for _ in 0..5 {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            drop(listener);
            let mut child = Command::new("prometheus")
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", data.display()))
                .arg(format!("--web.listen-address={address}"))
                .arg("--log.level=error")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let until = Instant::now() + PATIENCE;
            while child.try_wait().unwrap().is_none() {
                if get(address, "/-/ready", None).is_some_and(|(status, _)| status == 200) {
                    return Self { child, address };
                }
                assert!(
                    Instant::now() < until,
                    "prometheus is not ready after {PATIENCE:?}"
                );
                thread::sleep(Duration::from_millis(50));
            }
        }
        panic!("prometheus ends as soon as it is started");
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks, and returns the status and the body; `None` if nobody answers.
pub(crate) fn get(address: SocketAddr, path: &str, token: Option<&str>) -> Option<(u16, String)> {
    let token = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
    send(
        address,
        &format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n{token}\r\n"),
    )
}

/// Sends a form.
pub(crate) fn post(address: SocketAddr, path: &str, token: &str, form: &str) -> Option<(u16, String)> {
    let length = form.len();
    send(
        address,
        &format!(
            "POST {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
        ),
    )
}

fn send(address: SocketAddr, question: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(question.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

/// Asks for JSON.
pub(crate) fn json(address: SocketAddr, path: &str, token: Option<&str>) -> (u16, Value) {
    let (status, body) =
        get(address, path, token).unwrap_or_else(|| panic!("{address} does not answer {path}"));
    (
        status,
        serde_json::from_str(&body).unwrap_or_else(|why| panic!("{path}: {why}: {body}")),
    )
}

/// Writes a text as a part of a URI.
pub(crate) fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
