//! Asks a server so much over so many connections, as fast as it answers, and says how fast that was.
//!
//! ```text
//! nbnet-load echo|get|set ADDR [--connections N] [--depth N] [--idle N] [--count N] [--size BYTES]
//! ```
//!
//! One thread waits for all connections with epoll. Each sends `depth` requests at once, waits for all of their answers, and sends the next ones, until
//! `count` requests have been answered in all. `idle` more connections are opened before, make one request each, and stay. An answer that is not byte for
//! byte what it must be ends everything with status 1: a fast wrong server is no fast server.

mod talk;

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::epoll;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use talk::{Asked, Peer, Talk};

/// Keys that are asked for.
const KEYS: usize = 1000;

/// How long the idle connections are held, so that somebody who looks at the server's memory sees them.
const HELD: Duration = Duration::from_millis(300);

/// What was asked for on the command line.
struct Options {
    kind: String,
    address: SocketAddr,
    connections: usize,
    depth: usize,
    idle: usize,
    count: usize,
    size: usize,
}

fn main() {
    if let Err(why) = options().and_then(|options| run(&options)) {
        eprintln!("nbnet-load: {why}");
        std::process::exit(1);
    }
}

fn options() -> Result<Options, String> {
    let mut args = std::env::args().skip(1);
    let mut next = |what: &str| args.next().ok_or(format!("{what} is missing"));
    let kind = next("echo, get or set")?;
    let address = next("the address")?;
    let mut options = Options {
        kind,
        address: address.parse().map_err(|_| format!("{address} is no address"))?,
        connections: 64,
        depth: 1,
        idle: 0,
        count: 100_000,
        size: 32,
    };
    while let Ok(name) = next("") {
        let place = match &*name {
            "--connections" => &mut options.connections,
            "--depth" => &mut options.depth,
            "--idle" => &mut options.idle,
            "--count" => &mut options.count,
            "--size" => &mut options.size,
            _ => return Err(format!("{name} is no option")),
        };
        let value = next(&name)?;
        *place = value.parse().map_err(|_| format!("{value} is no number"))?;
    }
    match options.connections.min(options.depth) {
        0 => Err("at least one connection and one request at a time".to_owned()),
        _ => Ok(options),
    }
}

fn run(options: &Options) -> Result<(), String> {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        },
    );
    let talk = match &*options.kind {
        "echo" => Talk::echo(options.depth, options.size),
        "get" => Talk::get(options.depth, options.size, KEYS),
        "set" => Talk::set(options.depth, options.size, KEYS),
        other => return Err(format!("{other}: neither echo nor get nor set")),
    };
    if options.kind == "get" {
        let fill = Talk::set(1, options.size, KEYS);
        fill.once(&mut connect(options.address)?, fill.batches())?;
    }
    let mut idle = Vec::new();
    let one = match &*options.kind {
        "echo" => Talk::echo(1, options.size),
        _ => Talk::set(1, options.size, KEYS),
    };
    for _ in 0..options.idle {
        let mut stream = connect(options.address)?;
        one.once(&mut stream, 1)?;
        idle.push(stream);
    }
    let begun = Instant::now();
    let mut times = drive(options, &talk)?;
    let seconds = begun.elapsed().as_secs_f64();
    if !idle.is_empty() {
        std::thread::sleep(HELD);
    }
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    let answered = times.len() * options.depth;
    #[expect(clippy::cast_precision_loss, reason = "a count far below 2^52")]
    let rate = answered as f64 / seconds;
    println!(
        "{answered} requests in {seconds:.3} s: {rate:.0} a second; {} of them within {:?}, 99 of 100 within {:?}",
        options.depth,
        at(50),
        at(99),
    );
    Ok(())
}

fn connect(address: SocketAddr) -> Result<TcpStream, String> {
    let stream = TcpStream::connect(address).map_err(|error| format!("{address}: {error}"))?;
    stream
        .set_nodelay(true)
        .map_err(|error| format!("{address}: {error}"))?;
    Ok(stream)
}

/// Sends and receives until all is answered. Returns how long each batch took.
fn drive(options: &Options, talk: &Talk) -> Result<Vec<Duration>, String> {
    let failed = |error: rustix::io::Errno| error.to_string();
    let epoll = epoll::create(epoll::CreateFlags::CLOEXEC).map_err(failed)?;
    let mut left = options.count.div_ceil(options.depth);
    let mut times = Vec::with_capacity(left);
    let mut peers = Vec::new();
    for index in 0..options.connections.min(left) {
        let stream = connect(options.address)?;
        stream.set_nonblocking(true).map_err(|error| error.to_string())?;
        let data = epoll::EventData::new_u64(index as u64);
        let flags = epoll::EventFlags::IN | epoll::EventFlags::OUT | epoll::EventFlags::ET;
        epoll::add(&epoll, &stream, data, flags).map_err(failed)?;
        peers.push(Peer::new(stream, index));
    }
    let mut under_way = 0;
    for peer in &mut peers {
        peer.begin(talk)?;
        left -= 1;
        under_way += 1;
    }
    let mut events = Vec::with_capacity(256);
    let mut buffer = vec![0; 256 << 10];
    while under_way > 0 {
        events.clear();
        match epoll::wait(&epoll, spare_capacity(&mut events), None) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(failed(error)),
        }
        for event in &events {
            let index = usize::try_from(event.data.u64()).unwrap_or_default();
            let peer = &mut peers[index];
            while let Asked::Answered(time) = peer.go_on(talk, &mut buffer)? {
                times.push(time);
                if left == 0 {
                    under_way -= 1;
                    break;
                }
                left -= 1;
                peer.begin(talk)?;
            }
        }
    }
    Ok(times)
}
