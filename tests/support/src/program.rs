//! A subject's program about to be run.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};

use crate::ended::Ended;
use crate::report::{Failure, Outcome};
use crate::running::Running;
use crate::suite::Limits;
use crate::terminal::{Size, Terminal};
use crate::text;
use crate::watch::{Shared, Watch};

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
    terminal: Option<Size>,
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
            terminal: None,
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

    /// Lets the program find terminals of this size as its standard output and standard error. What it draws is kept as it was written,
    /// each on its own, escape sequences and all; standard input is no terminal.
    pub fn terminal(mut self, columns: u16, rows: u16) -> Self {
        self.terminal = Some(Size { columns, rows });
        self.env("TERM", "xterm")
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

    /// Lets the program run for as long as the case does, with memory of its own: the stage's limits are for what a student wrote, and
    /// this is what it speaks to.
    pub(crate) fn for_the_whole_case(mut self) -> Self {
        self.limits.wall = Duration::from_secs(24 * 3600);
        self.limits.cpu = self.limits.wall;
        self.limits.memory_kib = 1 << 20;
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
        let (stdout, stderr) = match self.terminal {
            Some(size) => (Some(Terminal::open(size)?), Some(Terminal::open(size)?)),
            None => (None, None),
        };
        let (drawn_out, stdout) = ends(stdout);
        let (drawn_err, stderr) = ends(stderr);
        command.stderr(stderr);
        command.stdout(match &self.stdout_to {
            Some(path) => Stdio::from(
                File::options()
                    .write(true)
                    .create(true)
                    .truncate(false)
                    .open(path)?,
            ),
            None => stdout,
        });
        command.stdin(match &self.input {
            Input::Null => Stdio::null(),
            Input::File(path) => Stdio::from(File::open(path)?),
            _ => Stdio::piped(),
        });
        let mut child = command.spawn()?;
        // It holds the program's ends of the terminals, whose other ends would never be done.
        drop(command);
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
        let stdout = drawn_out.or_else(|| child.stdout.take().map(OwnedFd::from));
        let stderr = drawn_err.or_else(|| child.stderr.take().map(OwnedFd::from));
        let watch = Watch {
            shared: Arc::clone(&shared),
            limits: self.limits,
            started,
            observe_threads: self.observe_threads,
            read_at_most: self.read_at_most,
        };
        let pid = child.id();
        let watcher = std::thread::spawn(move || watch.until_ended(child, stdout, stderr));
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

/// Parts a terminal into the end that is read and the one that a program is given; without a terminal, there is a pipe.
fn ends(terminal: Option<Terminal>) -> (Option<OwnedFd>, Stdio) {
    match terminal {
        Some(Terminal { ours, programs }) => (Some(ours), Stdio::from(programs)),
        None => (None, Stdio::piped()),
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
