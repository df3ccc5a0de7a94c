use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use store::{Committed, HostId};
use tokio::sync::{Semaphore, broadcast, watch};

use crate::attempts::Attempts;
use crate::board::Board;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::pool::Pool;
use crate::prometheus::Vitals;
use crate::sessions::Sessions;
use crate::users::Users;

/// The least bytes of a token.
const SHORTEST_TOKEN: usize = 16;

/// How many commits an open page may be behind before it is told that all hosts have changed.
const NEWS: usize = 1024;

/// The most streams of events that are open at once.
const MOST_STREAMS: usize = 256;

/// What whoever runs the dashboard decides.
#[derive(Clone)]
pub struct Settings {
    /// What one logs in with: 16 bytes at least.
    pub token: String,
    /// How often hosts report: a host that is silent for three of it is down.
    pub interval: Duration,
}

/// What the pages are made of; a clone is the same.
#[derive(Clone)]
pub struct State(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) interval: Duration,
    pub(crate) readers: Pool,
    pub(crate) sessions: Sessions,
    pub(crate) attempts: Attempts,
    users: Users,
    desk: Desk,
    board: Board,
    vitals: Vitals,
    pub(crate) streams: Arc<Semaphore>,
    news: broadcast::Sender<HostId>,
    stop: watch::Sender<bool>,
}

impl State {
    /// Opens the database that a [`store::Store`] has made.
    ///
    /// # Errors
    /// [`Error::Store`] if it cannot be read, [`Error::Token`] if the token is too short.
    pub fn new(database: impl Into<store::Location>, settings: Settings) -> Result<Self> {
        let Settings { token, interval } = settings;
        if token.len() < SHORTEST_TOKEN {
            return Err(Error::Token {
                bytes: token.len(),
                least: SHORTEST_TOKEN,
            });
        }
        Ok(Self(Arc::new(Inner {
            interval,
            readers: Pool::open(database.into())?,
            sessions: Sessions::new(&token),
            attempts: Attempts::default(),
            users: Users::default(),
            desk: Desk::default(),
            board: Board::default(),
            vitals: Vitals::default(),
            streams: Arc::new(Semaphore::new(MOST_STREAMS)),
            news: broadcast::channel(NEWS).0,
            stop: watch::channel(false).0,
        })))
    }

    /// Returns what a [`store::Writer`] calls after each commit, so that open pages show it. Pages show nothing that is not committed: what
    /// somebody has seen is there after a crash.
    pub fn feed(&self) -> impl FnMut(&Committed) + Send + 'static {
        let (news, vitals) = (self.0.news.clone(), self.vitals());
        move |committed| {
            vitals.count(committed);
            // It fails if no page is open.
            let _ = news.send(committed.host);
        }
    }

    /// Returns where whoever judges shows its alarms.
    pub fn board(&self) -> Board {
        self.0.board.clone()
    }

    /// Returns who may log in besides whoever has the token: nobody, until a file is followed.
    pub fn users(&self) -> &Users {
        &self.0.users
    }

    /// Returns where whoever serves the pages says what is done when somebody changes something on them.
    pub fn desk(&self) -> &Desk {
        &self.0.desk
    }

    /// Returns where the hub adds what `/metrics` says of it.
    pub fn vitals(&self) -> Vitals {
        self.0.vitals.clone()
    }

    /// Ends [`serve`](crate::serve): open streams end, and answers that have begun are finished.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    /// Returns the parts.
    pub(crate) fn parts(&self) -> &Inner {
        &self.0
    }

    /// Returns what tells of each commit from now on.
    pub(crate) fn news(&self) -> broadcast::Receiver<HostId> {
        self.0.news.subscribe()
    }

    /// Waits for [`stop`](Self::stop).
    pub(crate) async fn stopped(&self) {
        // The sender lives as long as `self`.
        let _ = self.0.stop.subscribe().wait_for(|stop| *stop).await;
    }
}

/// Says nothing of the token.
impl fmt::Debug for Settings {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        todo!("login: The interval, and that there is more: what is secret stands in no log.")
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("interval", &self.0.interval)
            .finish_non_exhaustive()
    }
}
