//! The methods of `rpc serve`, to try a client with.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::code::Code;
use crate::message::Failure;
use crate::methods::{Answer, Call, Listener, Method, Methods};
use crate::server::Stats;
use crate::topics::Topics;

/// The longest item of `count`, in bytes.
const LONGEST_ITEM: usize = 1 << 20;

/// The longest sleep, in milliseconds: a day.
const LONGEST_SLEEP: u64 = 86_400_000;

/// Adds them to methods that are there already; `methods` lists all that are there then.
///
/// | name | parameters | what |
/// |---|---|---|
/// | `echo` | any bytes | replies the same |
/// | `sleep` | `{"ms":N}` | replies `{"slept":N}` after so long |
/// | `fail` | `{"code":N,"message":S}` | fails so |
/// | `panic` | any bytes | panics |
/// | `count` | `{"to":N,"bytes":B}` | sends the items `1` to `N`, each padded with spaces to `B` bytes, if that is given; replies `{"sent":N}` |
/// | `publish` | `{"topic":S,"data":any}` | replies `{"seq":N,"subscribers":M}` |
/// | `subscribe` | `{"topic":S}` | sends the item `{"seq":N}` and then what is published |
/// | `stats` | any bytes | replies what the server counts |
/// | `methods` | any bytes | replies the names of all |
pub fn register(methods: &mut Methods, stats: &Arc<Stats>) {
    methods.add("echo", Method::inline(echo));
    methods.add("sleep", Method::pooled(sleep));
    methods.add("fail", Method::inline(fail));
    methods.add("panic", Method::pooled(|_, _| panic!("asked to")));
    methods.add("count", Method::pooled(count));
    let topics = Arc::<Topics>::default();
    methods.add("publish", publish(&topics));
    methods.add("subscribe", subscribe(&topics));
    let stats = Arc::clone(stats);
    let snapshot = move |_: &[u8], reply: &mut Vec<u8>| write(&stats.snapshot(), reply);
    methods.add("stats", Method::inline(snapshot));
    let mut names: Vec<String> = methods.names().into_iter().map(str::to_owned).collect();
    names.push("methods".to_owned());
    names.sort_unstable();
    methods.add("methods", Method::inline(move |_, reply| write(&names, reply)));
}

fn echo(body: &[u8], reply: &mut Vec<u8>) -> Result<(), Failure> {
    reply.extend_from_slice(body);
    Ok(())
}

fn sleep(call: &Call, body: &[u8]) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Params {
        ms: u64,
    }
    let Params { ms } = params(body)?;
    if ms > LONGEST_SLEEP {
        return Err(Failure::bad_params(format!("ms: at most {LONGEST_SLEEP}")));
    }
    call.wait_until(Instant::now() + Duration::from_millis(ms));
    Ok(format!("{{\"slept\":{ms}}}").into())
}

fn fail(body: &[u8], _reply: &mut Vec<u8>) -> Result<(), Failure> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Params {
        code: u16,
        message: String,
    }
    let Params { code, message } = params(body)?;
    Err(Failure::new(Code(code), message))
}

fn count(call: &Call, body: &[u8]) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Params {
        to: u64,
        bytes: Option<usize>,
    }
    let Params { to, bytes } = params(body)?;
    let width = bytes.unwrap_or_default();
    if width > LONGEST_ITEM {
        return Err(Failure::bad_params(format!("bytes: at most {LONGEST_ITEM}")));
    }
    for number in 1..=to {
        let mut item = number.to_string().into_bytes();
        item.resize(item.len().max(width), b' ');
        // Nobody is there who would hear an answer.
        call.send(&item).map_err(Failure::failed)?;
    }
    Ok(format!("{{\"sent\":{to}}}").into())
}

fn publish(topics: &Arc<Topics>) -> Method {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Params<'a> {
        topic: String,
        #[serde(borrow)]
        data: &'a RawValue,
    }
    let topics = Arc::clone(topics);
    Method::inline(move |body, reply| {
        let Params { topic, data } = params(body)?;
        // A message is a line to who prints it. Between the values of JSON, all white space is the same.
        let data = data.get().replace(['\n', '\r'], " ");
        let published = topics.publish(&topic, data.as_bytes())?;
        write(
            &json!({"seq": published.seq, "subscribers": published.subscribers}),
            reply,
        )
    })
}

fn subscribe(topics: &Arc<Topics>) -> Method {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Params {
        topic: String,
    }
    let topics = Arc::clone(topics);
    Method::deferred(move |call, body| {
        let Params { topic } = params(body)?;
        let subscription = topics.subscribe(&topic, call)?;
        Ok(Some(Box::new(subscription) as Box<dyn Listener>))
    })
}

/// Reads parameters: an object.
///
/// # Errors
/// [`Code::BAD_PARAMS`], with what is wrong.
fn params<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Failure> {
    // An array of the values would be taken for one, too.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(Failure::bad_params("the parameters must be an object"));
    }
    serde_json::from_slice(body).map_err(Failure::bad_params)
}

fn write(value: &impl serde::Serialize, reply: &mut Vec<u8>) -> Result<(), Failure> {
    serde_json::to_writer(reply, value).map_err(Failure::failed)
}
