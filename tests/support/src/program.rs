//! A subject's program: started under limits, watched, ended.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Resource, Rlimit, Signal, kill_process, kill_process_group, pidfd_open, prlimit,
};
use serde_json::{Value, json};

use crate::process::{self, Usage};
use crate::report::{Failure, Outcome};
use crate::suite::Limits;
use crate::text;

/// How long after a program's end its pipes may stay open (a child of it holds them) before they are given up.
const PIPE_GRACE: Duration = Duration::from_millis(200);

/// How often memory, time and processes are looked at while a program runs.
const LOOK: Duration = Duration::from_millis(2);

/// Writes a program's standard input.
type Feed = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

/// What a program reads from its standard input.
enum Input {
    Null,
    Bytes(Vec<u8>),
    File(PathBuf),
    Stream(Feed),
    Piped,
}

/// A program of the subject about to be run, built up like [`std::process::Command`].
///
/// It gets an environment of its own (`LC_ALL=C.UTF-8`, `TZ=UTC`, `HOME` and `TMPDIR` in the case's folder), the
/// case's folder as its working directory, and a process group of its own.
#[must_use = "a program does nothing until `run` or `spawn`"]
pub struct Program {
    name: String,
    path: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    dir: PathBuf,
    input: Input,
    stdout_to: Option<PathBuf>,
    read_at_most: Option<usize>,
    observe_threads: bool,
    /// Whether it is a program of the system and not the subject's.
    peer: bool,
    limits: Limits,
}

impl Program {
    pub(crate) fn new(name: &str, path: PathBuf, dir: &Path, limits: Limits) -> Self {
        Self {
            name: name.to_owned(),
            path,
            args: Vec::new(),
            env: Vec::new(),
            dir: dir.to_owned(),
            input: Input::Null,
            stdout_to: None,
            read_at_most: None,
            observe_threads: false,
            peer: false,
            limits,
        }
    }

