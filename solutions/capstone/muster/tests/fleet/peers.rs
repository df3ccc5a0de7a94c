//! Other engines for metrics: the real ones, where they are installed, and one that does what a test wants.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use forward::{Limits, Series, block, request};
use serde_json::Value;

use crate::harness::{LIMIT, Process, until};

/// Says whether a program can be run; tells that a test is not, if not.
pub(crate) fn is_there(program: &str) -> bool {
    let mut asked = Command::new(program);
    let asked = asked
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let found = asked.is_ok_and(|status| status.success());
    if !found {
        eprintln!("skipped: there is no {program} on the PATH");
    }
    found
}

/// A server of somebody else's, which ends with its value.
pub(crate) struct Peer {
    _process: Process,
    pub(crate) address: String,
}

impl Peer {
    /// Starts a Prometheus in a folder, with a configuration and more arguments.
    pub(crate) fn prometheus(folder: &Path, config: &str, more: &[&str]) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join("prometheus.yml"), config).unwrap();
        Self::start(folder, "/-/ready", |address| {
            let mut command = Command::new("prometheus");
            command
                .arg(format!(
                    "--config.file={}",
                    folder.join("prometheus.yml").display()
                ))
                .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
                .arg(format!("--web.listen-address={address}"))
                .args(more);
            command
        })
    }

    /// Starts a VictoriaMetrics in a folder, with more arguments.
    pub(crate) fn victoria(folder: &Path, more: &[&str]) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        // Of one that speaks TLS only that it listens can be seen.
        let ready = if more.contains(&"-tls") { "" } else { "/health" };
        Self::start(folder, ready, |address| {
            let mut command = Command::new("victoria-metrics");
            command
                .arg(format!("-storageDataPath={}", folder.join("data").display()))
                .arg(format!("-httpListenAddr={address}"))
                // What came last is told as well.
                .args(["-search.latencyOffset=0s", "-retentionPeriod=1y"])
                .args(more);
            command
        })
    }

    fn start(folder: &Path, ready: &str, command: impl Fn(&str) -> Command) -> Self {
        // Another test may take the port before the server has it: then another is tried.
        let (mut server, mut address) = (None::<Process>, String::new());
        until("the server is ready", || {
            if server
                .as_mut()
                .is_none_or(|server| server.0.try_wait().unwrap().is_some())
            {
                address = free_address();
                let log = File::options().append(true).create(true).open(folder.join("log"));
                let mut command = command(&address);
                command.stdout(Stdio::null()).stderr(log.unwrap());
                server = Some(Process(command.spawn().unwrap()));
            }
            match ready {
                "" => TcpStream::connect(&address).ok().map(drop),
                path => get(&address, path).map(drop),
            }
        });
        Self {
            _process: server.unwrap(),
            address,
        }
    }

    /// Asks a query of its API.
    pub(crate) fn query(&self, query: &str) -> Value {
        let answer = get(&self.address, &format!("/api/v1/query?query={}", escape(query)));
        answer.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
    }
}

/// Returns an address that is free at this moment.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Returns the body of an answer 200.
pub(crate) fn get(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(LIMIT)).ok()?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    (head.split(' ').nth(1)? == "200").then(|| body.to_owned())
}

/// Writes a text as a part of a URI.
pub(crate) fn escape(text: &str) -> String {
    let one = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// A sample as it was received: the labels as text, the time, and the bits of the value.
pub(crate) type Got = (String, i64, u64);

/// Answers requests as a test wants it, and keeps what it has taken.
pub(crate) struct Receiver {
    pub(crate) address: String,
    taken: Arc<Mutex<Vec<Got>>>,
}

impl Receiver {
    /// Listens at an address until the test's process ends. `answer` says the status for what a request has, and may wait.
    pub(crate) fn at(address: &str, answer: impl Fn(&[Got]) -> u16 + Send + Sync + 'static) -> Self {
        let listener = until("the address is free", || TcpListener::bind(address).ok());
        let address = listener.local_addr().unwrap().to_string();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let (answer, all) = (Arc::new(answer), Arc::clone(&taken));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, all) = (Arc::clone(&answer), Arc::clone(&all));
                // A hub that is killed ends in the middle.
                thread::spawn(move || serve(&stream.ok()?, &*answer, &all));
            }
        });
        Self { address, taken }
    }

    pub(crate) fn taken(&self) -> Vec<Got> {
        self.taken.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, answer: &dyn Fn(&[Got]) -> u16, all: &Mutex<Vec<Got>>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            (reader.read_line(&mut head).ok()? > 0).then_some(())?;
        }
        let head = head.to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1)?.split('\r').next()?;
        let mut body = vec![0; length.parse().ok()?];
        reader.read_exact(&mut body).ok()?;
        let got = samples(&body);
        let status = answer(&got);
        if status == 204 {
            all.lock().unwrap().extend(got);
        }
        let mut stream = stream;
        write!(stream, "HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n").ok()?;
    }
}

fn samples(body: &[u8]) -> Vec<Got> {
    let message = block::decompress(body, 1 << 26).unwrap();
    let mut reader = request::Reader::new(&message, Limits::default());
    let (mut series, mut all) = (Series::default(), Vec::new());
    while reader.next_into(&mut series).unwrap() {
        let labels: Vec<_> = series
            .labels
            .iter()
            .map(|(name, value)| format!("{name}={value:?}"))
            .collect();
        let labels = labels.join(",");
        all.extend(
            series
                .samples
                .iter()
                .map(|one| (labels.clone(), one.time_ms, one.value.to_bits())),
        );
    }
    all
}

/// Waits for so long that something else can happen meanwhile, and not for what happens.
pub(crate) fn hang() {
    thread::sleep(Duration::from_secs(3600));
}
