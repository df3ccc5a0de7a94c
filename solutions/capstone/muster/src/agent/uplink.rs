use std::time::Duration;

use rpc::client::Multiplex;
use rpc::{Code, Error};
use tokio::sync::watch;

use crate::wire;

/// How long a hub that has too much to do is left alone.
const BUSY: Duration = Duration::from_secs(1);

/// What jobs say to the hub, over whichever connection there is. Clones share it.
#[derive(Clone)]
pub(super) struct Uplink {
    client: watch::Sender<Option<Multiplex>>,
}

/// What became of what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// The hub has heard it.
    Heard,
    /// The hub does not want to hear of the job.
    Unwanted,
}

impl Default for Uplink {
    fn default() -> Self {
        Self {
            client: watch::Sender::new(None),
        }
    }
}

impl Uplink {
    /// Notes that there is another connection, or none.
    pub(super) fn set(&self, client: Option<Multiplex>) {
        self.client.send_replace(client);
    }

    /// Says something of a job until the hub has heard it: over a later connection if this one is lost, however long that takes.
    pub(super) async fn tell(&self, method: &str, body: &[u8]) -> Told {
        let mut clients = self.client.subscribe();
        loop {
            let alive =
                |client: &Option<Multiplex>| client.as_ref().is_some_and(|client| client.closed().is_none());
            let client = match clients.wait_for(alive).await {
                Ok(client) => client.clone(),
                // The sender is this value's own.
                Err(_) => None,
            };
            let Some(client) = client else {
                return Told::Unwanted;
            };
            match client.call(method, body).within(None).await {
                Ok(_) => return Told::Heard,
                Err(Error::Failed(why)) if why.code == wire::NO_SUCH_JOB => return Told::Unwanted,
                Err(Error::Failed(why)) if why.code == Code::OVERLOADED => tokio::time::sleep(BUSY).await,
                Err(Error::Failed(why)) if why.code != Code::GOING_AWAY => {
                    eprintln!("muster-agent: {method}: {why}");
                    return Told::Unwanted;
                }
                // A hub that goes away keeps the connection for a while: wait for the next one.
                Err(_) => {
                    let _ = clients.changed().await;
                }
            }
        }
    }
}