    /// Says that this is a program of the system.
    pub(crate) fn of_the_system(mut self) -> Self {
        self.peer = true;
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable of the program's environment.
    pub fn env(mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env
            .push((key.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Runs in `dir`, relative to the case's folder.
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.dir = self.dir.join(dir);
        self
    }

    /// Feeds `bytes` to standard input through a pipe. A program that stops reading is no error.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Input::Bytes(bytes.into());
        self
    }

    /// Opens `path` as standard input, relative to the case's folder.
    pub fn stdin_file(mut self, path: impl AsRef<Path>) -> Self {
        self.input = Input::File(self.dir.join(path));
        self
    }

    /// Feeds standard input as it is made, for input larger than the suite wants to hold.
    pub fn stdin_stream(
        mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static,
    ) -> Self {
        self.input = Input::Stream(Box::new(write));
        self
    }

    /// Keeps standard input open for [`Running::write`].
    pub fn stdin_piped(mut self) -> Self {
        self.input = Input::Piped;
        self
    }

    /// Sends standard output to the file at `path` (say `/dev/full`) and not to the case.
    pub fn stdout_to(mut self, path: impl AsRef<Path>) -> Self {
        self.stdout_to = Some(self.dir.join(path));
        self
    }

    /// Closes the reading end of standard output after `bytes`, as `head` does.
    pub fn close_stdout_after(mut self, bytes: usize) -> Self {
        self.read_at_most = Some(bytes);
        self
    }

    /// Lets the program run for at most `wall`, where that is less than the stage allows.
    pub fn wall(mut self, wall: Duration) -> Self {
        self.limits.wall = self.limits.wall.min(wall);
        self
    }

    /// Records how long each thread was on a processor, for [`Ended::threads`].
    pub fn observe_threads(mut self) -> Self {
        self.observe_threads = true;
        self
    }

    /// Runs the program to its end. One that breaks a limit ends the case.
    pub fn run(self) -> Ended {
        self.spawn().wait()
    }

    /// Starts the program.
    pub fn spawn(self) -> Running {
        let step = self.describe();
        crate::suite::report_line("step", step.clone());
        match self.start(step.clone()) {
            Ok(running) => running,
            Err(error) => Failure::new(
                Outcome::Fault,
                format!("cannot start {}: {error}", step["program"]),
            )
            .raise(),
        }
    }

    fn describe(&self) -> Value {
        let stdin = match &self.input {
            Input::Null | Input::Piped => Value::Null,
            Input::Bytes(bytes) => match crate::suite::keep_input(bytes) {
                Some(path) => json!({ "saved": path.display().to_string() }),
                None => json!({ "made": true }),
            },
            Input::File(path) => json!({ "file": path.display().to_string() }),
            Input::Stream(_) => json!({ "made": true }),
        };
        json!({
            "program": self.name,
            "peer": self.peer,
            "args": self.args.iter().map(|arg| text::visible(arg.as_encoded_bytes())).collect::<Vec<_>>(),
            "dir": self.dir.display().to_string(),
            "stdin": stdin,
        })
    }

    fn start(self, step: Value) -> io::Result<Running> {
        let mut command = Command::new(&self.path);
        command
            .args(&self.args)
            .current_dir(&self.dir)
            .process_group(0)
            .env_clear();
        command
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .env("RUST_BACKTRACE", "0");
        command
            .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin")
            .env("HOME", &self.dir)
            .env("TMPDIR", &self.dir);
        command.envs(self.env.iter().map(|(key, value)| (key, value)));
        command.stderr(Stdio::piped());
        command.stdout(match &self.stdout_to {
            Some(path) => Stdio::from(
                File::options()
                    .write(true)
                    .create(true)
                    .truncate(false)
                    .open(path)?,
            ),
            None => Stdio::piped(),
        });
        command.stdin(match &self.input {
            Input::Null => Stdio::null(),
            Input::File(path) => Stdio::from(File::open(path)?),
            _ => Stdio::piped(),
        });
        let mut child = command.spawn()?;
        let started = Instant::now();
        limit_files(&child, &self.limits);

        let mut stdin = child.stdin.take();
        let feed: Option<Feed> = match self.input {
            Input::Bytes(bytes) => Some(Box::new(move |pipe| pipe.write_all(&bytes))),
            Input::Stream(write) => Some(write),
            _ => None,
        };
        if let (Some(feed), Some(mut pipe)) = (feed, stdin.take_if(|_| !step["stdin"].is_null())) {
            // The thread ends by itself: with its input, or with EPIPE once the program is gone, which is no fault of the suite.
            std::thread::spawn(move || drop(feed(&mut pipe)));
        }

        let shared = Arc::new(Shared::default());
        let watch = Watch {
            shared: Arc::clone(&shared),
            limits: self.limits,
            started,
            observe_threads: self.observe_threads,
            read_at_most: self.read_at_most,
        };
        let pid = child.id();
        let watcher = std::thread::spawn(move || watch.until_ended(child));
        Ok(Running {
            pid,
            started,
            step,
            stdin,
            shared,
            watcher: Some(watcher),
            wall: self.limits.wall,
        })
    }
}

/// Bounds what only the kernel can bound. The program may have run for some microseconds by then, which these limits can bear.
fn limit_files(child: &Child, limits: &Limits) {
    let pid = Pid::from_child(child);
    let set = |resource, bytes| {
        let limit = Rlimit {
            current: Some(bytes),
            maximum: Some(bytes),
        };
        // It fails when the program has ended already, and then there is nothing to limit.
        let _ = prlimit(Some(pid), resource, limit);
    };
    set(Resource::Core, 0);
    set(Resource::Fsize, limits.file_bytes);
}

/// What a program has printed so far, shared between its watcher and the case.
#[derive(Default)]
struct Shared {
    seen: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Default)]
struct Seen {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    usage: Usage,
    over: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The limit that a program broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Broken {
    Wall,
    Cpu,
    Memory,
    Output,
    Processes,
}

/// What the watching thread needs.
struct Watch {
    shared: Arc<Shared>,
    limits: Limits,
    started: Instant,
    observe_threads: bool,
    read_at_most: Option<usize>,
}

/// What the watching thread found.
struct Watched {
    status: ExitStatus,
    broken: Option<Broken>,
    wall: Duration,
    cpu: Duration,
    peak_kib: u64,
    bytes_read: Option<u64>,
    threads: Vec<Duration>,
}

impl Watch {
    /// Reads the program's output and watches its limits until it has ended and its pipes are closed.
    fn until_ended(self, mut child: Child) -> io::Result<Watched> {
        let pid = child.id();
        let mut stdout = child.stdout.take().map(OwnedFd::from);
        let mut stderr = child.stderr.take().map(OwnedFd::from);
        let pidfd = pidfd_open(Pid::from_child(&child), PidfdFlags::empty())?;
        let mut buffer = vec![0; 64 << 10];
        let mut ended: Option<Instant> = None;
        let mut broken = None;
        let mut peak_kib = 0;
        let mut cpu = Duration::ZERO;
        let mut bytes_read = None;
        let mut wall = Duration::ZERO;
        let mut threads = BTreeMap::new();
        let mut looked = self.started;

        loop {
            let (out_ready, err_ready, end_ready) =
                self.wait_for_any(&stdout, &stderr, ended.is_none().then_some(&pidfd))?;
            if out_ready {
                self.read_into(
                    &mut stdout,
                    &mut buffer,
                    |seen| &mut seen.stdout,
                    self.read_at_most,
                )?;
            }
            if err_ready {
                self.read_into(&mut stderr, &mut buffer, |seen| &mut seen.stderr, None)?;
            }
            if end_ready {
                wall = self.started.elapsed();
                ended = Some(Instant::now());
                // A program that has ended keeps its numbers until it is waited for.
                cpu = cpu.max(process::cpu(pid).unwrap_or_default());
                bytes_read = process::bytes_read(pid).or(bytes_read);
            }
            match ended {
                Some(at) if stdout.is_none() && stderr.is_none() || at.elapsed() > PIPE_GRACE => break,
                Some(_) => continue,
                None => {}
            }
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                let usage = process::usage(pid);
                peak_kib = peak_kib.max(usage.anonymous_kib);
                cpu = cpu.max(usage.cpu);
                bytes_read = process::bytes_read(pid).or(bytes_read);
                if self.observe_threads {
                    process::threads(pid, &mut threads);
                }
                self.shared.lock().usage = usage;
                broken = broken.or(self.broken(&usage));
            }
            if self.shared.lock().over {
                broken = broken.or(Some(Broken::Output));
            }
            if broken.is_some() {
                kill_tree(pid);
            }
        }
        // What it left behind in its own group goes with it; the case's end takes the rest.
        let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
        let status = child.wait()?;
        self.shared.changed.notify_all();
        Ok(Watched {
            status,
            broken,
            wall,
            cpu,
            peak_kib,
            bytes_read,
            threads: threads.into_values().collect(),
        })
    }

