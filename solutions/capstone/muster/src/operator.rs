//! What the command line asks of a hub.

use rpc::client::multiplex::{Event, Stream};
use rpc::client::{Multiplex, Options};
use rpc::{Code, Failure};
use serde::de::DeserializeOwned;

use crate::config;
use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::wire::{self, Ack, Alarm, Ask, Host, Hush, News, Summary, Why};

/// A connection to a hub, as an operator.
#[derive(Debug)]
pub struct Operator {
    client: Multiplex,
    hub: String,
}

/// A run that is under way. Dropped before its end, it is cancelled, and its commands are ended.
#[derive(Debug)]
pub struct Run {
    stream: Stream,
    hub: String,
}

/// What comes of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// There is news.
    News(News),
    /// All is told.
    Over(Summary),
}

impl Operator {
    /// Connects. Must be called on a runtime of tokio with time and I/O enabled.
    ///
    /// # Errors
    /// [`Error::Hub`].
    pub async fn connect(config: &config::Operator) -> Result<Self> {
        let options = Options {
            tls: Some(config.tls.clone()),
            ..Options::default()
        };
        let hub = config.hub.clone();
        match Multiplex::connect(&hub, &options).await {
            Ok(client) => Ok(Self { client, hub }),
            Err(why) => Err(Error::Hub { hub, why }),
        }
    }

    /// Asks for all hosts.
    ///
    /// # Errors
    /// [`Error::Hub`].
    pub async fn hosts(&self) -> Result<Vec<Host>> {
        self.ask(wire::HOSTS, &[]).await
    }

    /// Asks for the alarms that are not well.
    ///
    /// # Errors
    /// [`Error::Hub`].
    pub async fn alarms(&self) -> Result<Vec<Alarm>> {
        self.ask(wire::ALARMS, &[]).await
    }

    /// Asks why a rule fires on a host, or does not.
    ///
    /// # Errors
    /// [`Error::Hub`], also if there is no such rule.
    pub async fn why(&self, why: &Why) -> Result<String> {
        self.ask(wire::WHY, &wire::write(why)).await
    }

    /// Looks after what fires. Returns what follows, a line an event.
    ///
    /// # Errors
    /// [`Error::Hub`], also if nothing fires.
    pub async fn ack(&self, ack: &Ack) -> Result<String> {
        self.ask(wire::ACK, &wire::write(ack)).await
    }

    /// Keeps alarms quiet. Returns what follows, a line an event.
    ///
    /// # Errors
    /// [`Error::Hub`].
    pub async fn silence(&self, hush: &Hush) -> Result<String> {
        self.ask(wire::SILENCE, &wire::write(hush)).await
    }

    /// Ends a silence. Returns what follows, a line an event.
    ///
    /// # Errors
    /// [`Error::Hub`], also if there is no such silence.
    pub async fn unsilence(&self, id: &str) -> Result<String> {
        self.ask(wire::UNSILENCE, &wire::write(&id)).await
    }

    /// Says that a host is no more. Returns what follows, a line an event.
    ///
    /// # Errors
    /// [`Error::Hub`], also if there is no such host.
    pub async fn retire(&self, host: &str) -> Result<String> {
        self.ask(wire::RETIRE, &wire::write(&host)).await
    }

    /// Says that somebody is not to be believed any more: every certificate that they have so far. Returns what follows.
    ///
    /// # Errors
    /// [`Error::Hub`], also if it is the caller.
    pub async fn revoke(&self, who: &Identity) -> Result<String> {
        self.ask(wire::REVOKE, &wire::write(&who.to_string())).await
    }

    async fn ask<T: DeserializeOwned>(&self, method: &str, body: &[u8]) -> Result<T> {
        let asked = self.client.call(method, body).await;
        asked
            .and_then(|body| wire::read(&body).map_err(rpc::Error::from))
            .map_err(|why| wrong(&self.hub, why))
    }

    /// Has a command run.
    ///
    /// # Errors
    /// [`Error::Hub`].
    pub async fn run(&self, ask: &Ask) -> Result<Run> {
        let opened = self.client.open(wire::RUN, &wire::write(ask), None).await;
        let stream = opened.map_err(|why| wrong(&self.hub, why))?;
        Ok(Run {
            stream,
            hub: self.hub.clone(),
        })
    }
}

impl Run {
    /// Waits for what comes next.
    ///
    /// # Errors
    /// [`Error::Hub`]: what becomes of hosts that have not ended is not known then.
    pub async fn next(&mut self) -> Result<Step> {
        loop {
            let step = match self.stream.next().await {
                Ok(Some(Event::Item(item))) => News::decode(&item).map(Step::News).map_err(protocol),
                Ok(Some(Event::Push { .. })) => continue,
                Ok(Some(Event::Reply(body))) => wire::read(&body).map(Step::Over).map_err(rpc::Error::from),
                Ok(None) => Err(protocol("there is no more")),
                Err(why) => Err(why),
            };
            return step.map_err(|why| wrong(&self.hub, why));
        }
    }
}

fn protocol(why: impl ToString) -> rpc::Error {
    Failure::new(Code::PROTOCOL, why.to_string()).into()
}

fn wrong(hub: &str, why: rpc::Error) -> Error {
    Error::Hub {
        hub: hub.to_owned(),
        why,
    }
}
