//! What a server can be asked: methods by their names, and how each is run.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::message::Failure;
pub use crate::server::Call;

/// What a method answers: the body of a reply, or why there is none.
pub type Answer = Result<Vec<u8>, Failure>;

/// What an [`Method::Inline`] is.
pub type Inline = dyn Fn(&[u8], &mut Vec<u8>) -> Result<(), Failure> + Send + Sync;

/// What a [`Method::Pooled`] is.
pub type Pooled = dyn Fn(&Call, &[u8]) -> Answer + Send + Sync;

/// What a [`Method::Deferred`] is.
pub type Deferred = dyn Fn(Arc<Call>, &[u8]) -> Result<Option<Box<dyn Listener>>, Failure> + Send + Sync;

/// A method, by where it runs.
pub enum Method {
    /// On the loop's thread: it must not wait. It appends the body of its reply to an empty buffer.
    Inline(Box<Inline>),
    /// On a thread of the pool: it may wait.
    Pooled(Box<Pooled>),
    /// Is handed the call on the loop's thread, must not wait, and answers whenever it likes, from any thread.
    Deferred(Box<Deferred>),
}

impl Method {
    /// Makes a [`Method::Inline`].
    pub fn inline(run: impl Fn(&[u8], &mut Vec<u8>) -> Result<(), Failure> + Send + Sync + 'static) -> Self {
        Self::Inline(Box::new(run))
    }

    /// Makes a [`Method::Pooled`].
    pub fn pooled(run: impl Fn(&Call, &[u8]) -> Answer + Send + Sync + 'static) -> Self {
        Self::Pooled(Box::new(run))
    }

    /// Makes a [`Method::Deferred`].
    pub fn deferred(
        run: impl Fn(Arc<Call>, &[u8]) -> Result<Option<Box<dyn Listener>>, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self::Deferred(Box::new(run))
    }
}

/// What a deferred call hears while it is under way. All of it is on the loop's thread, and must not wait.
pub trait Listener: Send {
    /// Something can be sent again, after [`Call::try_send`] has returned `false`.
    fn credit(&mut self) {}

    /// The call was ended by somebody else: it was cancelled, is late, or its connection is gone. When it ends by its own reply, the listener
    /// is only dropped.
    fn over(&mut self) {}

    /// The server begins to end, and waits for the calls under way. One that would never end by itself ends now.
    fn drain(&mut self) {}

    /// A piece of the client's input. Whoever is done with it says so by [`Call::consumed`], or the client has to stop.
    fn input(&mut self, bytes: &[u8], last: bool) {
        let _ = (bytes, last);
    }
}

/// Nothing can be sent any more: the call is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the call is over")]
pub struct Over;

/// Methods by their names.
///
/// ```
/// use rpc::methods::{Method, Methods};
///
/// let mut methods = Methods::default();
/// methods.add("echo", Method::inline(|body, reply| {
///     reply.extend_from_slice(body);
///     Ok(())
/// }));
/// assert_eq!(methods.names(), ["echo"]);
/// ```
#[derive(Default)]
pub struct Methods {
    methods: Vec<Method>,
    /// Where each is. The hash has no secret: a client cannot add names.
    places: HashMap<Box<str>, usize, FixedState>,
}

impl Methods {
    /// Adds a method. One of the same name gives way to it.
    pub fn add(&mut self, name: &str, method: Method) {
        self.places.insert(name.into(), self.methods.len());
        self.methods.push(method);
    }

    /// Returns the place of a method.
    #[expect(dead_code, reason = "stage call will use it")]
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Returns the method at a place that [`Methods::find`] has found.
    #[expect(dead_code, reason = "stage call will use it")]
    pub(crate) fn at(&self, place: usize) -> &Method {
        &self.methods[place]
    }

    /// Returns all names, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.places.keys().map(|name| &**name).collect();
        names.sort_unstable();
        names
    }
}
