//! Speaks to a browser over its DevTools protocol, as much as cases need.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use support::{Case, Running};

use crate::client::get;
use crate::short::ShortFolder;

/// A headless Chromium with one page. It has no network but this machine's own, and ends when it is dropped.
pub(crate) struct Browser {
    running: Running,
    socket: TcpStream,
    count: u64,
    _folder: ShortFolder,
}

impl Browser {
    /// Starts one that opens an address.
    pub(crate) fn open(case: &mut Case, address: &str) -> Self {
        let folder = ShortFolder::new();
        let profile = format!("--user-data-dir={}", folder.path().join("profile").display());
        let mut running = case
            .peer("chromium", "chromium")
            .args([
                "--headless",
                // The pages are the case's own, and as root there is no sandbox to be had.
                "--no-sandbox",
                "--disable-gpu",
                // Containers have little of it.
                "--disable-dev-shm-usage",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                "--remote-debugging-port=0",
                "--window-size=1200,900",
                "--enable-logging=stderr",
                &profile,
                address,
            ])
            .env("TMPDIR", folder.path())
            .spawn();
        let mark = "DevTools listening on ws://";
        let said = running.wait_for_stderr("said where it listens", |bytes| {
            let text = String::from_utf8_lossy(bytes);
            text.split(mark).nth(1).is_some_and(|rest| rest.contains('\n'))
        });
        let said = String::from_utf8_lossy(&said).into_owned();
        let at: SocketAddr = said
            .split(mark)
            .nth(1)
            .and_then(|rest| rest.split('/').next()?.parse().ok())
            .unwrap_or_else(|| panic!("no address in {said}"));
        let mut path = None;
        running.wait_until("had a page", || {
            let pages = get("/json/list").ask(at).json();
            let mut pages = pages.as_array().into_iter().flatten();
            let page = pages.find(|page| page["type"] == "page");
            path = page.and_then(|page| {
                let url = page["webSocketDebuggerUrl"].as_str()?;
                Some(url.split_once("//")?.1.split_once('/')?.1.to_owned())
            });
            path.is_some()
        });
        let socket = connect(at, &path.unwrap_or_default());
        let mut browser = Self {
            running,
            socket: socket.unwrap_or_else(|error| panic!("{at}: {error}")),
            count: 0,
            _folder: folder,
        };
        browser.ask("Runtime.enable", &json!({}));
        browser
    }

    /// Evaluates an expression in the page, and returns its value; `null` while the page is being left.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let answer = self.ask(
            "Runtime.evaluate",
            &json!({"expression": expression, "returnByValue": true}),
        );
        answer["result"]["result"]["value"].clone()
    }

    /// Waits until an expression is true in the page.
    pub(crate) fn wait_until(&mut self, what: &str, expression: &str) {
        let Self {
            running,
            socket,
            count,
            ..
        } = self;
        running.wait_until(what, || {
            let values = json!({"expression": expression, "returnByValue": true});
            *count += 1;
            let answer = ask(socket, *count, "Runtime.evaluate", &values);
            answer["result"]["result"]["value"] == true
        });
    }

    /// Returns what the browser has said so far, its console among it.
    pub(crate) fn said(&self) -> String {
        String::from_utf8_lossy(&self.running.stderr()).into_owned()
    }

    fn ask(&mut self, method: &str, values: &Value) -> Value {
        self.count += 1;
        ask(&mut self.socket, self.count, method, values)
    }
}

/// Opens a WebSocket.
///
/// Source: RFC 6455, section 4.1.
fn connect(at: SocketAddr, path: &str) -> std::io::Result<TcpStream> {
    let mut socket = TcpStream::connect(at)?;
    socket.set_read_timeout(Some(Duration::from_secs(25)))?;
    let head = format!(
        "GET /{path} HTTP/1.1\r\nHost: {at}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    );
    socket.write_all(head.as_bytes())?;
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") {
        socket.read_exact(&mut byte)?;
        answer.push(byte[0]);
    }
    Ok(socket)
}

/// Sends a command, and reads messages until its answer comes; `null` if the connection ends.
fn ask(socket: &mut TcpStream, id: u64, method: &str, values: &Value) -> Value {
    let text = json!({"id": id, "method": method, "params": values}).to_string();
    let mut frame = vec![0x81];
    match u16::try_from(text.len()) {
        Ok(length @ 0..=125) => frame.push(0x80 | length as u8),
        Ok(length) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        Err(_) => panic!("commands are short"),
    }
    // A client masks what it sends; a mask of zeros is one.
    frame.extend([0; 4]);
    frame.extend(text.as_bytes());
    if socket.write_all(&frame).is_err() {
        return Value::Null;
    }
    while let Ok(message) = read(socket) {
        let message: Value = serde_json::from_slice(&message).unwrap_or_default();
        if message["id"] == id {
            return message;
        }
    }
    Value::Null
}

/// Reads a message, which may come in several frames.
fn read(socket: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut head = [0; 2];
        socket.read_exact(&mut head)?;
        let length = match head[1] & 0x7f {
            126 => {
                let mut bytes = [0; 2];
                socket.read_exact(&mut bytes)?;
                u64::from(u16::from_be_bytes(bytes))
            }
            127 => {
                let mut bytes = [0; 8];
                socket.read_exact(&mut bytes)?;
                u64::from_be_bytes(bytes)
            }
            short => u64::from(short),
        };
        (&*socket).take(length).read_to_end(&mut message)?;
        if head[0] & 0x80 != 0 {
            return Ok(message);
        }
    }
}
