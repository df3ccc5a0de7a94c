//! One thread that runs all commands: it waits for everything at once, and does what the others decide.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use nbnet::poller::{self, Events, Kind, Trigger, Waker};
use nbnet::slab::Token;
use nbnet::timers::Timers;

use super::admission::Admission;
use super::child::Watcher;
use super::command::{command, not_started};
use super::feed::Feed;
use super::inbox::{Inbox, Message};
use super::item::LONGEST;
use super::method::Settings;
use super::params::Params;
use super::running::{Context, Running};
use super::signals::Signals;
use super::sys;
use crate::methods::Call;

/// The thread that runs all commands. When this is dropped, they are killed.
#[must_use = "its end is theirs"]
pub struct Engine {
    inbox: Arc<Inbox>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts it.
    ///
    /// # Errors
    /// What the system does not give.
    pub(super) fn start(settings: Settings) -> io::Result<Self> {
        // It is only for tidiness, so where it cannot be had it is not.
        let _ = sys::keep_descriptors();
        let mut poller = poller::open(Kind::Epoll)?;
        let inbox = Arc::new(Inbox::new(Waker::new(poller.as_mut(), Trigger::Level)?));
        let mut commands = Commands {
            inbox: Arc::clone(&inbox),
            admission: Admission::new(settings.at_once, settings.queue),
            waiting: HashMap::new(),
            running: HashMap::new(),
            timers: Timers::default(),
            signals: Signals::new()?,
            began: Instant::now(),
            context: Context {
                watcher: Watcher::new(poller),
                buffer: vec![0; 1 + LONGEST].into(),
                now: Duration::ZERO,
            },
        };
        let thread = thread::Builder::new().name("exec".to_owned()).spawn(move || {
            if let Err(error) = commands.work() {
                eprintln!("rpc: exec: cannot wait for commands: {error}");
            }
        })?;
        Ok(Self {
            inbox,
            thread: Some(thread),
        })
    }

    /// Returns where it is told what to do.
    pub(super) fn inbox(&self) -> &Arc<Inbox> {
        &self.inbox
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.inbox.put(Message::Stop);
        // If it has panicked, that was said already.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// A command whose turn has not come yet.
struct Waiting {
    call: Arc<Call>,
    params: Box<Params>,
    feed: Feed,
}

/// All commands.
struct Commands {
    inbox: Arc<Inbox>,
    admission: Admission<u64>,
    waiting: HashMap<u64, Waiting>,
    running: HashMap<u64, Running>,
    timers: Timers<u64>,
    signals: Signals,
    began: Instant,
    context: Context,
}

impl Commands {
    /// Works until it is told to stop.
    fn work(&mut self) -> io::Result<()> {
        let mut events = Events::default();
        loop {
            let wait = self
                .timers
                .next()
                .map(|at| at.saturating_sub(self.began.elapsed()));
            self.context.watcher.poller.wait(&mut events, wait)?;
            self.context.now = self.began.elapsed();
            for event in events.iter() {
                if event.token == Token::WAKE {
                    for message in self.inbox.take() {
                        if matches!(message, Message::Stop) {
                            return Ok(());
                        }
                        self.told(message);
                    }
                } else if let Some((id, source)) = self.context.watcher.find(event.token) {
                    self.with(id, |running, context| running.ready(source, context));
                }
            }
            while let Some(id) = self.timers.expire(self.context.now) {
                self.with(id, |running, context| {
                    running.due(context);
                    Ok(())
                });
            }
            while let Some(id) = self.admission.turn() {
                self.begin(id);
            }
        }
    }

    /// Does what a message asks for. What it is about may be over by now.
    fn told(&mut self, message: Message) {
        match message {
            Message::Begin(id, call, params) => self.arrived(id, call, params),
            Message::Input(id, bytes, last) => match self.waiting.get_mut(&id) {
                Some(waiting) => waiting.feed.add(&bytes, last),
                None => self.with(id, |running, context| running.input(&bytes, last, context)),
            },
            Message::Credit(id) => self.with(id, Running::credit),
            Message::Over(id) => {
                if self.admission.leave(&id) {
                    self.waiting.remove(&id);
                }
                self.with(id, Running::over);
            }
            Message::Stop => {}
        }
    }

    /// Lets a command in, or turns it away.
    #[expect(clippy::boxed_local, reason = "it will wait in its box")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn arrived(&mut self, id: u64, call: Arc<Call>, params: Box<Params>) {
        todo!(
            "exec: Ask admission. Whoever finds no room fails with OVERLOADED; all others wait here, if only for a moment."
        )
    }

    /// Starts the command whose turn has come.
    fn begin(&mut self, id: u64) {
        let waiting = self.waiting.remove(&id);
        let Some(Waiting { call, params, feed }) = waiting.filter(|waiting| !waiting.call.is_over()) else {
            return self.admission.ended();
        };
        let started = command(&params).and_then(|mut command| {
            let call = Arc::clone(&call);
            let context = &mut self.context;
            self.signals
                .with_none_blocked(|| Running::start(&mut command, &params, id, call, feed, context))
                .map_err(|why| not_started(&params, &why))
        });
        match started {
            Ok(running) => {
                self.running.insert(id, running);
                self.with(id, Running::feed);
            }
            Err(failure) => {
                call.fail(failure);
                self.admission.ended();
            }
        }
    }

    /// Does something with a command that runs, if it does, and looks what comes of it.
    fn with(&mut self, id: u64, act: impl FnOnce(&mut Running, &mut Context) -> io::Result<()>) {
        let Some(running) = self.running.get_mut(&id) else {
            return;
        };
        let done = match act(running, &mut self.context) {
            Ok(()) => running.settle(&mut self.context),
            Err(error) => {
                running.fail(&error);
                true
            }
        };
        match running.until(self.context.now) {
            Some(at) if !done => self.timers.set(id, at),
            _ => {
                self.timers.cancel(id);
            }
        }
        if done && let Some(running) = self.running.remove(&id) {
            running.bury(&mut self.context);
            self.admission.ended();
        }
    }
}

impl Drop for Commands {
    /// Kills all that run, and takes no more, however it came to that.
    fn drop(&mut self) {
        self.inbox.close();
        self.running.values().for_each(Running::kill);
        for (_, running) in self.running.drain() {
            running.bury(&mut self.context);
        }
    }
}
