//! The other side of `cargo xtask bench lab07`: the same calls over gRPC, with tonic on both sides.
//!
//! ```text
//! tonic-peer serve ADDR [--threads N]
//! tonic-peer load ADDR --calls N [--in-flight N] [--connections N] [--bytes N] [--idle N] [--short] [--threads N]
//! ```
//!
//! `--in-flight` is for each connection, as in `rpc load`, and the line that `load` prints is the one of `rpc load` too. `--short` makes a connection for each
//! call. `--idle` holds so many more connections, each of which has made one call. `--threads 0` runs everything on the first thread.

mod load;
mod message;
mod serve;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::runtime::{Builder, Runtime};

/// What goes wrong, in words.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() {
    if let Err(error) = run() {
        // The cause tells more than what tonic wraps it in.
        let mut words = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            words.push_str(&format!(": {error}"));
            cause = error.source();
        }
        eprintln!("tonic-peer: {words}");
        std::process::exit(1);
    }
}

fn run() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let mut next = || {
        words
            .next()
            .ok_or("usage: tonic-peer serve|load ADDR [--NAME VALUE]…")
    };
    let (command, address): (String, SocketAddr) = (next()?, next()?.parse()?);
    let options = Options::read(words)?;
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    // Ten thousand connections are more than a shell allows by itself.
    let _ = setrlimit(Resource::Nofile, most);
    match &*command {
        "serve" => runtime(options.number("threads", serve::THREADS)?)?.block_on(serve::serve(address)),
        "load" => {
            let load = load::Load {
                address,
                calls: options.number("calls", 100_000)?,
                in_flight: options.number("in-flight", 1)?.max(1),
                connections: options.number("connections", 1)?.max(1),
                bytes: options.number("bytes", 128)?,
                idle: options.number("idle", 0)?,
                short: options.has("short"),
            };
            runtime(options.number("threads", load::THREADS)?)?.block_on(load.run())
        }
        other => Err(format!("{other} is neither serve nor load").into()),
    }
}

/// A runtime of so many workers, or of the calling thread alone.
fn runtime(threads: usize) -> std::io::Result<Runtime> {
    match threads {
        0 => Builder::new_current_thread().enable_all().build(),
        threads => Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_all()
            .build(),
    }
}

/// The options behind the address.
struct Options(BTreeMap<String, Option<usize>>);

impl Options {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = BTreeMap::new();
        while let Some(word) = words.next() {
            let name = word.strip_prefix("--").ok_or(format!("{word} is no option"))?;
            let value = match name {
                "short" => None,
                "calls" | "in-flight" | "connections" | "bytes" | "idle" | "threads" => {
                    Some(words.next().ok_or(format!("{word} lacks its number"))?.parse()?)
                }
                _ => return Err(format!("{word} is no option").into()),
            };
            options.insert(name.to_owned(), value);
        }
        Ok(Self(options))
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn number(&self, name: &str, otherwise: usize) -> Result<usize> {
        match self.0.get(name) {
            Some(Some(number)) => Ok(*number),
            _ => Ok(otherwise),
        }
    }
}
