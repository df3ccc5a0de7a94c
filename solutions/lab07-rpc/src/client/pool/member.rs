//! One address, and the connections to it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
// region:pool
use std::time::Instant;
// endregion:pool

use tokio::sync::watch;
// region:pool
use tokio::time::{sleep, timeout};
// endregion:pool

use super::choice::Candidate;
use crate::client::{Multiplex, Options};
use crate::error::{Error, Result};
// region:pool
use crate::client::waits::Waits;
// endregion:pool

/// A connection that held so long was a good one: when it is lost, waits begin anew.
const STEADY: Duration = Duration::from_secs(1);

// region:given/link
/// How it stands with a connection.
#[derive(Debug)]
enum Link {
    /// It is made for the first time.
    New,
    /// It is there.
    Up(Multiplex),
    /// The latest try has failed, or the connection was lost; another try will follow.
    Down(Error),
}
// endregion:given/link

/// An address of the pool.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) address: Arc<str>,
    links: Mutex<Vec<Link>>,
}

impl Member {
    /// Makes one to which no connection is there yet.
    pub(super) fn new(address: &str, connections: usize) -> Self {
        Self {
            address: address.into(),
            links: Mutex::new((0..connections).map(|_| Link::New).collect()),
        }
    }

    /// Keeps one of the connections, for ever: makes it, waits until it takes no more calls, makes it again.
    pub(super) async fn keep(&self, link: usize, options: &Options, changes: &watch::Sender<()>) {
        // region:pool/keep Each change of the link is told to `changes`. A connection counts as there when the server has said HELLO. After each failure and each loss wait a while; the waits begin anew only after a connection that held for STEADY, or a server that accepts and hangs up would be asked ten times a second for ever.
        let mut waits = Waits::new();
        loop {
            let why = match ready(&self.address, options).await {
                Err(why) => why,
                Ok(client) => {
                    let began = Instant::now();
                    self.set(link, Link::Up(client.clone()), changes);
                    let why = client.ended().await;
                    if began.elapsed() >= STEADY {
                        waits.reset();
                    }
                    why
                }
            };
            self.set(link, Link::Down(why), changes);
            sleep(waits.next()).await;
        }
        // endregion:pool/keep
    }

    /// Returns how it stands with the address.
    pub(super) fn candidate(&self) -> Candidate {
        // region:pool/candidate An address with a connection is up, and its load is that of all of its connections; one whose first connections are all under way is new; and else it is down.
        let links = self.links();
        let mut load = None;
        let mut new = false;
        for link in &*links {
            match link {
                Link::Up(client) if client.closed().is_none() => {
                    *load.get_or_insert(0) += client.in_flight();
                }
                Link::New => new = true,
                Link::Up(_) | Link::Down(_) => {}
            }
        }
        match load {
            Some(load) => Candidate::Up { load },
            None if new => Candidate::New,
            None => Candidate::Down,
        }
        // endregion:pool/candidate
    }

    /// Returns the connection with the fewest calls under way.
    pub(super) fn client(&self) -> Option<Multiplex> {
        // region:pool/client One that takes no more calls is none, even if its keeper has not noticed that yet.
        let links = self.links();
        let up = links.iter().filter_map(|link| match link {
            Link::Up(client) if client.closed().is_none() => Some(client),
            _ => None,
        });
        up.min_by_key(|client| client.in_flight()).cloned()
        // endregion:pool/client
    }

    /// Returns what is wrong with it.
    pub(super) fn why(&self) -> Option<Error> {
        self.links().iter().find_map(|link| match link {
            Link::Down(why) => Some(why.clone()),
            Link::Up(client) => client.closed(),
            Link::New => None,
        })
    }

    /// Notes how it stands with a connection now, and tells everybody.
    fn set(&self, at: usize, link: Link, changes: &watch::Sender<()>) {
        self.links()[at] = link;
        changes.send_replace(());
    }

    fn links(&self) -> MutexGuard<'_, Vec<Link>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connects, and waits for the server's HELLO: the system accepts connections even for a server that hangs.
async fn ready(address: &str, options: &Options) -> Result<Multiplex> {
    // region:pool/ready Each of the two may take as long as the options give to connect.
    let client = Multiplex::connect(address, options).await?;
    match timeout(options.connect, client.ready()).await {
        Ok(ready) => ready.map(|()| client),
        Err(_) => Err(Error::Connect {
            why: format!("no HELLO within {} ms", options.connect.as_millis()),
        }),
    }
    // endregion:pool/ready
}
