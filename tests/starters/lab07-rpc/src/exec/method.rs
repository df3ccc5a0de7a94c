//! The method `exec` of a server.

use std::io;
use std::sync::Arc;

use super::engine::Engine;
use super::inbox::{Inbox, Message};
use super::params::Params;
use crate::methods::{Call, Listener, Method, Methods};
use crate::{Code, Failure};

/// How a server runs commands.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Whether it does at all.
    pub allow: bool,
    /// How many run at the same time.
    pub at_once: usize,
    /// How many may wait.
    pub queue: usize,
}

/// Adds the method `exec`. To be called when signals are blocked already: it starts a thread, and looks which ones commands must not inherit.
///
/// Returns what runs the commands: when that is dropped, after the server has ended, all that still run are killed.
///
/// # Errors
/// What the system does not give.
pub fn register(methods: &mut Methods, settings: Settings) -> io::Result<Option<Engine>> {
    if !settings.allow {
        let why = "exec is off: start the server with --allow-exec";
        let refuse = move |_: Arc<Call>, _: &[u8]| Err(Failure::new(Code::REFUSED, why));
        methods.add("exec", Method::deferred(refuse));
        return Ok(None);
    }
    let engine = Engine::start(settings)?;
    let inbox = Arc::clone(engine.inbox());
    methods.add(
        "exec",
        Method::deferred(move |call, body| begin(&inbox, call, body)),
    );
    Ok(Some(engine))
}

/// Begins with a call, on the loop's thread.
fn begin(inbox: &Arc<Inbox>, call: Arc<Call>, body: &[u8]) -> Result<Option<Box<dyn Listener>>, Failure> {
    let params = Box::new(Params::parse(body)?);
    let id = inbox.number();
    if !inbox.put(Message::Begin(id, call, params)) {
        return Err(Failure::new(Code::INTERNAL, "nobody runs commands any more"));
    }
    let inbox = Arc::clone(inbox);
    Ok(Some(Box::new(Ear { id, inbox })))
}

/// Passes on what a call hears.
struct Ear {
    id: u64,
    inbox: Arc<Inbox>,
}

impl Listener for Ear {
    fn credit(&mut self) {
        self.inbox.put(Message::Credit(self.id));
    }

    fn over(&mut self) {
        self.inbox.put(Message::Over(self.id));
    }

    fn input(&mut self, bytes: &[u8], last: bool) {
        self.inbox.put(Message::Input(self.id, bytes.into(), last));
    }
}
