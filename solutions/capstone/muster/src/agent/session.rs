use std::sync::Arc;
use std::time::Duration;

use rpc::client::multiplex::{Event, Stream};
use rpc::client::{Multiplex, Options};
use rpc::{Code, Error};

use super::backlog::Backlog;
use super::collector::Collector;
use super::jobs::Jobs;
use super::uplink::Uplink;
use crate::config;
use crate::wire::{self, Hello, Order, Welcome};

/// How long the hub may take to store a batch.
const STORED: Duration = Duration::from_secs(30);

/// How long a hub that has too much to do is left alone.
const BUSY: Duration = Duration::from_secs(1);

/// What a connection to the hub needs.
pub(super) struct Session<'a> {
    pub(super) config: &'a config::Agent,
    pub(super) instance: u64,
    pub(super) backlog: &'a Backlog,
    pub(super) collector: &'a Collector,
    pub(super) uplink: &'a Uplink,
    pub(super) jobs: &'a Arc<Jobs>,
}

impl Session<'_> {
    /// Connects, reports and obeys until the connection is lost. Returns why it was.
    ///
    /// # Errors
    /// Why the hub does not take this agent in.
    pub(super) async fn run(&self) -> Result<Error, Error> {
        let (client, welcome) = self.connect().await?;
        self.collector
            .set_interval(Duration::from_millis(welcome.interval_ms.max(1)));
        let orders = client.open(wire::ORDERS, &[], None).await?;
        eprintln!(
            "muster-agent: {}: connected, as {}",
            self.config.hub, welcome.name
        );
        self.uplink.set(Some(client.clone()));
        let lost = tokio::select! {
            why = self.report(&client) => why,
            why = self.obey(orders) => why,
            why = client.ended() => why,
        };
        self.uplink.set(None);
        Ok(lost)
    }

    /// Reports once more, if there is anything, over a connection of its own: the agent ends.
    pub(super) async fn report_the_rest(&self) {
        if self.backlog.peek().await.is_some()
            && let Ok((client, _)) = self.connect().await
        {
            while let Some(batch) = self.backlog.peek().await {
                if client.call(wire::REPORT, &batch.body).await.is_err() {
                    return;
                }
                self.backlog.done(batch.number).await;
            }
        }
    }

    async fn connect(&self) -> Result<(Multiplex, Welcome), Error> {
        let options = Options {
            tls: Some(self.config.tls.clone()),
            max_payload: wire::LARGEST,
            ..Options::default()
        };
        let client = Multiplex::connect(&self.config.hub, &options).await?;
        let hello = wire::write(&Hello {
            instance: self.instance,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        });
        let welcome = wire::read(&client.call(wire::HELLO, &hello).await?)?;
        Ok((client, welcome))
    }

    /// Sends batches, the oldest first, each until the hub says that it is stored. Returns why that does not work any more.
    async fn report(&self, client: &Multiplex) -> Error {
        loop {
            let batch = self.backlog.first().await;
            match client.call(wire::REPORT, &batch.body).within(Some(STORED)).await {
                Ok(_) => self.backlog.done(batch.number).await,
                Err(Error::Failed(why)) if matches!(why.code, Code::BAD_PARAMS | Code::TOO_LARGE) => {
                    // It would say so each time.
                    eprintln!(
                        "muster-agent: {}: batch {} is lost: {why}",
                        self.config.hub, batch.number
                    );
                    self.backlog.refused(batch.number).await;
                }
                Err(Error::Failed(why))
                    if matches!(why.code, Code::OVERLOADED | Code::DEADLINE | Code::FAILED) =>
                {
                    tokio::time::sleep(BUSY.mul_f64(0.5 + fastrand::f64())).await;
                }
                Err(why) => return why,
            }
        }
    }

    /// Does what the hub says. Returns why it says nothing any more.
    async fn obey(&self, mut orders: Stream) -> Error {
        loop {
            match orders.next().await {
                Ok(Some(Event::Item(item))) => match wire::read(&item) {
                    Ok(Order::Run { job, command }) => self.jobs.begin(job, command),
                    Ok(Order::Cancel { job }) => self.jobs.cancel(job),
                    // A later hub may know orders that this agent does not.
                    Err(why) => eprintln!("muster-agent: {}: an order that is none: {why}", self.config.hub),
                },
                Ok(Some(Event::Push { .. })) => {}
                Ok(Some(Event::Reply(_)) | None) => {
                    return Error::Lost {
                        why: "the hub has ended the orders".to_owned(),
                        sent: true,
                    };
                }
                Err(why) => return why,
            }
        }
    }
}