    fn wait_for_any(
        &self,
        stdout: &Option<OwnedFd>,
        stderr: &Option<OwnedFd>,
        pidfd: Option<&OwnedFd>,
    ) -> io::Result<(bool, bool, bool)> {
        let sources = [stdout.as_ref(), stderr.as_ref(), pidfd];
        let mut fds: Vec<PollFd<'_>> = sources
            .iter()
            .flatten()
            .map(|fd| PollFd::new(*fd, PollFlags::IN))
            .collect();
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: LOOK.subsec_nanos().into(),
        };
        match poll(&mut fds, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let mut ready = fds.iter().map(|fd| !fd.revents().is_empty());
        let mut next = |source: Option<&OwnedFd>| source.is_some() && ready.next().unwrap_or(false);
        Ok((next(sources[0]), next(sources[1]), next(sources[2])))
    }

    /// Reads once from `pipe` into the shared buffer; closes the pipe at its end, or when `at_most` bytes have come.
    fn read_into(
        &self,
        pipe: &mut Option<OwnedFd>,
        buffer: &mut [u8],
        target: fn(&mut Seen) -> &mut Vec<u8>,
        at_most: Option<usize>,
    ) -> io::Result<()> {
        let Some(fd) = pipe else { return Ok(()) };
        let read = match rustix::io::read(fd.as_fd(), &mut *buffer) {
            Ok(read) => read,
            Err(rustix::io::Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let mut seen = self.shared.lock();
        let target_bytes = target(&mut seen);
        let room = self.limits.output_bytes.saturating_sub(target_bytes.len());
        target_bytes.extend_from_slice(&buffer[..read.min(room)]);
        let enough = at_most.is_some_and(|most| target_bytes.len() >= most);
        seen.over |= read > room;
        if read == 0 || enough {
            *pipe = None;
        }
        drop(seen);
        self.shared.changed.notify_all();
        Ok(())
    }

    fn broken(&self, usage: &Usage) -> Option<Broken> {
        if usage.anonymous_kib > self.limits.memory_kib {
            Some(Broken::Memory)
        } else if usage.processes > self.limits.processes {
            Some(Broken::Processes)
        } else if self.started.elapsed() > self.limits.wall {
            Some(Broken::Wall)
        } else if usage.cpu > self.limits.cpu {
            Some(Broken::Cpu)
        } else {
            None
        }
    }
}

/// Kills `pid` and its descendants. They are stopped first, so that none has a child in the meantime that is missed.
pub(crate) fn kill_tree(pid: u32) {
    for signal in [Signal::STOP, Signal::KILL] {
        for pid in process::tree(pid) {
            if let Some(pid) = Pid::from_raw(pid.cast_signed()) {
                let _ = kill_process(pid, signal);
            }
        }
    }
}

/// A program that is running. Dropping it kills it.
pub struct Running {
    pid: u32,
    started: Instant,
    step: Value,
    stdin: Option<ChildStdin>,
    shared: Arc<Shared>,
    watcher: Option<JoinHandle<io::Result<Watched>>>,
    wall: Duration,
}

impl Running {
    /// The program's process id.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Writes to the program's standard input. A program that stopped reading is no error.
    pub fn write(&mut self, bytes: &[u8]) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(bytes);
        }
    }

