//! Who makes the calls: one connection, or a pool of them.

use std::time::Duration;

use rpc::Error;
use rpc::client::Multiplex;
use rpc::client::multiplex::Event;
use rpc::client::pool::{self, Failed, Pool, Request, Retry, Settings};

use super::Plan;
use super::answer::Answer;
use super::input::Order;

/// Makes calls.
pub(super) struct Caller {
    to: To,
    /// How long a call may take that says nothing else.
    timeout: Option<Duration>,
}

enum To {
    /// One server, on one connection; or why there is none.
    One(Result<Multiplex, Error>),
    /// Several, or one that is called again.
    Some(Pool, Naming),
}

/// Whether answers name the server.
enum Naming {
    Named,
    Unnamed,
}

impl Caller {
    /// Connects. Why it could not is the answer to every call.
    pub(super) async fn new(plan: &Plan) -> Self {
        let options = plan.options.clone();
        let timeout = options.timeout;
        let to = match &plan.addresses[..] {
            [address] if plan.retry == Retry::Never => To::One(Multiplex::connect(address, &options).await),
            addresses => {
                let settings = Settings {
                    route: plan.route,
                    retry: plan.retry,
                    options,
                    ..Settings::default()
                };
                let naming = match addresses.len() {
                    1 => Naming::Unnamed,
                    _ => Naming::Named,
                };
                To::Some(Pool::new(addresses, settings), naming)
            }
        };
        Self { to, timeout }
    }

    /// Makes a call.
    pub(super) async fn call(&self, line: u64, order: &Order<'_>) -> Answer {
        let request = Request {
            method: &order.method,
            body: order.body(),
            key: order.key.as_ref().map(|key| key.as_bytes()),
            timeout: match order.timeout_ms {
                Some(ms) => Some(Duration::from_millis(ms.into())).filter(|time| !time.is_zero()),
                None => self.timeout,
            },
        };
        match &self.to {
            To::One(client) => {
                let answered = match client {
                    Ok(client) => one(client, request).await,
                    Err(error) => Err(error.clone()),
                };
                match answered {
                    Ok((items, body)) => Answer::reply(line, None, items, body),
                    Err(error) => Answer::failed(line, None, &error),
                }
            }
            To::Some(pool, naming) => {
                let name = |peer| Some(peer).filter(|_| matches!(naming, Naming::Named));
                match pool.call(request).await {
                    Ok(pool::Answer { peer, items, body }) => Answer::reply(line, name(peer), items, body),
                    Err(Failed { peer, error }) => Answer::failed(line, peer.and_then(name), &error),
                }
            }
        }
    }
}

/// Makes a call on one connection. Returns the items, and the reply.
async fn one(client: &Multiplex, request: Request<'_>) -> Result<(Vec<Vec<u8>>, Vec<u8>), Error> {
    let mut stream = client.open(request.method, request.body, request.timeout).await?;
    let mut items = Vec::new();
    loop {
        match stream.next().await? {
            Some(Event::Item(item)) => items.push(item),
            Some(Event::Reply(body)) => return Ok((items, body)),
            Some(Event::Push { .. }) | None => {}
        }
    }
}
