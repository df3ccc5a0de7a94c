//! Commands end with their agent, also if that is killed and can do nothing any more.
//!
//! An agent that runs commands starts itself once more, as `muster-agent guard`, and tells that process of each process group that it begins and ends, over
//! a pipe: a byte, `+` or `-`, and the group's number in 4 bytes, the highest first. When the agent is gone, however it ended, its end of the pipe is closed;
//! then the guard kills the groups that it knows, and ends. `PR_SET_PDEATHSIG` would reach the command's first process only, and none that it has started.

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, Signal};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, kill_process_group};

/// The word by which an agent is told to be a guard.
pub const COMMAND: &str = "guard";

/// How long a guard may take to end, when its agent ends in order.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The agent's side. Clones share one guard, which is started with the first command.
#[derive(Clone, Default)]
pub(super) struct Guard(Arc<Mutex<Watched>>);

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
    /// Has a process group killed should the agent die. To be called as soon as there is one.
    pub(super) fn begin(&self, group: Pid) {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watched.groups.insert(group.as_raw_nonzero().get());
        watched.tell(b'+', group);
    }

    /// Forgets a group. To be called before anybody waits for its first process: afterwards its number may be another's.
    pub(super) fn end(&self, group: Pid) {
        let mut watched = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if watched.groups.remove(&group.as_raw_nonzero().get()) {
            watched.tell(b'-', group);
        }
    }
}

impl Watched {
    /// Tells the guard. One that is not there, or not any more, is started, and told of all there is.
    fn tell(&mut self, what: u8, group: Pid) {
        if let Some(helper) = &mut self.helper
            && helper.write(&message(what, group.as_raw_nonzero().get())).is_ok()
        {
            return;
        }
        self.helper = None;
        let started = Helper::start().and_then(|mut helper| {
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
    fn start() -> io::Result<Self> {
        // This very program, also if another one has taken its place meanwhile. In a group of its own: what is typed at a terminal is for the agent.
        let mut child = Command::new("/proc/self/exe")
            .arg(COMMAND)
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

/// The other side: waits until standard input is closed, and kills what it was told of.
pub fn serve() {
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
}