    /// Closes the program's standard input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid.cast_signed()) {
            let _ = kill_process(pid, signal);
        }
    }

    /// Returns what standard output holds so far.
    pub fn stdout(&self) -> Vec<u8> {
        self.shared.lock().stdout.clone()
    }

    /// Returns what standard error holds so far.
    pub fn stderr(&self) -> Vec<u8> {
        self.shared.lock().stderr.clone()
    }

    /// Waits until `enough` says so of standard output, and returns it. `what` completes the sentence "it never …".
    ///
    /// A program that ends before, or does not get there within its wall limit, fails the case.
    pub fn wait_for_stdout(&mut self, what: &str, mut enough: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
        self.wait_for(what, |seen| enough(&seen.stdout).then(|| seen.stdout.clone()))
    }

    /// Waits until `count` lines stand on standard output, and returns them without their line feeds.
    pub fn wait_for_lines(&mut self, count: usize) -> Vec<String> {
        let lines = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b'\n').count();
        let stdout = self.wait_for_stdout(&format!("printed {count} lines"), |bytes| lines(bytes) >= count);
        String::from_utf8_lossy(&stdout)
            .lines()
            .map(str::to_owned)
            .collect()
    }

    fn wait_for<T>(&mut self, what: &str, mut ready: impl FnMut(&Seen) -> Option<T>) -> T {
        let shared = Arc::clone(&self.shared);
        let mut seen = shared.lock();
        loop {
            if let Some(value) = ready(&seen) {
                return value;
            }
            let ended = self.watcher.as_ref().is_none_or(JoinHandle::is_finished);
            if ended || self.started.elapsed() > self.wall + Duration::from_secs(1) {
                break;
            }
            seen = match shared.changed.wait_timeout(seen, Duration::from_millis(20)) {
                Ok((seen, _)) => seen,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        drop(seen);
        let ended = self.finish();
        let mut failure = ended.failure(Outcome::Wrong, format!("it never {what}"));
        failure.actual = Some(ended.transcript());
        failure.raise()
    }

    /// Waits for the program's end. One that broke a limit ends the case.
    pub fn wait(mut self) -> Ended {
        self.stdin = None;
        self.finish()
    }

    /// Kills the program with its children and says how it stood.
    pub fn kill(mut self) -> Ended {
        kill_tree(self.pid);
        self.finish()
    }

    fn finish(&mut self) -> Ended {
        let watched = match self.watcher.take().map(JoinHandle::join) {
            Some(Ok(Ok(watched))) => watched,
            Some(Ok(Err(error))) => {
                Failure::new(Outcome::Fault, format!("cannot watch the program: {error}")).raise()
            }
            _ => Failure::new(Outcome::Fault, "the program was waited for twice").raise(),
        };
        let mut seen = self.shared.lock();
        let ended = Ended {
            stdout: std::mem::take(&mut seen.stdout),
            stderr: std::mem::take(&mut seen.stderr),
            status: watched.status,
            wall: watched.wall,
            cpu: watched.cpu,
            peak_anonymous_kib: watched.peak_kib,
            bytes_read: watched.bytes_read,
            threads: watched.threads,
            step: self.step.clone(),
        };
        drop(seen);
        if let Some(broken) = watched.broken {
            ended.broke(broken).raise();
        }
        ended
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(watcher) = self.watcher.take() {
            kill_tree(self.pid);
            let _ = watcher.join();
        }
    }
}

/// A program that has ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it said on standard error.
    pub stderr: Vec<u8>,
    /// Its exit status, or the signal that ended it.
    pub status: ExitStatus,
    /// From start to end.
    pub wall: Duration,
    /// User and system time, to a hundredth of a second.
    pub cpu: Duration,
    /// The most anonymous resident memory (RssAnon) that was seen, in KiB. A program that runs for less than some
    /// milliseconds may show 0.
    pub peak_anonymous_kib: u64,
    /// Bytes that its read calls returned, as far as could be seen.
    pub bytes_read: Option<u64>,
    /// Time on a processor of each thread that was seen, if asked for by [`Program::observe_threads`].
    pub threads: Vec<Duration>,
    step: Value,
}

