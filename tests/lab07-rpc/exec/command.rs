//! Commands that a case lets run, and what they wait for.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, mkfifoat};
use serde_json::{Value, json};
use support::{Case, Ended, Program};

use crate::wire::{Frame, Server, Subject, Wire, kind};

/// Starts `rpc serve` with `--allow-exec`.
pub(super) fn serve(case: &mut Case, options: &[&str]) -> Server {
    Server::start(case, &[&["--allow-exec"], options].concat())
}

/// Prepares `rpc exec` with these options.
pub(super) fn exec(case: &Case, server: &Server, options: &[&str], command: &[&str]) -> Program {
    case.program("rpc")
        .args(["exec", &server.address.to_string()])
        .args(options)
        .args(["--"])
        .args(command)
}

/// As [`exec`], for a line for the shell.
pub(super) fn shell(case: &Case, server: &Server, options: &[&str], line: &str) -> Program {
    exec(case, server, &[&["--shell"], options].concat(), &[line])
}

/// Expects what a client has printed and said, and its status.
pub(super) fn expect(case: &mut Case, ended: &Ended, what: &str, status: i32, stdout: &str, stderr: &str) {
    let text = |status: i32, stdout: &str, stderr: &str| {
        format!("exit status {status}\nstandard output:\n{stdout}\nstandard error:\n{stderr}\n")
    };
    case.expect_same(
        ended,
        what,
        &text(status, stdout, stderr),
        &text(ended.code(), &ended.stdout_text(), &ended.stderr_text()),
    );
}

/// Makes the call of a command without a shell.
pub(super) fn call(id: u64, argv: &[&str]) -> Frame {
    call_with(id, json!({ "argv": argv }))
}

/// Makes the call of a line for the shell.
pub(super) fn call_shell(id: u64, line: &str) -> Frame {
    call(id, &["sh", "-c", line])
}

/// Makes a call with these parameters.
pub(super) fn call_with(id: u64, params: Value) -> Frame {
    Frame::call(id, 0, "exec", params.to_string())
}

/// What came of a call.
pub(super) struct Done {
    pub(super) out: Vec<u8>,
    pub(super) err: Vec<u8>,
    /// Its REPLY or ERROR.
    pub(super) end: Frame,
}

impl Done {
    /// What the reply says, without the time that it took.
    pub(super) fn outcome(&self) -> String {
        match serde_json::from_slice::<Value>(&self.end.payload) {
            Ok(Value::Object(mut members)) if self.end.kind == kind::REPLY => {
                match members.remove("ms").and_then(|ms| ms.as_u64()) {
                    Some(_) => Value::Object(members).to_string(),
                    None => format!("no `ms` in `{}`", self.end),
                }
            }
            _ => format!("`{}`", self.end),
        }
    }
}

/// Waits for the end of call `id`, and gives credit for all that comes. Frames of other calls must not come.
pub(super) fn finish(case: &mut Case, server: &mut Server, wire: &mut Wire, id: u64, what: &str) -> Done {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    loop {
        let frame = server.expect_next(case, wire, &format!("the end of {what}"));
        let is_ours = frame.id == id;
        server.expect(case, is_ours, &format!("frames of call {id} only"), &frame);
        match frame.kind {
            kind::ITEM => {
                let (to, bytes) = match frame.payload.split_first() {
                    Some((1, bytes)) => (&mut out, bytes),
                    Some((2, bytes)) => (&mut err, bytes),
                    _ => {
                        let what = "an ITEM that begins with 1 for standard output, or 2 for standard error";
                        server.expect(case, false, what, &frame);
                        continue;
                    }
                };
                let fits = !bytes.is_empty() && bytes.len() <= 32 << 10;
                let found = format!("{} bytes", bytes.len());
                server.expect(case, fits, "1 to 32768 bytes of output in an ITEM", found);
                to.extend_from_slice(bytes);
                wire.send(&Frame::credit(id, frame.payload.len() as u32));
            }
            kind::CREDIT => {}
            _ => return Done { out, err, end: frame },
        }
    }
}

/// Lets a command run to its end, and expects what the reply says.
pub(super) fn expect_outcome(
    case: &mut Case,
    server: &mut Server,
    wire: &mut Wire,
    call: &Frame,
    expected: &str,
) -> Done {
    wire.send(call);
    let what = format!("`{}`", String::from_utf8_lossy(call.body()));
    let done = finish(case, server, wire, call.id, &what);
    server.expect_same(
        case,
        &format!("the reply to {what}, without `ms`"),
        expected,
        &done.outcome(),
    );
    done
}

/// What a command waits for: `read go < NAME` in its script comes back once for each time that the case opens the gate.
pub(super) struct Gate(File);

impl Gate {
    pub(super) fn new(case: &Case, name: &str) -> Self {
        let path = case.dir().join(name);
        mkfifoat(CWD, &path, Mode::RUSR | Mode::WUSR)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // Open for both, so that nobody waits for the other end, and nothing is lost as long as this is held.
        let open = File::options().read(true).write(true).open(&path);
        Self(open.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    pub(super) fn open(&mut self) {
        self.0
            .write_all(b"go\n")
            .unwrap_or_else(|error| panic!("a gate: {error}"));
    }
}

/// Returns the whole lines that commands have written to a file so far.
pub(super) fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n').map(str::to_owned))
        .collect()
}

/// Waits until commands have written so many whole lines to the file `name`, and returns them.
pub(super) fn wait_for_file(case: &Case, subject: &mut Subject, name: &str, count: usize) -> Vec<String> {
    let path = case.dir().join(name);
    let what = format!("ran commands that wrote {count} lines to `{name}`");
    subject.wait_until(&what, || lines(&path).len() >= count);
    lines(&path)
}

/// Waits until a command has written a process id to the file `name`, and returns it.
pub(super) fn wait_for_pid(case: &Case, subject: &mut Subject, name: &str) -> u32 {
    let line = wait_for_file(case, subject, name, 1).remove(0);
    line.trim()
        .parse()
        .unwrap_or_else(|_| panic!("`{line}` is no process id"))
}

/// Whether a process runs: it is there, and no zombie.
pub(super) fn is_alive(pid: u32) -> bool {
    state(pid).is_some_and(|state| state != 'Z' && state != 'X')
}

/// The letter of its state in /proc.
pub(super) fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

/// Processes with this variable in their environment, and so all that a command has started with `--env`, whatever became of their parents.
pub(super) fn marked(variable: &str) -> Vec<u32> {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| {
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment
                .split(|&byte| byte == 0)
                .any(|one| one == variable.as_bytes())
                && is_alive(*pid)
        })
        .collect()
}

/// A variable that no other process has.
pub(super) fn mark(name: &str) -> String {
    format!("MARK={name}-{}", std::process::id())
}

/// Expects that nothing is left, soon, of what was started with `mark` in its environment.
pub(super) fn expect_none_left(subject: &mut Subject, mark: &str) {
    subject.wait_until("ended all that the command had started", || {
        marked(mark).is_empty()
    });
}

/// The children of a process.
pub(super) fn children(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    tasks
        .filter_map(|task| fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|list| {
            list.split_whitespace()
                .filter_map(|pid| pid.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}

/// How many descriptors a process has open.
pub(super) fn descriptors(pid: u32) -> usize {
    fs::read_dir(PathBuf::from(format!("/proc/{pid}/fd"))).map_or(0, Iterator::count)
}
