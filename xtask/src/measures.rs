//! `tests/LAB/bench.toml`: what is measured, and against whom.
//!
//! | module | what |
//! |---|---|
//! | [`read`], [`values`] | the file's tables and what is in them |
//! | [`call`] | how a program is started, and which programs that takes |

mod call;
mod read;
mod values;

use std::path::PathBuf;

pub use call::{Call, is_built};

/// The Debian package of the server that programs are measured against.
pub const NGINX_PACKAGE: &str = "nginx-light";

/// Everything that `bench` measures of one lab.
#[derive(Debug)]
pub struct Spec {
    pub inputs: Vec<Input>,
    pub servers: Vec<Server>,
    pub programs: Vec<Program>,
    pub same_urls: Vec<SameUrls>,
    pub measures: Vec<Measure>,
}

/// A file that the suite's example `PACKAGE-inputs` writes.
#[derive(Debug)]
pub struct Input {
    /// Also the file's name.
    pub name: String,
    /// Arguments of the program that writes it.
    pub make: Vec<String>,
    pub about: String,
}

/// An nginx that programs are measured against; each run gets one of its own.
#[derive(Debug)]
pub struct Server {
    pub name: String,
    pub about: String,
    /// What it serves; none is the inputs.
    pub root: Option<Root>,
    pub workers: u32,
    /// Lines for the block `server` of its configuration.
    pub lines: String,
}

/// A program that is written for a comparison, in a workspace of its own below the suite's folder. It is built when a measure that needs it
/// is taken, and `{NAME}` stands for it.
#[derive(Debug)]
pub struct Program {
    /// Also the name of its executable.
    pub name: String,
    /// Relative to the suite's folder.
    pub manifest: PathBuf,
}

/// A folder that a Debian package brings.
#[derive(Debug)]
pub struct Root {
    pub path: PathBuf,
    pub package: String,
}

/// Two programs that are to ask a server for the same URLs.
#[derive(Debug)]
pub struct SameUrls {
    pub name: String,
    /// The name of a [`Server`].
    pub server: String,
    /// Arguments of the lab's main program.
    pub subject: Vec<String>,
    /// Exit statuses with which it has done its work.
    pub statuses: Vec<i32>,
    pub peer: Peer,
    pub reasons: Vec<Reason>,
}

/// Why one of two programs asks for URLs that the other leaves out.
#[derive(Debug)]
pub struct Reason {
    pub only: Side,
    /// Targets of requests, in which `*` stands for any characters.
    pub urls: Vec<String>,
    pub why: String,
}

/// One of the two that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Subject,
    Peer,
}

/// One thing that the lab's program does, and who else does it.
#[derive(Debug)]
pub struct Measure {
    pub name: String,
    /// The name of an [`Input`].
    pub input: Option<String>,
    /// The name of a [`Server`]. A measure has an input, or a server, or both.
    pub server: Option<String>,
    /// Arguments of the lab's main program.
    pub subject: Vec<String>,
    /// Exit statuses with which it has done its work.
    pub statuses: Vec<i32>,
    pub unit: Option<Unit>,
    /// Who drives the lab's program, and the peers, if these are servers. Then the client's time is measured, and the server's memory and
    /// processor time.
    pub client: Option<Client>,
    /// A second figure: a time that the client prints right behind these words.
    pub said: Option<String>,
    pub peers: Vec<Peer>,
    pub ideal: Option<Ideal>,
}

/// A program that asks a server for so much, or for so long.
#[derive(Debug, Clone)]
pub struct Client {
    /// With its arguments, in which names in braces stand as in a [`Call`].
    pub words: Vec<String>,
    /// The Debian package that holds it; empty for the suite's own.
    pub package: String,
    /// What stands behind the number of units in what it prints.
    pub counted: Option<String>,
}

/// What is counted for figures "a second".
#[derive(Debug, Clone)]
pub struct Unit {
    /// In the plural: `pages`.
    pub name: String,
    pub count: Count,
}

/// Where the number of units that a run did comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Count {
    /// The server's log: its answers with status 200.
    Answers,
    /// It is the same for everybody.
    Known(f64),
    /// The client prints it, before the words of [`Client::counted`].
    Said,
}

/// A program of the system that does the same.
#[derive(Debug)]
pub struct Peer {
    pub name: String,
    pub call: Call,
    /// Who drives it, if that is not the measure's client.
    pub client: Option<Client>,
    /// What stands before its second figure, if these are not the measure's words.
    pub said: Option<String>,
    /// The Debian package that holds it; empty for what the course builds.
    pub package: String,
    /// Exit statuses with which it has done its work.
    pub statuses: Vec<i32>,
    pub goals: Vec<Goal>,
    /// Fewer runs than the others get, and no warm-up: for a peer that takes minutes.
    pub runs: Option<usize>,
}

/// What the lab's program is to reach beside another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// The most of the other's time that it may take.
    Time(f64),
    /// The least that it must do in a second, as a multiple of what the other does.
    Rate(f64),
    /// The most that the time may be which the client prints, as a multiple of the other's.
    Said(f64),
    /// The most of the other's memory that it may need.
    Memory(f64),
}

/// The least time that a transfer can take where each connection gets so much and no more.
#[derive(Debug)]
pub struct Ideal {
    pub name: String,
    pub connections: f64,
    /// Bytes a second that each of them gets.
    pub rate: f64,
    /// The most of the ideal time that the lab's program may take.
    pub goal: f64,
}

impl Spec {
    /// Everybody that the lab's program is compared with.
    pub fn peers(&self) -> impl Iterator<Item = &Peer> {
        let timed = self.measures.iter().flat_map(|measure| &measure.peers);
        timed.chain(self.same_urls.iter().map(|same| &same.peer))
    }
}

impl Goal {
    /// Whether it is about what a bar shows: the time, or the units in it.
    pub fn is_of_a_bar(self) -> bool {
        matches!(self, Goal::Time(_) | Goal::Rate(_))
    }
}

impl Measure {
    /// Everything that is started for it, as it stands in the file.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let clients = self.peers.iter().filter_map(|peer| peer.client.as_ref());
        let clients = clients.chain(&self.client).flat_map(|client| &client.words);
        let peers = self.peers.iter().flat_map(|peer| peer.call.words());
        self.subject
            .iter()
            .chain(clients)
            .map(String::as_str)
            .chain(peers)
    }

    /// What a peer, or the lab's own program, is driven by.
    pub fn client_of<'a>(&'a self, peer: Option<&'a Peer>) -> Option<&'a Client> {
        peer.and_then(|peer| peer.client.as_ref())
            .or(self.client.as_ref())
    }
}

impl Ideal {
    /// How long `bytes` take, in seconds.
    pub fn seconds(&self, bytes: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a size far below 2^52 bytes")]
        let bytes = bytes as f64;
        bytes / (self.connections * self.rate)
    }
}
