//! One address, and the connections to it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::choice::Candidate;
use crate::client::{Multiplex, Options};
use crate::error::{Error, Result};

/// A connection that held so long was a good one: when it is lost, waits begin anew.
const STEADY: Duration = Duration::from_secs(1);

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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) async fn keep(&self, link: usize, options: &Options, changes: &watch::Sender<()>) {
        todo!(
            "pool: Each change of the link is told to `changes`. A connection counts as there when the server has said HELLO. After each failure and each loss wait a while; the waits begin anew only after a connection that held for STEADY, or a server that accepts and hangs up would be asked ten times a second for ever."
        )
    }

    /// Returns how it stands with the address.
    pub(super) fn candidate(&self) -> Candidate {
        todo!(
            "pool: An address with a connection is up, and its load is that of all of its connections; one whose first connections are all under way is new; and else it is down."
        )
    }

    /// Returns the connection with the fewest calls under way.
    pub(super) fn client(&self) -> Option<Multiplex> {
        todo!("pool: One that takes no more calls is none, even if its keeper has not noticed that yet.")
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
#[expect(unused_variables, reason = "goes with the todo!")]
async fn ready(address: &str, options: &Options) -> Result<Multiplex> {
    todo!("pool: Each of the two may take as long as the options give to connect.")
}
