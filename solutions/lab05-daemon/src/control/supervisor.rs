//! What is done when something happens: one loop, one process, no thread.

mod ending;
mod telling;

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use rustix::process::{Pid, getpid};

use super::config::{Config, Ready};
use super::error::{Error, Result};
use super::log::Log;
use super::notify::{Receiver, Sender};
use super::pidfile::PidFile;
use super::policy::Policy;
use super::ready::{Readiness, Report, Sign, Verdict};
use super::service::{Output, Service, Stream};
use crate::events::{Event, Events, Interest};
use crate::process;

/// The signals that are dealt with here. Others do what they do by default.
const SIGNALS: [Signal; 9] = [
    Signal::SIGCHLD,
    Signal::SIGTERM,
    Signal::SIGINT,
    Signal::SIGHUP,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGQUIT,
    Signal::SIGALRM,
    Signal::SIGWINCH,
];

const OUT: u64 = 0;
const ERR: u64 = 1;
const NOTIFY: u64 = 2;

/// How much of the command's output is read at once.
const PIECE: usize = 64 << 10;

// region:given/supervisor
/// Runs a command, and starts it again, until it is told to stop.
#[derive(Debug)]
pub struct Supervisor<'a> {
    config: &'a Config,
    events: Events,
    log: Log,
    /// Whoever waits until the command is ready.
    report: Report,
    /// Whoever supervises this supervisor.
    systemd: Option<Sender>,
    /// Where the command says how it is.
    notify: Option<Receiver>,
    policy: Policy,
    phase: Phase,
    service: Option<Service>,
    output: Output,
}

/// Where it stands.
#[derive(Debug)]
enum Phase {
    /// The command runs and is not ready yet.
    Starting(Readiness),
    /// It is ready.
    Running,
    /// It has ended, and is started again at this moment.
    Waiting(Instant),
    /// It was told to stop.
    Stopping {
        /// When what is left is killed.
        until: Instant,
        /// The command's process group.
        group: Pid,
    },
    /// Nothing is left to do.
    Ended(End),
}

/// Why a supervisor has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It was told to.
    Stopped,
    /// The command has ended and is not to be started again.
    Finished {
        /// Whether it ended well.
        well: bool,
    },
    /// The command has never become ready, or has ended too often. The sentence says which.
    Failed(String),
}
// endregion:given/supervisor

impl<'a> Supervisor<'a> {
    /// Runs the command of `config` until the end. Whatever comes of it: the number stands in `pid_file` meanwhile; then nothing is left of
    /// the command, and then the file is gone.
    ///
    /// # Errors
    /// What the kernel says when this process cannot do its work.
    pub fn supervise(
        config: &'a Config,
        mut pid_file: PidFile,
        log: Log,
        report: Report,
        systemd: Option<Sender>,
    ) -> Result<End> {
        let prepared = pid_file
            .write(getpid())
            .and_then(|()| Events::new(&SIGNALS).map_err(Error::system("wait for signals")));
        let events = match prepared {
            Ok(events) => events,
            Err(error) => {
                pid_file.remove()?;
                report.failed(&format!("{}: {error}", config.name));
                return Err(error);
            }
        };
        let mut this = Self {
            config,
            events,
            log,
            report,
            systemd,
            notify: None,
            policy: Policy::new(config),
            phase: Phase::Running,
            service: None,
            output: Output::default(),
        };
        let end = this.run();
        let cleaned = this.kill_all().and_then(|()| pid_file.remove());
        if this.report.is_awaited() {
            this.report.failed(&match &end {
                Ok(End::Failed(sentence)) => sentence.clone(),
                Ok(_) => format!("{}: stopped before it was ready", config.name),
                Err(error) => format!("{}: {error}", config.name),
            });
        }
        cleaned.and(end)
    }

    fn run(&mut self) -> Result<End> {
        process::become_subreaper().map_err(Error::system("become a subreaper"))?;
        if self.config.ready == Ready::Notify {
            let receiver = Receiver::new().map_err(Error::system("make a socket for notifications"))?;
            self.watch(&receiver, NOTIFY)?;
            self.notify = Some(receiver);
        }
        if let Err(sentence) = self.start()? {
            self.log.say(None, &sentence);
            return Ok(End::Failed(format!("{}: {sentence}", self.config.name)));
        }
        loop {
            if let Phase::Ended(end) = &self.phase {
                return Ok(end.clone());
            }
            let events = self.events.wait(self.deadline());
            for event in events.map_err(Error::system("wait for something to happen"))? {
                match event {
                    Event::Signal { signal, .. } => self.signalled(signal)?,
                    Event::Ready { token: OUT } => drop(self.read(Stream::Out)?),
                    Event::Ready { token: ERR } => drop(self.read(Stream::Err)?),
                    Event::Ready { .. } => self.notified()?,
                }
            }
            self.time_has_passed(Instant::now())?;
        }
    }

