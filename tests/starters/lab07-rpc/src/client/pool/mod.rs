//! Connections to many servers: which are healthy, and which one gets a call.

mod choice;
mod member;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout_at;

use self::choice::{Candidate, Choice, Scope};
use self::member::Member;
use super::multiplex::Event;
use super::{Multiplex, Options};
use crate::code::Code;
use crate::error::{self, Error};
use crate::message::{Failure, left_ms};
use crate::ring::{Load, POINTS, Ring};

/// By what a call finds its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Route {
    /// The one with the fewest calls under way.
    #[default]
    Least,
    /// The one to which the call's key belongs. Calls without a key go to the one with the fewest.
    Key,
}

/// What happens to a call that a server may have run, though no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Retry {
    /// It has failed: to run it twice may be worse than not to know.
    #[default]
    Never,
    /// It is called again, of the same server or of another, as long as its time lasts.
    MayRunTwice,
}

/// How a pool behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many connections there are to each address.
    pub connections: usize,
    /// By what a call finds its server.
    pub route: Route,
    /// Whether a call may be run twice.
    pub retry: Retry,
    /// How many times its even share of all calls under way an address may get by its keys.
    pub load: Load,
    /// How to connect and to call.
    pub options: Options,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connections: 1,
            route: Route::default(),
            retry: Retry::default(),
            load: Load::default(),
            options: Options::default(),
        }
    }
}

/// What is wanted of one of the servers.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// Its parameters.
    pub body: &'a [u8],
    /// What decides which server it is, with [`Route::Key`].
    pub key: Option<&'a [u8]>,
    /// How much time there is for all of it: to wait for a connection, for the call, and to call again.
    pub timeout: Option<Duration>,
}

/// What a server has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The address of the server.
    pub peer: Arc<str>,
    /// The items that came before the reply.
    pub items: Vec<Vec<u8>>,
    /// The reply.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The server that was asked last, if one was.
    pub peer: Option<Arc<str>>,
    /// What went wrong there.
    pub error: Error,
}

/// Connections to several servers. Clones share them; they end with the last clone.
///
/// Each connection is kept: whenever it is lost, it is made again after a while. A call goes to a server that is connected. If it has certainly not
/// been run there, it goes to another one, to each at most once; if it may have been run, that is the caller's to decide, with [`Retry`].
///
/// ```no_run
/// use rpc::client::pool::{Pool, Request, Settings};
///
/// # async fn example() {
/// let pool = Pool::new(&["10.0.0.1:7000", "10.0.0.2:7000"], Settings::default());
/// let request = Request { method: "echo", body: b"1", key: None, timeout: None };
/// if let Ok(answer) = pool.call(request).await {
///     assert_eq!(answer.body, b"1");
/// }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Pool {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    members: Vec<Arc<Member>>,
    ring: Ring,
    settings: Settings,
    /// With whom to begin where all have equally little to do.
    turn: AtomicUsize,
    /// Changes whenever a connection is made or lost.
    changes: watch::Sender<()>,
    /// The tasks that keep the connections; they end with the pool.
    _keepers: JoinSet<()>,
}

impl Pool {
    /// Makes one, and begins to connect to all addresses.
    ///
    /// # Panics
    /// If it is not called on a runtime of tokio.
    pub fn new<A: AsRef<str>>(addresses: &[A], settings: Settings) -> Self {
        let changes = watch::Sender::new(());
        let mut keepers = JoinSet::new();
        let members: Vec<_> = addresses
            .iter()
            .map(|address| Arc::new(Member::new(address.as_ref(), settings.connections)))
            .collect();
        for member in &members {
            for link in 0..settings.connections {
                let (member, changes) = (Arc::clone(member), changes.clone());
                let options = settings.options.clone();
                keepers.spawn(async move { member.keep(link, &options, &changes).await });
            }
        }
        let inner = Inner {
            ring: Ring::new(addresses, POINTS),
            members,
            settings,
            turn: AtomicUsize::new(0),
            changes,
            _keepers: keepers,
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Calls a method of one of the servers, and waits for its answer.
    ///
    /// As long as no server is connected, it waits for those to which a connection was never tried to the end. When the latest try of every address has
    /// failed, it fails at once; with [`Retry::MayRunTwice`] it tries again, as long as there is time.
    ///
    /// # Errors
    /// Why there is no answer.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub async fn call(&self, request: Request<'_>) -> Result<Answer, Failed> {
        todo!(
            "pool: Choose; where there is something to wait for, wait for a change or until time is over, and choose again. Call whom was chosen with the time that is left. What may go elsewhere excludes this member and chooses again. When nobody is left, the last failure is the answer, unless it may be tried again after a wait, with nobody excluded."
        )
    }
}

impl Inner {
    /// Chooses whom to call, but none of those in `tried`.
    fn choose(&self, key: Option<&[u8]>, tried: &[usize]) -> Choice {
        let candidates: Vec<Candidate> = self.members.iter().map(|member| member.candidate()).collect();
        let key = key.filter(|_| self.settings.route == Route::Key);
        let scope = Scope {
            candidates: &candidates,
            tried,
        };
        let at = match key {
            Some(key) => scope.by_key(&self.ring, self.settings.load, key),
            None => scope.least(self.turn.fetch_add(1, Ordering::Relaxed)),
        };
        scope.choice(at, &self.members)
    }

    /// Returns whether a call that has failed so may be tried with another server.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn goes_elsewhere(&self, error: &Error) -> bool {
        todo!(
            "pool: Certainly not run: what was not sent, and what a server was too busy for, or did not begin because it goes away. What was sent on a connection that ended may have been run. Every other answer is one."
        )
    }
}

/// Calls a server, and collects what comes.
async fn answer(
    client: &Multiplex,
    peer: &Arc<str>,
    request: Request<'_>,
    deadline: Option<Instant>,
) -> error::Result<Answer> {
    let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    if left.is_some_and(|left| left.is_zero()) {
        return Err(late(request).error);
    }
    let mut stream = client.open(request.method, request.body, left).await?;
    let mut items = Vec::new();
    loop {
        match stream.next().await? {
            Some(Event::Item(item)) => items.push(item),
            Some(Event::Push { .. }) => {}
            Some(Event::Reply(body)) => {
                let peer = Arc::clone(peer);
                return Ok(Answer { peer, items, body });
            }
            None => unreachable!("the reply comes before the end"),
        }
    }
}

/// Waits for something, but not beyond a deadline: then it is `None`.
async fn until<T>(deadline: Option<Instant>, what: impl Future<Output = T>) -> Option<T> {
    match deadline {
        Some(deadline) => timeout_at(deadline.into(), what).await.ok(),
        None => Some(what.await),
    }
}

fn late(request: Request<'_>) -> Failed {
    let message = format!("not done within {} ms", left_ms(request.timeout));
    Failed {
        peer: None,
        error: Failure::new(Code::DEADLINE, message).into(),
    }
}

#[cfg(test)]
mod tests;
