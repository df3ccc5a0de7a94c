//! Drives Chromium through its debugging pipe: JSON in both directions, a NUL byte behind each message.
//!
//! Source: <https://chromedevtools.github.io/devtools-protocol/>.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Folder, LIMIT, Process};

const CHROMIUM: &str = "/usr/bin/chromium";

/// How often the Tab key is pressed at most until something has the keyboard.
const MOST_TABS: usize = 60;

/// A page in a browser of its own, which is gone with its value.
pub(super) struct Page {
    _browser: Process,
    _folder: Folder,
    to: ChildStdin,
    from: Receiver<Value>,
    session: String,
    number: u64,
    /// What the console was told, and what was asked for, since somebody looked last.
    said: Vec<String>,
    asked: Vec<String>,
}

/// Says whether there is a browser. In CI there must be.
pub(super) fn is_there() -> bool {
    let is_there = Path::new(CHROMIUM).exists();
    if !is_there {
        assert!(std::env::var_os("CI").is_none(), "install chromium");
        eprintln!("not run: install chromium");
    }
    is_there
}

impl Page {
    /// Starts a browser that reaches this machine and nothing else.
    pub(super) fn open() -> Self {
        let folder = Folder::new();
        let log = std::fs::File::create(folder.0.join("chromium.txt")).unwrap();
        let mut browser = Command::new("sh")
            .args([
                "-c",
                "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null",
                CHROMIUM,
            ])
            .args([
                "--headless=new",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--disable-gpu",
            ])
            .args([
                "--no-first-run",
                "--disable-background-networking",
                "--disable-dev-shm-usage",
            ])
            .arg("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
            .arg(format!("--user-data-dir={}", folder.0.join("profile").display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let to = browser.stdin.take().unwrap();
        let from = BufReader::new(browser.stdout.take().unwrap());
        let (send, messages) = channel();
        std::thread::spawn(move || {
            for message in from.split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else {
                    return;
                };
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        let mut page = Self {
            _browser: Process(browser),
            _folder: folder,
            to,
            from: messages,
            session: String::new(),
            number: 0,
            said: Vec::new(),
            asked: Vec::new(),
        };
        let target = page.call("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].clone();
        let attached = page.call(
            "Target.attachToTarget",
            json!({ "targetId": target, "flatten": true }),
        );
        page.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.look(1400, 900, false);
        page
    }

    /// Has the browser do something, and returns what it answers.
    fn call(&mut self, method: &str, params: Value) -> Value {
        self.number += 1;
        let mut message = json!({ "id": self.number, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = self.session.clone().into();
        }
        self.to.write_all(message.to_string().as_bytes()).unwrap();
        self.to.write_all(&[0]).unwrap();
        self.to.flush().unwrap();
        let end = Instant::now() + LIMIT;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.from.recv_timeout(left).expect(method);
            if message["id"] == self.number {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
            self.event(&message);
        }
    }

    fn event(&mut self, message: &Value) {
        let params = &message["params"];
        match message["method"].as_str() {
            Some("Runtime.consoleAPICalled") => {
                self.said.push(format!("{}: {}", params["type"], params["args"]))
            }
            Some("Runtime.exceptionThrown") => self.said.push(params["exceptionDetails"].to_string()),
            Some("Log.entryAdded") => {
                let entry = &params["entry"];
                self.said
                    .push(format!("{}: {} {}", entry["source"], entry["text"], entry["url"]));
            }
            Some("Network.requestWillBeSent") => {
                self.asked
                    .push(params["request"]["url"].as_str().unwrap_or_default().to_owned());
            }
            _ => {}
        }
    }

    /// Returns what the console was told since the last time.
    pub(super) fn console(&mut self) -> Vec<String> {
        self.eval("0");
        std::mem::take(&mut self.said)
    }

    /// Returns what was asked for since the last time.
    pub(super) fn asked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.asked)
    }

    pub(super) fn go(&mut self, url: &str) {
        self.call("Page.navigate", json!({ "url": url }));
    }

    /// Evaluates an expression in the page. While it changes to another, that is `null`.
    pub(super) fn eval(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        self.call("Runtime.evaluate", asked)["result"]["value"].clone()
    }

    /// Waits until an expression is true, in which `find` finds an element. What is not there yet makes it false.
    pub(super) fn until(&mut self, what: &str, expression: &str) {
        let asked = format!(
            "(() => {{ const find = (s) => document.querySelector(s); try {{ return Boolean({expression}); }} catch {{ return false; }} }})()"
        );
        let end = Instant::now() + LIMIT;
        while self.eval(&asked) != true {
            if Instant::now() > end {
                let page = self.eval(
                    "`${location.href}\n${document.activeElement?.outerHTML}\n${document.body.innerText}`",
                );
                panic!(
                    "{what}: not within {LIMIT:?}\n{}\n{:?}",
                    page.as_str().unwrap_or_default(),
                    self.said
                );
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Returns the text of an element.
    pub(super) fn text(&mut self, selector: &str) -> String {
        let text = self.eval(&format!(
            "document.querySelector({})?.textContent ?? ''",
            json!(selector)
        ));
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Types a text where the keyboard is.
    pub(super) fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Presses a key: `Tab`, `Enter`, `Escape`, `ArrowDown`, `Ctrl+A`.
    pub(super) fn press(&mut self, key: &str) {
        let (name, modifiers) = key.strip_prefix("Ctrl+").map_or((key, 0), |name| (name, 2));
        let (code, text) = match name {
            "Tab" => (9, None),
            "Enter" => (13, Some("\r")),
            "Escape" => (27, None),
            "ArrowDown" => (40, None),
            "Delete" => (46, None),
            other => (u32::from(other.as_bytes()[0]), None),
        };
        let mut event = json!({ "type": "keyDown", "key": name, "code": name, "windowsVirtualKeyCode": code, "modifiers": modifiers });
        if let Some(text) = text {
            event["text"] = text.into();
        }
        if name == "A" && modifiers == 2 {
            event["commands"] = json!(["selectAll"]);
        }
        self.call("Input.dispatchKeyEvent", event.clone());
        event["type"] = "keyUp".into();
        self.call("Input.dispatchKeyEvent", event);
    }

    /// Goes on with the Tab key until an element has the keyboard.
    pub(super) fn tab_to(&mut self, selector: &str) {
        for _ in 0..MOST_TABS {
            self.press("Tab");
            if self.eval(&format!("document.activeElement.matches({})", json!(selector))) == true {
                return;
            }
        }
        panic!(
            "{selector} is not reached by the keyboard; {} is",
            self.eval("document.activeElement.outerHTML")
        );
    }

    /// Fills a field, reached by the keyboard, anew.
    pub(super) fn fill(&mut self, selector: &str, text: &str) {
        let is_there = self.eval(&format!("document.activeElement.matches({})", json!(selector))) == true;
        if !is_there {
            self.tab_to(selector);
        }
        self.press("Ctrl+A");
        self.press("Delete");
        self.write(text);
    }

    /// Looks through a window of this size, light or dark.
    pub(super) fn look(&mut self, width: u32, height: u32, dark: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.call("Emulation.setDeviceMetricsOverride", size);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Says by how many pixels the page is wider than its window.
    pub(super) fn overhang(&mut self) -> i64 {
        self.eval("document.documentElement.scrollWidth - innerWidth")
            .as_i64()
            .unwrap_or(i64::MAX)
    }

    /// Keeps pictures, light and dark, wide and as on a phone, in the folder that `MUSTER_PICTURES` names; in none without it.
    pub(super) fn pictures(&mut self, name: &str) {
        for (width, height) in [(1400, 900), (390, 844)] {
            for dark in [false, true] {
                self.look(width, height, dark);
                self.eval(
                    "new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))",
                );
                assert!(self.overhang() <= 0, "{name} is wider than {width} pixels");
                let Some(folder) = std::env::var_os("MUSTER_PICTURES").map(PathBuf::from) else {
                    continue;
                };
                let picture = self.call(
                    "Page.captureScreenshot",
                    json!({ "format": "png", "captureBeyondViewport": width < 600 }),
                );
                let bytes = base64(picture["data"].as_str().unwrap_or_default());
                let scheme = if dark { "dark" } else { "light" };
                std::fs::write(folder.join(format!("{name}-{width}-{scheme}.png")), bytes).unwrap();
            }
        }
        self.look(1400, 900, false);
    }
}

/// Reads Base64.
///
/// Source: RFC 4648, section 4.
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<u32> = text
        .bytes()
        .filter_map(|byte| DIGITS.iter().position(|digit| *digit == byte))
        .map(|digit| digit as u32)
        .collect();
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for four in digits.chunks(4) {
        let bits = four.iter().fold(0, |bits, digit| bits << 6 | digit) << (6 * (4 - four.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..four.len()]);
    }
    bytes
}
