//! Commands of the system, run from afar.

use std::io;

use crate::methods::Methods;
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

/// What runs commands, as long as it is there.
pub struct Engine;

/// Adds the method `exec`. To be called when signals are blocked already, for it may start a thread.
///
/// # Errors
/// What the system does not give.
pub fn register(methods: &mut Methods, settings: Settings) -> io::Result<Option<Engine>> {
    let _ = settings;
    let refused = |_: _, _: &[u8]| {
        Err(Failure::new(
            Code::REFUSED,
            "exec is off: start the server with --allow-exec",
        ))
    };
    methods.add("exec", crate::methods::Method::deferred(refused));
    Ok(None)
}
