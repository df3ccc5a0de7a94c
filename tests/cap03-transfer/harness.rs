//! What the stages share.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use support::{Case, Ended, Exchange, Rng, Running};

/// Runs a command to its end.
pub(crate) fn transfer(case: &Case, args: &[&str]) -> Ended {
    case.program("transfer").args(args).run()
}

/// Appends lines to a spool.
pub(crate) fn append(case: &Case, dir: &str, lines: &str) -> Ended {
    case.program("transfer")
        .args(["spool", "append", dir, "--source", "web01"])
        .stdin(lines)
        .run()
}

/// Prepares a command whose calls that write and sync are noted in the file `trace`, each with its thread's number and its file's name.
pub(crate) fn traced(case: &Case, args: &[&str]) -> support::Program {
    const CALLS: &str = "trace=write,writev,pwrite64,pwritev,sendto,sendmsg,fdatasync,fsync";
    let look = case.peer("strace", "strace").args(["-o", "trace", "true"]).run();
    if look.code() != 0 {
        case.not_possible("the right to trace its own processes");
    }
    case.peer("strace", "strace")
        .args(["-f", "-y", "-o", "trace", "-e", CALLS])
        .args([case.program_path("transfer")])
        .args(args)
}

/// Expects what a command prints, and that it ends well.
pub(crate) fn check(case: &mut Case, args: &[&str], expected: &str) {
    let ended = transfer(case, args);
    case.expect_stdout(&ended, expected);
    case.expect_status(&ended, 0);
}

/// Expects what a script's steps say: each line of it is `STEP => ANSWER`, with `|` for a line feed in the answer.
pub(crate) fn drill(case: &mut Case, args: &[&str], script: &str) {
    let (mut steps, mut answers) = (String::new(), String::new());
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (step, answer) = line.split_once(" => ").expect("a step and its answer");
        steps += &format!("{step}\n");
        answers += &format!("{}\n", answer.replace('|', "\n"));
    }
    let ended = case.program("transfer").arg_list(args).stdin(steps).run();
    case.expect_stdout(&ended, answers);
    case.expect_status(&ended, 0);
}

/// `drill` and its arguments.
trait ArgList {
    fn arg_list(self, args: &[&str]) -> Self;
}

impl ArgList for support::Program {
    fn arg_list(self, args: &[&str]) -> Self {
        self.args(["drill"]).args(args)
    }
}

/// An exchange with `drill`.
pub(crate) fn drawn(args: &[&str], script: String) -> Exchange {
    Exchange::of("transfer")
        .args([&["drill"], args].concat())
        .stdin(script)
}

/// A text of some length.
pub(crate) fn word(rng: &mut Rng, most: usize) -> String {
    let length = rng.usize(1..most);
    (0..length).map(|_| rng.lowercase()).collect()
}

/// The files of a spool that hold records, the oldest first.
pub(crate) fn segments(case: &Case, dir: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(case.dir().join(dir))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "seg"))
        .collect();
    files.sort();
    files
}

/// How many bytes these have together.
pub(crate) fn bytes(files: &[PathBuf]) -> u64 {
    files
        .iter()
        .map(|path| fs::metadata(path).map_or(0, |data| data.len()))
        .sum()
}

/// A relay or a sink.
pub(crate) struct Server {
    pub(crate) running: Running,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(case: &Case, args: &[&str]) -> Self {
        let mut running = case.program("transfer").args(args).spawn();
        let line = running.wait_for_lines(1).remove(0);
        let address = line.strip_prefix("listening on ").unwrap_or_default().to_owned();
        Self { running, address }
    }

    pub(crate) fn sink(case: &Case, listen: &str, out: &str) -> Self {
        Self::start(case, &["sink", "--listen", listen, "--out", out])
    }

    pub(crate) fn relay(case: &Case, listen: &str, to: &str, more: &[&str]) -> Self {
        let args = [
            "relay", "--listen", listen, "--spool", "relay", "--source", "r1", "--to", to,
        ];
        Self::start(case, &[&args[..], more].concat())
    }

    pub(crate) fn kill(self) {
        self.running.kill();
    }

    /// Asks it to end.
    pub(crate) fn end(self, case: &mut Case) {
        self.running.signal(rustix::process::Signal::TERM);
        let ended = self.running.wait();
        case.expect_status(&ended, 0);
    }
}

