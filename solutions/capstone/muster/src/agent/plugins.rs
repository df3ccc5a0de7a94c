//! What plug-ins say. They run in a process of their own.
//!
//! Their scheduler ends every child that it does not know, for it may be a daemon that a plug-in has left behind. An agent has other children: the
//! commands that operators run. So it starts itself once more, as `muster-agent plug-ins DIR`, and asks that process by a byte on its standard input. The
//! answer is a length of 4 bytes, the highest first, and a batch as the wire has it. When the agent is gone, however it ended, its end of that pipe is
//! closed; then the plug-ins are ended.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use daemon::events::{Event, Interest};
use nix::sys::signal::Signal;
use plugins::contain::Runs;
use plugins::schedule::{AT_ONCE, Scheduler};
use plugins::{Sample, manifest};

use crate::error::{Error, Result};
use crate::wire::batch::{self, Entry, Stamp};

/// The word by which an agent is told to be the process of plug-ins.
pub const COMMAND: &str = "plug-ins";

/// The most plug-ins of a host.
const MOST: usize = 256;

/// The most bytes of names and labels of new samples in a report.
const MOST_NEW: usize = 400 << 10;

/// The longest answer, in bytes.
const LONGEST: usize = 1 << 20;

/// How long the agent waits for an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a process that has failed is not started again.
const REST: Duration = Duration::from_secs(10);

/// How long the process of plug-ins may take to end, when its agent ends in order.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The agent's side: the process of plug-ins, started again when it ends.
pub(super) struct Plugins {
    folder: PathBuf,
    helper: Option<Helper>,
    started: Option<Instant>,
}

struct Helper {
    child: Child,
    ask: Option<ChildStdin>,
    answers: Receiver<Vec<u8>>,
}

impl Plugins {
    /// Prepares to run the plug-ins of a folder.
    pub(super) fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            helper: None,
            started: None,
        }
    }

    /// Returns what is known of the plug-ins now, and what they have said since this was last asked. The first time, and whenever they cannot be
    /// asked, that is nothing.
    pub(super) fn take(&mut self) -> Vec<Sample> {
        let Some(helper) = &mut self.helper else {
            self.start();
            return Vec::new();
        };
        match helper.ask() {
            Ok(samples) => samples,
            Err(why) => {
                eprintln!("muster-agent: plug-ins of {}: {why}", self.folder.display());
                self.helper = None;
                Vec::new()
            }
        }
    }

    fn start(&mut self) {
        if self.started.is_some_and(|started| started.elapsed() < REST) {
            return;
        }
        self.started = Some(Instant::now());
        match Helper::start(&self.folder) {
            Ok(helper) => self.helper = Some(helper),
            Err(why) => eprintln!(
                "muster-agent: cannot run plug-ins of {}: {why}",
                self.folder.display()
            ),
        }
    }
}

impl Helper {
    fn start(folder: &Path) -> io::Result<Self> {
        // This very program, also if another one has taken its place meanwhile.
        let mut child = Command::new("/proc/self/exe")
            .arg(COMMAND)
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (send, answers) = sync_channel(1);
        let ask = child.stdin.take();
        if let Some(out) = child.stdout.take() {
            let reader = move || {
                let mut out = out;
                while let Ok(answer) = read_answer(&mut out) {
                    if send.send(answer).is_err() {
                        return;
                    }
                }
            };
            thread::Builder::new().name("plug-ins".to_owned()).spawn(reader)?;
        }
        Ok(Self { child, ask, answers })
    }

    fn ask(&mut self) -> io::Result<Vec<Sample>> {
        if let Some(ask) = &mut self.ask {
            ask.write_all(b"\n")?;
        }
        let answer = self.answers.recv_timeout(PATIENCE).map_err(|why| match why {
            RecvTimeoutError::Timeout => io::Error::other("no answer"),
            RecvTimeoutError::Disconnected => io::Error::other("their process has ended"),
        })?;
        let (_, rows) = batch::decode(&answer).map_err(io::Error::other)?;
        let sample = |row: batch::Row<'_>| Sample {
            name: row.name.to_owned(),
            labels: row.labels,
            kind: row.kind,
            unit: row.unit,
            value: row.value,
        };
        Ok(rows.into_iter().map(sample).collect())
    }
}

impl Drop for Helper {
    /// Lets it end in order, so that it ends its plug-ins; one that does not is killed.
    fn drop(&mut self) {
        self.ask = None;
        let until = Instant::now() + LAST_WORDS;
        while let Ok(None) = self.child.try_wait() {
            if Instant::now() >= until {
                let _ = self.child.kill();
                let _ = self.child.wait();
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }
}

fn read_answer(from: &mut ChildStdout) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut answer = vec![0; length];
    from.read_exact(&mut answer)?;
    Ok(answer)
}

/// The other side: runs the plug-ins of a folder until standard input is closed or SIGTERM comes.
///
/// # Errors
/// The folder cannot be read, or [`Error::System`].
pub fn serve(folder: &Path) -> Result<()> {
    let (mut manifests, errors) = manifest::read_folder(folder).map_err(|why| Error::System {
        what: "read the plug-ins",
        source: io::Error::other(why),
    })?;
    for error in &errors {
        eprintln!("muster-agent: {error}");
    }
    if manifests.len() > MOST {
        eprintln!("muster-agent: {}: more than {MOST} plug-ins", folder.display());
    }
    let refused = errors.len() + manifests.len().saturating_sub(MOST);
    manifests.truncate(MOST);
    let runs = Runs::new(&[Signal::SIGTERM, Signal::SIGINT]).map_err(Error::system("run plug-ins"))?;
    let mut scheduler = Scheduler::new(manifests, refused, AT_ONCE, runs);
    let stdin = io::stdin();
    let watched = scheduler
        .runs()
        .events()
        .watch(&stdin, Runs::OTHERS, Interest::Read);
    watched.map_err(Error::system("watch standard input"))?;
    loop {
        let others = scheduler.step(None).map_err(Error::system("wait for plug-ins"))?;
        for news in scheduler.take_news() {
            eprintln!("muster-agent: plug-in {news}");
        }
        for event in others {
            let is_asked = matches!(event, Event::Ready { .. })
                && rustix::io::read(&stdin, &mut [0_u8; 64]).is_ok_and(|count| count > 0);
            // A signal, or the agent is gone.
            if !is_asked || answer(&scheduler).is_err() {
                return Ok(());
            }
        }
    }
}

fn answer(scheduler: &Scheduler) -> io::Result<()> {
    let now = Instant::now();
    let ledger = scheduler.ledger();
    let mut ledger = ledger.lock();
    let mut samples = ledger.own(now);
    samples.extend(ledger.take_new(now, MOST_NEW));
    drop(ledger);
    let stamp = Stamp {
        instance: 0,
        sequence: 0,
        time_ms: 0,
    };
    let body = batch::encode(stamp, samples.iter().map(Entry::from));
    let mut out = io::stdout().lock();
    out.write_all(&(body.len() as u32).to_be_bytes())?;
    out.write_all(&body)?;
    out.flush()
}