impl Ended {
    /// Returns the exit status, or 128 plus the signal as a shell does.
    pub fn code(&self) -> i32 {
        self.status
            .code()
            .unwrap_or_else(|| 128 + self.status.signal().unwrap_or(0))
    }

    /// Returns standard output as text, made visible where it is none.
    pub fn stdout_text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap_or_else(|error| text::visible(error.as_bytes()))
    }

    /// Returns standard error as text, made visible where it is none.
    pub fn stderr_text(&self) -> String {
        String::from_utf8(self.stderr.clone()).unwrap_or_else(|error| text::visible(error.as_bytes()))
    }

    /// Writes what can be compared: standard output and the status.
    pub(crate) fn transcript(&self) -> String {
        let mut out = String::from("stdout:\n");
        out.push_str(&text::block(&self.stdout));
        out.push_str(&match self.status.signal() {
            Some(signal) => format!("ended by signal {signal}\n"),
            None => format!("exit status {}\n", self.code()),
        });
        out
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "step": self.step,
            "status": self.status.code(),
            "signal": self.status.signal(),
            "wall_ms": self.wall.as_millis() as u64,
            "cpu_ms": self.cpu.as_millis() as u64,
            "peak_kib": self.peak_anonymous_kib,
            "stderr": text::visible(&self.stderr[..self.stderr.len().min(4 << 10)]),
        })
    }

    /// Makes the failure that this end explains best: an unwritten stage or a crash before what `outcome` says.
    pub(crate) fn failure(&self, outcome: Outcome, what: impl Into<String>) -> Failure {
        let outcome = match (outcome, self.status.signal()) {
            (Outcome::Wrong, _) if is_unwritten(&self.stderr) => Outcome::NotWritten,
            (Outcome::Wrong, Some(_)) => Outcome::Crashed,
            (Outcome::Wrong, None) if self.status.code() == Some(101) => Outcome::Crashed,
            _ => outcome,
        };
        let mut failure = Failure::new(outcome, what);
        failure.ended = Some(self.json());
        failure
    }

    fn broke(&self, broken: Broken) -> Failure {
        let (outcome, what) = match broken {
            Broken::Wall => (Outcome::TimedOut, "it ran longer than its time limit"),
            Broken::Cpu => (Outcome::TimedOut, "it used more processor time than its limit"),
            Broken::Memory => (Outcome::OverMemory, "it held more memory than its limit"),
            Broken::Output => (Outcome::OverOutput, "it printed more than its limit"),
            Broken::Processes => (Outcome::OverProcesses, "it started more processes than its limit"),
        };
        let mut failure = self.failure(outcome, what);
        if !self.stdout.is_empty() {
            let start = &self.stdout[..self.stdout.len().min(1 << 10)];
            failure.actual = Some(format!("stdout, its beginning:\n{}", text::block(start)));
        }
        failure
    }
}

/// Whether the program met a `todo!` of the starter.
fn is_unwritten(stderr: &[u8]) -> bool {
    const MESSAGE: &[u8] = b"not yet implemented: ";
    stderr.windows(MESSAGE.len()).any(|window| window == MESSAGE)
}