/// What a file of a sink has: source, epoch, number, text of each record.
pub(crate) fn stored(case: &Case, out: &str) -> Vec<(String, String, u64, String)> {
    let bytes = fs::read(case.dir().join(out)).unwrap_or_default();
    let mut rest = &bytes[..];
    let mut records = Vec::new();
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let words: Vec<&str> = head.split(' ').collect();
        let [source, epoch, sequence, length, _] = words[..] else {
            break;
        };
        let (Ok(sequence), Ok(length)) = (sequence.parse(), length.parse::<usize>()) else {
            break;
        };
        let Some(body) = rest.get(end + 1..end + 1 + length) else {
            break;
        };
        let text = String::from_utf8_lossy(body).into_owned();
        records.push((source.to_owned(), epoch.to_owned(), sequence, text));
        rest = rest.get(end + 2 + length..).unwrap_or_default();
    }
    records
}

/// How many records of a source a file has.
pub(crate) fn count(case: &Case, out: &str, source: &str) -> usize {
    stored(case, out)
        .iter()
        .filter(|record| record.0 == source)
        .count()
}

/// A sender that is fed lines.
pub(crate) struct Sender {
    pub(crate) running: Running,
    given: Vec<String>,
    seen: usize,
}

impl Sender {
    pub(crate) fn start(case: &Case, spool: &str, source: &str, to: &str, more: &[&str]) -> Self {
        let args = [
            "send",
            "--numbers",
            "--spool",
            spool,
            "--source",
            source,
            "--to",
            to,
        ];
        let running = case
            .program("transfer")
            .args(args)
            .args(more)
            .stdin_piped()
            .spawn();
        Self {
            running,
            given: Vec::new(),
            seen: 0,
        }
    }

    pub(crate) fn give(&mut self, line: String) {
        self.running.write(format!("{line}\n").as_bytes());
        self.given.push(line);
    }

    fn note_of(&mut self, stdout: &[u8], durable: &mut BTreeMap<u64, String>) {
        let text = String::from_utf8_lossy(stdout).into_owned();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for number in whole.lines().skip(self.seen) {
            if let (Ok(number), Some(line)) = (number.parse(), self.given.get(self.seen)) {
                durable.insert(number, line.clone());
            }
            self.seen += 1;
        }
    }

    pub(crate) fn until_durable(&mut self, durable: &mut BTreeMap<u64, String>, count: usize) {
        let end = self.given.len().min(count);
        self.running.wait_for_lines(end);
        // A line that is not whole yet is left for later.
        let stdout = self.running.stdout();
        self.note_of(&stdout, durable);
    }

    pub(crate) fn kill(self, durable: &mut BTreeMap<u64, String>) {
        let Self { running, given, seen } = self;
        let ended = running.kill();
        let text = ended.stdout_text();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for (number, line) in whole.lines().zip(&given).skip(seen) {
            if let Ok(number) = number.parse() {
                durable.insert(number, line.clone());
            }
        }
    }

    /// Ends its input, and waits until all is acknowledged.
    pub(crate) fn finish(self, case: &mut Case, durable: &mut BTreeMap<u64, String>) {
        let Self { running, given, .. } = self;
        let ended = running.wait();
        case.expect_status(&ended, 0);
        for (number, line) in ended.stdout_text().lines().zip(&given) {
            if let Ok(number) = number.parse() {
                durable.insert(number, line.clone());
            }
        }
    }
}

/// Expects all that was durable in these files, each once.
pub(crate) fn check_stored(case: &mut Case, outs: &[&str], source: &str, durable: &BTreeMap<u64, String>) {
    let mut all: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for out in outs {
        for record in stored(case, out) {
            if record.0 == source {
                all.entry(record.2).or_default().push(record.3);
            }
        }
    }
    let ended = transfer(case, &["--version"]);
    for (number, line) in durable {
        let bodies = all.remove(number).unwrap_or_default();
        let what = format!(
            "record {number} of {source}, which was said to be durable, once in {}",
            outs.join(", ")
        );
        case.expect(&ended, bodies == [line.clone()], &what, format!("{bodies:?}"));
    }
    // Those that were durable and not yet said to be so.
    for (number, bodies) in all {
        let what = format!("record {number} of {source} once");
        case.expect(&ended, bodies.len() == 1, &what, format!("{bodies:?}"));
    }
}

/// CRC-32, bit by bit.
pub(crate) fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |mut sum: u32, &byte| {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & (!(sum & 1)).wrapping_add(1));
        }
        sum
    })
}
