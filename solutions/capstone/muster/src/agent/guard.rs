//! Commands end with their agent, also if that is killed and can do nothing any more.
//!
//! An agent that runs commands starts itself once more, as `muster-agent guard MARK`, and tells that process of each process group that it begins and ends,
//! over a pipe: a byte, `+` or `-`, and the group's number in 4 bytes, the highest first. When the agent is gone, however it ended, its end of the pipe is
//! closed; then the guard kills the groups that it knows, and whoever has MARK in their environment: the agent may have been killed between the beginning of
//! a command and the word about it, and what has left its group has the mark, too. `PR_SET_PDEATHSIG` would reach a command's first process only.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, Signal};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, kill_process, kill_process_group};

/// The word by which an agent is told to be a guard.
pub const COMMAND: &str = "guard";

/// The variable of each command's environment that has the mark.
pub(super) const VARIABLE: &str = "MUSTER_AGENT";

/// How often the guard looks for marked processes, and how long it waits before it looks again: one may have been about to begin.
const LOOKS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(50);

/// The longest environment that is looked at, in bytes.
const LONGEST: u64 = 1 << 20;

/// How long a guard may take to end, when its agent ends in order.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The agent's side. Clones share one guard, which is started with the first command.
#[derive(Clone)]
pub(super) struct Guard {
    mark: Arc<str>,
    watched: Arc<Mutex<Watched>>,
}

#[derive(Default)]
struct Watched {
    groups: BTreeSet<i32>,
    helper: Option<Helper>,
    /// Whether it was said that there is no guard.
    is_said: bool,
}

struct Helper {
    child: Child,
    tell: Option<ChildStdin>,
}

impl Guard {
    /// Makes one, for the life of an agent that has this number.
    pub(super) fn of(instance: u64) -> Self {
        Self {
            mark: format!("{instance:016x}").into(),
            watched: Arc::default(),
        }
    }

    /// Returns what is to stand in [`VARIABLE`].
    pub(super) fn mark(&self) -> &str {
        &self.mark
    }

    /// Sees to it that there is a guard. To be called before a command begins.
    pub(super) fn stand(&self) {
        self.lock().stand(&self.mark);
    }

    /// Has a process group killed should the agent die. To be called as soon as there is one.
    pub(super) fn begin(&self, group: Pid) {
        let mut watched = self.lock();
        watched.groups.insert(group.as_raw_nonzero().get());
        watched.tell(&self.mark, b'+', group);
    }

    /// Forgets a group. To be called before anybody waits for its first process: afterwards its number may be another's.
    pub(super) fn end(&self, group: Pid) {
        let mut watched = self.lock();
        if watched.groups.remove(&group.as_raw_nonzero().get()) {
            watched.tell(&self.mark, b'-', group);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    /// Tells the guard. One that is not there any more is started again.
    fn tell(&mut self, mark: &str, what: u8, group: Pid) {
        let message = message(what, group.as_raw_nonzero().get());
        let told = self.helper.as_mut().map(|helper| helper.write(&message));
        if told.is_none_or(|told| told.is_err()) {
            self.helper = None;
            self.stand(mark);
        }
    }

    /// Starts a guard, if there is none, and tells it of all there is.
    fn stand(&mut self, mark: &str) {
        if self.helper.is_some() {
            return;
        }
        let started = Helper::start(mark).and_then(|mut helper| {
            let all = self.groups.iter().flat_map(|group| message(b'+', *group));
            helper.write(&all.collect::<Vec<_>>()).map(|()| helper)
        });
        match started {
            Ok(helper) => self.helper = Some(helper),
            Err(why) if !self.is_said => {
                self.is_said = true;
                eprintln!(
                    "muster-agent: commands would outlive this agent, should it be killed: no guard: {why}"
                );
            }
            Err(_) => {}
        }
    }
}

impl Helper {
    fn start(mark: &str) -> io::Result<Self> {
        // This very program, also if another one has taken its place meanwhile. In a group of its own: what is typed at a terminal is for the agent.
        let mut child = Command::new("/proc/self/exe")
            .args([COMMAND, mark])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()?;
        let tell = child.stdin.take();
        if let Some(tell) = &tell {
            // One that does not read must not stop the agent.
            fcntl_setfl(tell, fcntl_getfl(tell)? | OFlags::NONBLOCK)?;
        }
        Ok(Self { child, tell })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let tell = self.tell.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        tell.write_all(bytes)
    }
}

impl Drop for Helper {
    /// Closes the pipe, and lets the guard end.
    fn drop(&mut self) {
        self.tell = None;
        let until = Instant::now() + LAST_WORDS;
        while let Ok(None) = self.child.try_wait() {
            if Instant::now() >= until {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

fn message(what: u8, group: i32) -> [u8; 5] {
    let [a, b, c, d] = group.to_be_bytes();
    [what, a, b, c, d]
}

/// The other side: waits until standard input is closed, and kills what it was told of, and what has this mark.
pub fn serve(mark: &str) {
    // Whoever ends everything by its name ends the agent, and that ends this.
    let signals: SigSet = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP]
        .into_iter()
        .collect();
    let _ = signals.thread_block();
    let mut groups = BTreeSet::new();
    let mut stdin = io::stdin().lock();
    let mut message = [0; 5];
    while stdin.read_exact(&mut message).is_ok() {
        let [what, group @ ..] = message;
        let group = i32::from_be_bytes(group);
        match what {
            b'+' => groups.insert(group),
            _ => groups.remove(&group),
        };
    }
    for group in groups {
        // Never 1, which would be everybody.
        if let Some(group) = Pid::from_raw(group).filter(|_| group > 1) {
            let _ = kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
    let mark = format!("{VARIABLE}={mark}");
    for look in 0..LOOKS {
        if look > 0 {
            std::thread::sleep(PAUSE);
        }
        for pid in marked(&mark) {
            let _ = kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

/// Finds the processes that have a variable with its value in their environment. Source: proc_pid_environ(5).
fn marked(variable: &str) -> Vec<Pid> {
    let has_it = |pid: &i32| {
        let mut environment = Vec::new();
        let file = File::open(format!("/proc/{pid}/environ"));
        let read = file.and_then(|file| file.take(LONGEST).read_to_end(&mut environment));
        read.is_ok()
            && environment
                .split(|byte| *byte == 0)
                .any(|one| one == variable.as_bytes())
    };
    let names = fs::read_dir("/proc").into_iter().flatten().flatten();
    names
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(has_it)
        .filter_map(Pid::from_raw)
        .collect()
}
