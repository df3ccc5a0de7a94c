//! Plays with a poller: `poll [--poller KIND] [--trigger T]`, and commands on standard input, a line each.
//!
//! | command | what |
//! |---|---|
//! | `pair NAME`, `tcp NAME` | a pair of sockets; what is watched is the near end, which does not block |
//! | `raise NAME N` | gives the near end a descriptor of at least N |
//! | `register NAME r\|w\|rw\|none [level\|edge]`, `reregister …`, `deregister NAME` | what the poller is told |
//! | `send NAME TEXT`, `shut NAME`, `close-far NAME`, `reset NAME`, `drain NAME` | what the far end does |
//! | `read NAME N`, `fill NAME` | what the near end does |
//! | `wake` | another thread ends the wait |
//! | `wait MS` | what has happened, by names |
//! | `slab insert VALUE`, `slab get TOKEN`, `slab remove TOKEN` | what [`Slab`] does |

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use nbnet::poller::{self, Events, Interest, Kind, Poller, Trigger, Waker};
use nbnet::script::{self, ok, word};
use nbnet::slab::{Slab, Token};
use nbnet::sys;
use rustix::io::{fcntl_dupfd_cloexec, ioctl_fionbio};

fn main() -> io::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (mut kind, mut trigger) = (Kind::default(), None);
    for option in words.chunks(2) {
        let read = match option {
            [name, value] if name == "--poller" => value.parse().map(|value| kind = value),
            [name, value] if name == "--trigger" => value.parse().map(|value| trigger = Some(value)),
            _ => Err("usage: poll [--poller KIND] [--trigger level|edge]"),
        };
        if let Err(why) = read {
            eprintln!("poll: {why}");
            return Ok(ExitCode::from(2));
        }
    }
    // Descriptors beyond what select can watch are to be had.
    sys::raise_descriptors()?;
    let mut table = Table::new(kind, trigger.unwrap_or_else(|| kind.usual_trigger()))?;
    let mut slab = Slab::default();
    script::play(|words| match words {
        ["slab", words @ ..] => play_slab(&mut slab, words),
        words => table.play(words),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Two ends of a connection.
struct Pair {
    number: u32,
    near: OwnedFd,
    /// Until it is closed.
    far: Option<OwnedFd>,
}

struct Table {
    poller: Box<dyn Poller>,
    waker: Waker,
    trigger: Trigger,
    events: Events,
    pairs: BTreeMap<String, Pair>,
}

impl Table {
    fn new(kind: Kind, trigger: Trigger) -> io::Result<Self> {
        let mut poller = poller::open(kind)?;
        Ok(Self {
            waker: Waker::new(poller.as_mut(), kind.usual_trigger())?,
            poller,
            trigger,
            events: Events::default(),
            pairs: BTreeMap::new(),
        })
    }

    fn play(&mut self, words: &[&str]) -> Result<String, String> {
        match *words {
            ["pair", name] => {
                ok(UnixStream::pair().and_then(|(near, far)| self.add(name, near.into(), far.into())))
            }
            ["tcp", name] => ok(tcp().and_then(|(near, far)| self.add(name, near.into(), far.into()))),
            ["raise", name, least] => {
                let (least, pair) = (word(least)?, self.pair(name)?);
                ok(fcntl_dupfd_cloexec(&pair.near, least).map(|near| pair.near = near))
            }
            ["register", name, interest] => self.register(name, interest, self.trigger),
            ["register", name, interest, trigger] => self.register(name, interest, word(trigger)?),
            ["reregister", name, interest] => self.reregister(name, interest, self.trigger),
            ["reregister", name, interest, trigger] => self.reregister(name, interest, word(trigger)?),
            ["deregister", name] => {
                let pair = find(&mut self.pairs, name)?;
                ok(self.poller.deregister(pair.near.as_fd()))
            }
            ["send", name, text] => ok(far(self.pair(name)?)?.write_all(text.as_bytes())),
            ["shut", name] => {
                let far = self.pair(name)?.far.as_ref().ok_or("the far end is closed")?;
                ok(rustix::net::shutdown(far, rustix::net::Shutdown::Write))
            }
            ["close-far", name] => {
                self.pair(name)?.far = None;
                ok::<_, io::Error>(Ok(()))
            }
            ["reset", name] => {
                let far = self.pair(name)?.far.take().ok_or("the far end is closed")?;
                ok(sys::reset_at_end(&far))
            }
            ["drain", name] => drain(far(self.pair(name)?)?),
            ["read", name, count] => read(near(self.pair(name)?)?, word(count)?),
            ["fill", name] => fill(near(self.pair(name)?)?),
            ["wake"] => {
                let waker = &self.waker;
                thread::scope(|scope| {
                    scope
                        .spawn(|| waker.wake())
                        .join()
                        .map_err(|_| "a thread is lost")
                })?;
                ok::<_, io::Error>(Ok(()))
            }
            ["wait", ms] => self.wait(Duration::from_millis(word(ms)?)),
            ref other => Err(script::unknown(other)),
        }
    }

    fn add(&mut self, name: &str, near: OwnedFd, far: OwnedFd) -> io::Result<()> {
        ioctl_fionbio(&near, true)?;
        if self.pairs.contains_key(name) {
            return Err(io::Error::other(format!("{name} is there already")));
        }
        let number = u32::try_from(self.pairs.len()).map_err(io::Error::other)?;
        let far = Some(far);
        self.pairs.insert(name.to_owned(), Pair { number, near, far });
        Ok(())
    }

    fn pair(&mut self, name: &str) -> Result<&mut Pair, String> {
        find(&mut self.pairs, name)
    }

    fn register(&mut self, name: &str, interest: &str, trigger: Trigger) -> Result<String, String> {
        let interest = read_interest(interest)?;
        let pair = find(&mut self.pairs, name)?;
        let token = Token::new(pair.number, 0);
        ok(self.poller.register(pair.near.as_fd(), token, interest, trigger))
    }

    fn reregister(&mut self, name: &str, interest: &str, trigger: Trigger) -> Result<String, String> {
        let interest = read_interest(interest)?;
        let pair = find(&mut self.pairs, name)?;
        let token = Token::new(pair.number, 0);
        ok(self
            .poller
            .reregister(pair.near.as_fd(), token, interest, trigger))
    }

    fn wait(&mut self, timeout: Duration) -> Result<String, String> {
        self.poller
            .wait(&mut self.events, Some(timeout))
            .map_err(|error| error.to_string())?;
        let mut woken = None;
        let mut happened = Vec::new();
        for event in self.events.iter() {
            if event.token == Token::WAKE {
                self.waker.heard();
                woken = Some("woken".to_owned());
                continue;
            }
            let name = self
                .pairs
                .iter()
                .find(|(_, pair)| Token::new(pair.number, 0) == event.token)
                .map_or("nobody", |(name, _)| name);
            happened.push(format!("{name} {event}"));
        }
        happened.sort();
        happened.extend(woken);
        Ok(match happened.is_empty() {
            true => "nothing".to_owned(),
            false => happened.join(", "),
        })
    }
}

fn find<'a>(pairs: &'a mut BTreeMap<String, Pair>, name: &str) -> Result<&'a mut Pair, String> {
    pairs
        .get_mut(name)
        .ok_or_else(|| format!("{name}: there is no such pair"))
}

