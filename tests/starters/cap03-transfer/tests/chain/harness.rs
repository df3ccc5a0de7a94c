//! Programs of a test.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use transfer::sink;

/// How long anything may take, on a machine that has other things to do.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// Waits until `look` returns something.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < end, "{what}: not within {LIMIT:?}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A folder that is gone with its value.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("transfer-chain-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn at(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_transfer"));
    command.args(args);
    command
}

pub(crate) fn run(args: &[&str]) -> Output {
    command(args).output().unwrap()
}

/// A process that is gone with its value.
pub(crate) struct Process(pub(crate) Child);

impl Process {
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Asks it to end, and expects that it does so well.
    pub(crate) fn end(mut self) {
        let pid = rustix::process::Pid::from_child(&self.0);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let status = until("it ends", || self.0.try_wait().unwrap());
        assert!(status.success(), "{status}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a relay or a sink, and returns where it listens.
pub(crate) fn server(args: &[&str]) -> (Process, String) {
    let mut child = command(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    let address = line.trim_end().strip_prefix("listening on ");
    let address = address.unwrap_or_else(|| panic!("{args:?}: {line}")).to_owned();
    (Process(child), address)
}

/// A sender, whose lines are counted.
pub(crate) struct Sender {
    pub(crate) process: Process,
    stdin: Option<ChildStdin>,
    numbers: Receiver<u64>,
    /// Lines that it was given and has not said to be durable.
    given: std::collections::VecDeque<String>,
}

impl Sender {
    pub(crate) fn start(spool: &str, source: &str, to: &str, more: &[&str]) -> Self {
        let mut command = command(&[
            "send",
            "--numbers",
            "--spool",
            spool,
            "--source",
            source,
            "--to",
            to,
        ]);
        let mut child = command
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (say, numbers) = channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if line.parse().is_ok_and(|number| say.send(number).is_err()) {
                    return;
                }
            }
        });
        Self {
            stdin: child.stdin.take(),
            process: Process(child),
            numbers,
            given: std::collections::VecDeque::new(),
        }
    }

    /// Gives it a line. It may have died.
    pub(crate) fn give(&mut self, line: String) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(format!("{line}\n").as_bytes());
            self.given.push_back(line);
        }
    }

    /// Notes which lines have become durable, with their numbers.
    pub(crate) fn note(&mut self, durable: &mut BTreeMap<u64, String>) {
        while let Ok(number) = self.numbers.try_recv() {
            let line = self.given.pop_front().expect("a number for each line");
            assert_eq!(durable.insert(number, line), None, "{number} was given twice");
        }
    }

    /// Kills it, and notes what it has said until then.
    pub(crate) fn kill(self, durable: &mut BTreeMap<u64, String>) {
        let Self {
            process,
            numbers,
            mut given,
            ..
        } = self;
        process.kill();
        for number in numbers {
            let line = given.pop_front().expect("a number for each line");
            assert_eq!(durable.insert(number, line), None, "{number} was given twice");
        }
    }

    /// Ends its input, and waits until it has sent everything.
    pub(crate) fn finish(mut self, durable: &mut BTreeMap<u64, String>) {
        self.stdin = None;
        let status = until("the sender ends", || self.process.0.try_wait().unwrap());
        assert!(status.success(), "{status}");
        for number in self.numbers {
            let line = self.given.pop_front().expect("a number for each line");
            assert_eq!(durable.insert(number, line), None, "{number} was given twice");
        }
        assert!(self.given.is_empty());
    }
}

/// Returns what a sink has of a source: by number, each body.
pub(crate) fn stored(path: &str, source: &str) -> BTreeMap<u64, Vec<String>> {
    let mut stored: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    if Path::new(path).exists() {
        sink::scan(Path::new(path), 0, |origin, body| {
            if origin.source == source {
                let body = String::from_utf8(body.to_vec()).unwrap();
                stored.entry(origin.sequence).or_default().push(body);
            }
        })
        .unwrap();
    }
    stored
}

/// Expects that all that was durable is stored, each once, in one of these.
pub(crate) fn check_stored(sinks: &[&str], source: &str, durable: &BTreeMap<u64, String>) {
    let mut all: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for path in sinks {
        for (number, bodies) in stored(path, source) {
            all.entry(number).or_default().extend(bodies);
        }
    }
    for (number, line) in durable {
        let bodies = all.get(number);
        assert_eq!(bodies, Some(&vec![line.clone()]), "{source} {number}");
    }
    let twice = all.values().filter(|bodies| bodies.len() > 1);
    assert_eq!(twice.count(), 0, "nothing is stored twice");
}

/// Expects that everything adds up.
pub(crate) fn check_ledger(paths: &[&str]) -> String {
    let output = command(&["ledger"]).args(paths).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.ends_with("OK\n"), "{text}");
    text
}