    /// When something is to be done even if nothing happens.
    fn deadline(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Starting(readiness) => Some(readiness.until()),
            Phase::Waiting(until) | Phase::Stopping { until, .. } => Some(*until),
            Phase::Running | Phase::Ended(_) => None,
        }
    }

    fn time_has_passed(&mut self, now: Instant) -> Result<()> {
        match self.phase {
            Phase::Starting(_) => self.sign(Sign::Time, now),
            Phase::Waiting(until) if now >= until => {
                if let Err(sentence) = self.start()? {
                    let decision = self.policy.ended(None, Duration::ZERO, now);
                    self.decide(None, &sentence, decision, now);
                }
                Ok(())
            }
            Phase::Stopping { until, .. } if now >= until => self.lose_patience(),
            _ => Ok(()),
        }
    }

    fn signalled(&mut self, signal: Signal) -> Result<()> {
        match signal {
            Signal::SIGCHLD => self.reap(),
            Signal::SIGTERM | Signal::SIGINT => self.stop(),
            Signal::SIGHUP => self.reload(),
            other => self.tell(other),
        }
    }

    /// Starts the command. The inner error is a sentence about why that cannot be.
    fn start(&mut self) -> Result<std::result::Result<(), String>> {
        let (service, output) = match Service::start(self.config, self.notify.as_ref()) {
            Ok(started) => started,
            Err(error) => {
                let what = match self.config.directory.is_dir() {
                    true => format!("start {}", self.config.command[0].display()),
                    false => format!("change to {}", self.config.directory.display()),
                };
                return Ok(Err(format!("cannot {what}: {error}")));
            }
        };
        for (stream, token) in [(Stream::Out, OUT), (Stream::Err, ERR)] {
            if let Some(pipe) = output.pipe(stream) {
                self.watch(pipe, token)?;
            }
        }
        self.log.say(Some(service.pid), "started");
        self.phase = Phase::Starting(Readiness::new(
            self.config.ready,
            self.config.start_timeout,
            service.since,
        ));
        self.service = Some(service);
        self.output = output;
        Ok(Ok(()))
    }

    fn watch(&self, descriptor: impl AsFd, token: u64) -> Result<()> {
        let watched = self.events.watch(descriptor, token, Interest::Read);
        watched.map_err(Error::system("wait for a descriptor"))
    }

    /// Notes what the command has done, or that time has passed.
    fn sign(&mut self, sign: Sign, now: Instant) -> Result<()> {
        let (Phase::Starting(readiness), Some(service)) = (&self.phase, self.service) else {
            return Ok(());
        };
        let timeout = readiness.timeout();
        match readiness.verdict(sign, now) {
            // What it does can make it ready; that it is too late is a matter of time.
            Verdict::TooLate if sign != Sign::Time => {}
            Verdict::NotYet => {}
            Verdict::Ready => {
                self.phase = Phase::Running;
                self.log.say(Some(service.pid), "ready");
                self.report.ready();
                self.tell_systemd(&format!(
                    "READY=1\nMAINPID={}\nSTATUS={}[{}] is running",
                    getpid(),
                    self.config.name,
                    service.pid
                ));
            }
            Verdict::TooLate => {
                let sentence = format!("not ready within {} ms", timeout.as_millis());
                if self.report.is_awaited() {
                    self.log.say(Some(service.pid), &sentence);
                    self.phase = Phase::Ended(End::Failed(format!("{}: {sentence}", self.config.name)));
                } else {
                    self.kill_all()?;
                    let decision = self.policy.ended(None, now - service.since, now);
                    self.decide(Some(service.pid), &sentence, decision, now);
                }
            }
        }
        Ok(())
    }

    /// Reads once from the command's output. Returns whether there was something.
    fn read(&mut self, stream: Stream) -> Result<bool> {
        let mut buffer = [0; PIECE];
        let length = self.output.read(stream, &mut buffer);
        if length == 0 {
            return Ok(false);
        }
        if self.log.take(stream, &buffer[..length]) && stream == Stream::Out {
            self.sign(Sign::Line, Instant::now())?;
        }
        Ok(true)
    }

    /// Takes what the command says about itself.
    fn notified(&mut self) -> Result<()> {
        while let Some(receiver) = &self.notify
            && let Some(message) = receiver
                .receive()
                .map_err(Error::system("receive a notification"))?
        {
            if let Some(status) = &message.status {
                self.log.say(
                    self.service.map(|service| service.pid),
                    &format!("status: {status}"),
                );
                self.tell_systemd(&format!("STATUS={status}"));
            }
            if message.ready {
                self.sign(Sign::Notified, Instant::now())?;
            }
        }
        Ok(())
    }

    fn tell_systemd(&self, message: &str) {
        if let Some(systemd) = &self.systemd {
            systemd.send(message);
        }
    }
}
