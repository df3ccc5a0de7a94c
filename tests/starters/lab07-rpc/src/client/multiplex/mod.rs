//! A client on tokio: many calls at a time, on one connection.
//!
//! Those who call append their frames to one buffer, behind one lock; one task, the driver, writes whatever is in it and reads whatever comes. So as
//! many calls as there are leave in one write, as many replies as there are come with one read, and nobody is woken for each of them but those who
//! wait for just this reply.

mod alarm;
mod calls;
mod driver;
mod incoming;
mod reply;
mod silence;
mod state;
mod stream;
mod window;

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use self::driver::Driver;
use self::state::{Ask, Shared, State, watch};
use super::Options;
use crate::error::{Error, Result};

pub use self::calls::Event;
pub use self::reply::Reply;
pub use self::stream::{Input, Stream};

/// A connection to a server, for any number of tasks at once: clones share it. It ends with the last of them.
///
/// ```no_run
/// use rpc::client::{Multiplex, Options};
///
/// # async fn example() -> rpc::Result<()> {
/// let client = Multiplex::connect("127.0.0.1:7000", &Options::default()).await?;
/// let (one, two) = tokio::try_join!(client.call("echo", b"1"), client.call("echo", b"2"))?;
/// assert_eq!((one, two), (b"1".to_vec(), b"2".to_vec()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Multiplex {
    handle: Arc<Handle>,
}

/// What the clones share, apart from the driver.
struct Handle {
    shared: Arc<Shared>,
    /// How long a call may take that says nothing else.
    timeout: Option<Duration>,
}

impl Multiplex {
    /// Connects to HOST:PORT. Calls may follow at once; what the server says of itself is not waited for.
    ///
    /// Must be called on a runtime of tokio with time and I/O enabled, which runs the driver from then on.
    ///
    /// # Errors
    /// [`Error::Connect`].
    pub async fn connect(address: &str, options: &Options) -> Result<Self> {
        let made = tokio::time::timeout(options.connect, Self::connected(address, options)).await;
        made.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
            .map_err(|why| Error::Connect { why: why.to_string() })
    }

    /// Makes one of a connection that is there already.
    ///
    /// # Panics
    /// If it is not called on a runtime of tokio.
    pub fn over<T>(stream: T, options: &Options) -> Self
    where
        T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let shared = Arc::new(Shared::default());
        tokio::spawn(Driver::new(stream, Arc::clone(&shared), options));
        let timeout = options.timeout;
        Self {
            handle: Arc::new(Handle { shared, timeout }),
        }
    }

    /// Calls a method, and waits for the reply. Items that come before it are passed over.
    ///
    /// The call may take as long as the options say, or [`Reply::within`].
    ///
    /// # Errors
    /// Of the future: why there is no reply. [`Error::may_have_run`] says whether the server may have run the call.
    pub fn call<'a>(&'a self, method: &'a str, body: &'a [u8]) -> Reply<'a> {
        Reply::new(self.shared(), self.ask(method, body))
    }

    /// Calls a method, for everything that comes. All of it may take as long as `timeout` says.
    ///
    /// # Errors
    /// Why the call could not be sent.
    pub async fn open(&self, method: &str, body: &[u8], timeout: Option<Duration>) -> Result<Stream> {
        let ask = Ask {
            timeout,
            ..self.ask(method, body)
        };
        Stream::open(self.clone(), ask).await
    }

    /// Returns how many calls are under way.
    pub fn in_flight(&self) -> usize {
        self.shared().lock().calls.len()
    }

    /// Waits until the server has said HELLO.
    ///
    /// # Errors
    /// Why it never will.
    pub async fn ready(&self) -> Result<()> {
        self.watch(|state| match (&state.hello, state.closed()) {
            (Some(_), _) => Some(Ok(())),
            (None, Some(closed)) => Some(Err(closed)),
            (None, None) => None,
        })
        .await
    }

    /// Returns why no further call is taken: the connection is over, or the server is going away; `None` as long as all is well.
    pub fn closed(&self) -> Option<Error> {
        self.shared().lock().closed()
    }

    /// Waits until no further call is taken, and returns why. Calls that are under way may still be answered.
    pub async fn ended(&self) -> Error {
        self.watch(State::closed).await
    }

    async fn watch<T>(&self, look: impl Fn(&State) -> Option<T>) -> T {
        poll_fn(|context| {
            let mut state = self.shared().lock();
            if let Some(seen) = look(&state) {
                return Poll::Ready(seen);
            }
            watch(&mut state.watchers, context.waker());
            Poll::Pending
        })
        .await
    }

    async fn connected(address: &str, options: &Options) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        // A frame that is ready is sent at once, and not kept until more is there: that is done here, and better.
        stream.set_nodelay(true)?;
        #[cfg(feature = "tls")]
        if let Some(files) = &options.tls {
            let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
            let stream = crate::tls::connect(stream, host, files).await?;
            return Ok(Self::over(stream, options));
        }
        Ok(Self::over(stream, options))
    }

    fn ask<'a>(&self, method: &'a str, body: &'a [u8]) -> Ask<'a> {
        Ask {
            method,
            body,
            timeout: self.handle.timeout,
        }
    }

    fn shared(&self) -> &Shared {
        &self.handle.shared
    }
}

impl fmt::Debug for Multiplex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Multiplex")
            .field("in_flight", &self.in_flight())
            .finish_non_exhaustive()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.change(|state| state.closing = true);
    }
}

#[cfg(test)]
mod tests;
