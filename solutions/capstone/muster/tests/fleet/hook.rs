//! A receiver of webhooks.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::harness::until;

/// Takes what comes, and remembers each body with its key.
pub(crate) struct Hook {
    pub(crate) url: String,
    told: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Hook {
    pub(crate) fn start() -> Self {
        Self::that_takes(Duration::ZERO)
    }

    /// Starts one that has what it was told for so long before it says so.
    pub(crate) fn that_takes(time: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let told: Arc<Mutex<Vec<_>>> = Arc::default();
        let to = Arc::clone(&told);
        // It ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A hub that is killed in the middle of it has told nothing, or will tell it again.
                let _ = take(&stream, &to, time);
            }
        });
        Self { url, told }
    }

    /// Returns all that it was told so far, each with its key.
    pub(crate) fn told(&self) -> Vec<(String, Value)> {
        self.told.lock().unwrap().clone()
    }

    /// Waits until somebody was told of this kind, rule and host; returns the key.
    pub(crate) fn until(&self, kind: &str, rule: &str, host: &str) -> String {
        until(&format!("{kind} {rule} {host} is told"), || {
            let is_it = |message: &Value| {
                message["kind"] == kind && message["rule"] == rule && message["alarms"][0]["host"] == host
            };
            let told = self.told.lock().unwrap();
            let found = told.iter().find(|(_, message)| is_it(message));
            found.map(|(key, _)| key.clone())
        })
    }

    pub(crate) fn count(&self, kind: &str, rule: &str) -> usize {
        let told = self.told.lock().unwrap();
        let is_it = |message: &Value| message["kind"] == kind && message["rule"] == rule;
        told.iter().filter(|(_, message)| is_it(message)).count()
    }
}

fn take(stream: &TcpStream, told: &Mutex<Vec<(String, Value)>>, time: Duration) -> io::Result<()> {
    let mut from = BufReader::new(stream);
    let (mut length, mut key) = (0, String::new());
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().unwrap(),
            Some(("Idempotency-Key", value)) => value.clone_into(&mut key),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    told.lock().unwrap().push((key, serde_json::from_slice(&body)?));
    thread::sleep(time);
    let mut to = stream;
    to.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
}