fn tcp() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let far = TcpStream::connect(listener.local_addr()?)?;
    let (near, _) = listener.accept()?;
    Ok((near, far))
}

/// Returns an end as something that can be read and written: a descriptor of its own for the same socket.
fn near(pair: &Pair) -> Result<UnixStream, String> {
    pair.near
        .try_clone()
        .map(UnixStream::from)
        .map_err(|error| error.to_string())
}

fn far(pair: &Pair) -> Result<UnixStream, String> {
    let far = pair.far.as_ref().ok_or("the far end is closed")?;
    far.try_clone()
        .map(UnixStream::from)
        .map_err(|error| error.to_string())
}

fn read(mut near: UnixStream, count: usize) -> Result<String, String> {
    let mut bytes = vec![0; count.min(1 << 20)];
    match near.read(&mut bytes) {
        Ok(0) => Ok("end".to_owned()),
        Ok(came) => Ok(bytes[..came].escape_ascii().to_string()),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok("would block".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn fill(mut near: UnixStream) -> Result<String, String> {
    loop {
        match near.write(&[b'x'; 4096]) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok("full".to_owned()),
            Err(error) => return Err(error.to_string()),
        }
    }
}

/// Reads all that the far end has got. What the kernel still moves from one socket to the other may come a little later.
fn drain(mut far: UnixStream) -> Result<String, String> {
    let quiet = Some(Duration::from_millis(50));
    far.set_read_timeout(quiet).map_err(|error| error.to_string())?;
    loop {
        match far.read(&mut [0; 65536]) {
            Ok(0) => return Ok("ok".to_owned()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok("ok".to_owned()),
            Err(error) => return Err(error.to_string()),
        }
    }
}

fn read_interest(text: &str) -> Result<Interest, String> {
    match text {
        "r" => Ok(Interest::READ),
        "w" => Ok(Interest::WRITE),
        "rw" => Ok(Interest::BOTH),
        "none" => Ok(Interest::NONE),
        _ => Err(format!("{text}: r, w, rw or none")),
    }
}

fn play_slab(slab: &mut Slab<String>, words: &[&str]) -> Result<String, String> {
    let token = |text: &str| {
        let (index, generation) = text.split_once('.').ok_or("a token is INDEX.GENERATION")?;
        Ok::<_, String>(Token::new(word(index)?, word(generation)?))
    };
    match *words {
        ["insert", value] => Ok(slab.insert(value.to_owned()).to_string()),
        ["get", text] => Ok(slab.get_mut(token(text)?).cloned().unwrap_or("none".to_owned())),
        ["remove", text] => Ok(slab.remove(token(text)?).unwrap_or("none".to_owned())),
        ref other => Err(script::unknown(other)),
    }
}
