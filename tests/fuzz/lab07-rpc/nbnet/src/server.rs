//! A server without loops: whoever plays has its service.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::Result;
use crate::mailbox::Post;
use crate::service::Service;
use crate::table::{Connection, Desk, Talk};
use crate::transport::Wrap;

/// What a server of lab 7 says about how it serves.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// What it calls itself.
    pub name: &'static str,
    /// Where it would listen.
    pub listen: SocketAddr,
    /// How many loops it would have.
    pub threads: usize,
    /// How long its end may take.
    pub grace: Duration,
    /// The most connections at a time.
    pub max_connections: Option<usize>,
    /// How many bytes may wait for one peer before its requests wait too.
    pub buffer: usize,
    /// How many worker threads there are.
    pub workers: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "nbnet",
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            threads: 1,
            grace: Duration::from_secs(5),
            max_connections: None,
            buffer: 64 << 10,
            workers: 0,
        }
    }
}

/// Opens connections to a service.
pub type Door = Box<dyn Fn() -> Box<dyn Talk> + Send + Sync>;

/// What the last server left that was told to serve.
static DOOR: Mutex<Option<Door>> = Mutex::new(None);

/// Takes it.
pub fn door() -> Option<Door> {
    DOOR.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// A server.
pub struct Server {
    settings: Settings,
    desk: Arc<Desk>,
}

impl Server {
    /// Makes one. It listens nowhere.
    ///
    /// # Errors
    /// Never.
    pub fn bind(settings: Settings) -> Result<Self> {
        Ok(Self {
            settings,
            desk: Arc::new(Desk::open()),
        })
    }

    /// Returns where it would listen.
    pub fn address(&self) -> SocketAddr {
        self.settings.listen
    }

    /// Returns what sends messages to connections.
    pub fn post(&self) -> &Post {
        self.desk.post()
    }

    /// Changes nothing: there are no sockets.
    #[must_use]
    pub fn over(self, _wrap: impl Wrap) -> Self {
        self
    }

    /// Leaves the service to [`door`], and returns at once.
    ///
    /// # Errors
    /// Never.
    pub fn serve(self, service: impl Service) -> Result<()> {
        let (service, desk, mark) = (Arc::new(service), self.desk, self.settings.buffer);
        let door: Door =
            Box::new(move || Box::new(Connection::open(Arc::clone(&service), Arc::clone(&desk), mark)));
        *DOOR.lock().unwrap_or_else(PoisonError::into_inner) = Some(door);
        Ok(())
    }
}
