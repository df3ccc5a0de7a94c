//! What all clients can be told.

use std::time::Duration;

/// How a client connects and calls.
///
/// ```
/// use rpc::client::Options;
/// use std::time::Duration;
///
/// let patient = Options { timeout: None, ..Options::default() };
/// assert_eq!(Options::default().timeout, Some(Duration::from_secs(5)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How long a call may take, if it says nothing else itself. Without it, as long as it likes.
    pub timeout: Option<Duration>,
    /// Within which time a connection must be made.
    pub connect: Duration,
    /// The largest payload that is taken, in bytes; at least 65,536 are.
    pub max_payload: u32,
    /// After so much silence the server is asked whether it is there; after twice as much the connection is over.
    pub ping: Option<Duration>,
    /// In TLS, with these files.
    #[cfg(feature = "tls")]
    pub tls: Option<crate::tls::Files>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: Some(Duration::from_secs(5)),
            connect: Duration::from_secs(5),
            max_payload: 16 << 20,
            ping: Some(Duration::from_secs(10)),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}
