//! The commands `relay` and `sink`.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use rpc::methods::Methods;
use rpc::server::{Server, Settings};
use tokio::runtime;
use tokio::sync::{Notify, oneshot};
use transfer::receive::{self, Store};
use transfer::relay::Relay;
use transfer::sink::Sink;
use transfer::spool::Full;
use transfer::wire;

use super::Run;
use super::options::Options;

/// Reads the options of `relay`.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse_relay(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut options = Options::new();
    let mut listen = None;
    while let Some(arg) = parser.next()? {
        let Arg::Long(name) = arg else {
            return Err(arg.unexpected().into());
        };
        let name = name.to_owned();
        match name.as_str() {
            "listen" => listen = Some(super::value(parser, &name)?),
            _ if options.read(&name, parser)? => {}
            _ => bail!("--{name}: there is no such option"),
        }
    }
    let listen = listen.context("--listen is missing")?;
    if options.dir.is_none() {
        bail!("--spool is missing");
    }
    if options.to.is_empty() {
        bail!("--to is missing");
    }
    Ok(Box::new(move || relay(listen, &options)))
}

/// Reads the options of `sink`.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse_sink(parser: &mut Parser) -> anyhow::Result<Run> {
    let (mut listen, mut out) = (None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("listen") => listen = Some(super::value(parser, "listen")?),
            Arg::Long("out") => out = Some(PathBuf::from(parser.value().context("--out")?)),
            _ => return Err(arg.unexpected().into()),
        }
    }
    let listen = listen.context("--listen is missing")?;
    let out = out.context("--out is missing")?;
    Ok(Box::new(move || {
        // Before there are threads, or they would get the signals.
        let server = bind(listen)?;
        let sink = Arc::new(Mutex::new(Sink::open(&out)?));
        let served = serve(server, &sink);
        sink.lock().unwrap_or_else(PoisonError::into_inner).save()?;
        served
    }))
}

fn relay(listen: SocketAddr, options: &Options) -> anyhow::Result<ExitCode> {
    let server = bind(listen)?;
    let dir = options.dir.clone().unwrap_or_default();
    let relay = Relay::open(&dir, &options.name(), options.settings(Full::Refuse))?;
    let (spool, more) = (Arc::clone(relay.spool()), Arc::new(Notify::new()));
    let (stop, stopped) = oneshot::channel::<()>();
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let (to, settings) = (options.to.clone(), options.send.clone());
    let store = Arc::new(Mutex::new(Told {
        relay,
        more: Arc::clone(&more),
    }));
    let shared = Arc::clone(&spool);
    let sender = std::thread::spawn(move || {
        runtime.block_on(async {
            tokio::select! {
                ended = transfer::send::run(shared, more, &to, settings) => if let Err(why) = ended {
                    // What comes is still kept, and sent when somebody has seen to it.
                    eprintln!("transfer: nothing is sent any more: {why}");
                },
                _ = stopped => {}
            }
        });
    });
    let served = serve(server, &store);
    drop(stop);
    let _ = sender.join();
    spool.lock().unwrap_or_else(PoisonError::into_inner).save()?;
    served
}

/// A relay whose sender is told that there is more.
struct Told {
    relay: Relay,
    more: Arc<Notify>,
}

impl Store for Told {
    fn commit(&mut self, items: &[wire::Item]) -> transfer::Result<wire::Answer> {
        let answer = self.relay.commit(items);
        self.more.notify_waiters();
        answer
    }
}

fn bind(listen: SocketAddr) -> anyhow::Result<Server> {
    if !listen.ip().is_loopback() {
        bail!("--listen: {listen} is no loopback address, and nobody here asks who sends");
    }
    let settings = Settings {
        listen,
        max_payload: wire::LARGEST,
        ..Settings::default()
    };
    Ok(Server::bind(settings)?)
}

fn serve<S: Store + 'static>(server: Server, store: &Arc<Mutex<S>>) -> anyhow::Result<ExitCode> {
    let mut methods = Methods::default();
    receive::register(&mut methods, store);
    let mut stdout = io::stdout();
    // Nobody may be there to read it; that is no reason not to serve.
    let _ = writeln!(stdout, "listening on {}", server.address()).and_then(|()| stdout.flush());
    server.serve(methods)?;
    Ok(ExitCode::SUCCESS)
}
