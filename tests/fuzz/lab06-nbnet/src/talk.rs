//! Plays a connection: pieces in, answers out, as the event loop does it, without a socket.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use crate::buffer::Buffer;
use crate::mailbox::{Mailbox, Message, Post};
use crate::poller::{self, Kind, Poller, Trigger, Waker};
use crate::service::{Address, Flow, Peer, Reply, Service, Step};
use crate::slab::Token;

/// How often an answer may go on without a byte.
const PATIENCE: usize = 3;

/// Who looks at each request and its answer.
pub trait Observe {
    /// `request` was taken off the front, and `answer` is what came of it. `ends` says that nothing follows.
    fn answered(&mut self, request: &[u8], answer: &[u8], ends: bool);
}

/// Looks at nothing.
pub struct Nobody;

impl Observe for Nobody {
    fn answered(&mut self, _request: &[u8], _answer: &[u8], _ends: bool) {}
}

/// How a connection stood at the end of its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It would have gone on.
    Open,
    /// A request was the last one.
    Last,
    /// The peer did something wrong. What stands behind that is nobody's.
    Violated,
}

/// What came of a connection.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// All that the peer was told.
    pub said: Vec<u8>,
    /// How it stood at the end.
    pub end: End,
    /// How many bytes were left over.
    pub left: usize,
    /// What went to other connections.
    pub posted: Vec<Vec<u8>>,
}

/// A mailbox to which a service may post.
pub struct Office {
    post: Post,
    // The waker is watched by it as long as it is there.
    _poller: Box<dyn Poller>,
}

impl Office {
    /// Opens one.
    pub fn open() -> Self {
        let mut poller = poller::open(Kind::Epoll).expect("epoll");
        let waker = Waker::new(poller.as_mut(), Trigger::Level).expect("an eventfd");
        Self {
            post: Post::new(vec![Mailbox::new(waker)]),
            _poller: poller,
        }
    }

    fn empty(&self) -> Vec<Vec<u8>> {
        let mut messages = Vec::new();
        let mailbox = self.post.mailbox(0).expect("there is one");
        mailbox.take(&mut messages);
        let posted = messages.into_iter().filter_map(|message| match message {
            Message::Post(_, text) => Some(text.to_vec()),
            _ => None,
        });
        posted.collect()
    }
}

/// Writes the byte before each `0xfe` some hundred times: limits are longer than what a fuzzer likes to write.
pub fn widened(bytes: &[u8]) -> Vec<u8> {
    const TIMES: usize = 500;
    let mut wide = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match (byte, wide.last()) {
            (0xfe, Some(&before)) if wide.len() < 1 << 21 => wide.resize(wide.len() + TIMES, before),
            _ => wide.push(byte),
        }
    }
    wide
}

/// Where `bytes` are cut: into pieces of 1 to `longest` bytes, drawn from `seed`.
pub fn pieces(bytes: &[u8], seed: u8, longest: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    let mut state = u32::from(seed).wrapping_mul(2_654_435_761) | 1;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let length = state as usize % (usize::from(longest) + 1) + 1;
        let (piece, behind) = rest.split_at(length.min(rest.len()));
        rest = behind;
        Some(piece)
    })
}

/// Plays one connection. `mark` is what may wait for the peer, in bytes.
pub fn play<'a, S: Service>(
    service: &S,
    office: &Office,
    mark: usize,
    pieces: impl Iterator<Item = &'a [u8]>,
    observe: &mut impl Observe,
) -> Outcome {
    let peer = Peer {
        socket: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
        address: Address {
            of_loop: 0,
            token: Token::new(0, 0),
        },
    };
    let mut session = service.open(&peer);
    let mut said = Vec::new();
    let mut input: Vec<u8> = Vec::new();
    let mut end = End::Open;
    'pieces: for piece in pieces {
        input.extend_from_slice(piece);
        while !input.is_empty() {
            let mut output = Buffer::default();
            let mut reply = Reply {
                output: &mut output,
                mark: mark.max(1),
                started: Instant::now(),
                now: Duration::ZERO,
                peer: &peer,
                post: &office.post,
            };
            let (taken, more) = match service.request(&mut session, &input, &mut reply) {
                Ok(Step::Partial(_)) => {
                    assert_eq!(reply.waiting(), 0, "no answer to a part of a request");
                    continue 'pieces;
                }
                Ok(Step::Done { taken }) => (taken, false),
                Ok(Step::More { taken }) => (taken, true),
                Ok(Step::Last { taken }) => {
                    end = End::Last;
                    (taken, false)
                }
                Ok(Step::Later { taken, job }) => {
                    reply.push(&job());
                    (taken, false)
                }
                Err(violation) => {
                    reply.push(&violation.answer);
                    observe.answered(&input, output.bytes(), true);
                    said.extend_from_slice(output.bytes());
                    end = End::Violated;
                    input.clear();
                    break 'pieces;
                }
            };
            assert!(
                (1..=input.len()).contains(&taken),
                "{taken} of {} bytes",
                input.len()
            );
            let mut answer = output.bytes().to_vec();
            if more {
                end = go_on(service, &mut session, office, mark, &peer, &mut answer);
            }
            observe.answered(&input[..taken], &answer, end != End::Open);
            said.append(&mut answer);
            input.drain(..taken);
            if end != End::Open {
                break 'pieces;
            }
        }
    }
    let left = input.len();
    if end == End::Open {
        let mut output = Buffer::default();
        let mut reply = Reply {
            output: &mut output,
            mark: mark.max(1),
            started: Instant::now(),
            now: Duration::ZERO,
            peer: &peer,
            post: &office.post,
        };
        let _ = service.ended(&mut session, &input, &mut reply);
        said.extend_from_slice(output.bytes());
    }
    service.closed(session, &peer, &office.post);
    Outcome {
        said,
        end,
        left: if end == End::Last { 0 } else { left },
        posted: office.empty(),
    }
}

/// Takes the rest of an answer, of which the peer reads all each time.
fn go_on<S: Service>(
    service: &S,
    session: &mut S::Session,
    office: &Office,
    mark: usize,
    peer: &Peer,
    answer: &mut Vec<u8>,
) -> End {
    let mut in_vain = 0;
    loop {
        let mut output = Buffer::default();
        let mut reply = Reply {
            output: &mut output,
            mark: mark.max(1),
            started: Instant::now(),
            now: Duration::ZERO,
            peer,
            post: &office.post,
        };
        let flow = service.more(session, &mut reply).expect("files stay as they are");
        in_vain = if output.is_empty() { in_vain + 1 } else { 0 };
        answer.extend_from_slice(output.bytes());
        match flow {
            Flow::Done => return End::Open,
            Flow::Last => return End::Last,
            Flow::More => assert!(in_vain < PATIENCE, "an answer goes on and says nothing"),
        }
    }
}
