//! Plays connections: pieces in, answers out, as the event loop does it, without a socket.

use std::mem;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use crate::buffer::Buffer;
use crate::mailbox::{Mailbox, Message, Post};
use crate::poller::{self, Kind, Poller, Trigger, Waker};
use crate::service::{Address, Drain, Flow, Peer, Reply, Service, Step, Violation};
use crate::slab::Token;

/// A mailbox to which services may post, and the addresses of connections.
pub struct Desk {
    post: Post,
    connections: AtomicU32,
    started: Instant,
    // The waker is watched by it as long as it is there.
    _poller: Mutex<Box<dyn Poller>>,
}

impl Desk {
    /// Opens one.
    pub fn open() -> Self {
        let mut poller = poller::open(Kind::Epoll).expect("epoll");
        let waker = Waker::new(poller.as_mut(), Trigger::Level).expect("an eventfd");
        Self {
            post: Post::new(vec![Mailbox::new(waker)]),
            connections: AtomicU32::new(0),
            started: Instant::now(),
            _poller: Mutex::new(poller),
        }
    }

    /// Returns what sends messages.
    pub fn post(&self) -> &Post {
        &self.post
    }
}

/// How a connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It goes on.
    Open,
    /// A request was the last one, or the server has ended and all is answered.
    Last,
    /// The peer did something wrong, or the service wants it to end: what was said about it, if anything.
    Violated(Option<String>),
}

/// A connection, whatever its service is.
pub trait Talk {
    /// Bytes come.
    fn came(&mut self, bytes: &[u8]);
    /// Messages of threads are heard. Returns how many there were.
    fn hear(&mut self) -> usize;
    /// The peer reads no more, or reads again.
    fn stall(&mut self, stalled: bool);
    /// The server begins to end.
    fn drain(&mut self);
    /// The peer sends nothing more.
    fn ended(&mut self);
    /// Returns all that the peer has read.
    fn said(&self) -> &[u8];
    /// Returns how many bytes were taken.
    fn taken(&self) -> usize;
    /// Returns how it stands.
    fn end(&self) -> &End;
}

/// A connection to a service.
pub struct Connection<S: Service> {
    service: Arc<S>,
    desk: Arc<Desk>,
    /// It is there until the connection is dropped.
    session: Option<S::Session>,
    peer: Peer,
    mark: usize,
    input: Vec<u8>,
    output: Buffer,
    said: Vec<u8>,
    taken: usize,
    end: End,
    stalled: bool,
    /// Something waited for the peer already.
    waited: bool,
    /// It ends when its input is dealt with.
    draining: bool,
}

impl<S: Service> Connection<S> {
    /// Begins one. `mark` is what may wait for the peer, in bytes.
    pub fn open(service: Arc<S>, desk: Arc<Desk>, mark: usize) -> Self {
        let number = desk.connections.fetch_add(1, Relaxed);
        let peer = Peer {
            socket: SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
            address: Address {
                of_loop: 0,
                token: Token::new(number % 1024, number),
            },
        };
        let session = service.open(&peer);
        Self {
            service,
            desk,
            session: Some(session),
            peer,
            mark,
            input: Vec::new(),
            output: Buffer::default(),
            said: Vec::new(),
            taken: 0,
            end: End::Open,
            stalled: false,
            waited: false,
            draining: false,
        }
    }

    fn ask<T>(&mut self, ask: impl FnOnce(&S, &mut S::Session, &[u8], &mut Reply<'_>) -> T) -> T {
        let mut reply = Reply {
            output: &mut self.output,
            mark: self.mark,
            now: self.desk.started.elapsed(),
            started: self.desk.started,
            peer: &self.peer,
            post: &self.desk.post,
        };
        let session = self.session.as_mut().expect("it was not dropped");
        ask(&self.service, session, &self.input, &mut reply)
    }

    fn violated(&mut self, violation: Violation) {
        if violation.at_once {
            self.output.clear();
        }
        self.output.extend(&violation.answer);
        self.end = End::Violated(violation.message);
    }

    /// Takes requests as long as there is room for answers.
    fn go(&mut self) {
        while self.end == End::Open && !self.input.is_empty() && self.output.len() < self.mark {
            let before = self.output.len();
            let (taken, more) =
                match self.ask(|service, session, input, reply| service.request(session, input, reply)) {
                    Ok(Step::Partial(_)) => break,
                    Ok(Step::Done { taken }) => (taken, false),
                    Ok(Step::More { taken }) => (taken, true),
                    Ok(Step::Last { taken }) => {
                        self.end = End::Last;
                        (taken, false)
                    }
                    Ok(Step::Later { taken, job }) => {
                        self.output.extend(&job());
                        (taken, false)
                    }
                    Err(violation) => return self.violated(violation),
                };
            assert!((1..=self.input.len()).contains(&taken), "{taken} of {before}");
            self.input.drain(..taken);
            self.taken += taken;
            while more
                && self
                    .ask(|service, session, _, reply| service.more(session, reply))
                    .expect("nothing fails here")
                    == Flow::More
            {}
        }
        if self.draining && self.end == End::Open {
            self.end = End::Last;
        }
    }

    /// The peer reads, if it does; what waited for that goes on.
    fn settle(&mut self) {
        loop {
            self.go();
            if self.stalled || self.output.is_empty() {
                self.waited = !self.output.is_empty();
                return;
            }
            self.said.extend_from_slice(self.output.bytes());
            self.output.consume(self.output.len());
            if mem::take(&mut self.waited)
                && self.end == End::Open
                && let Err(violation) = self.ask(|service, session, _, reply| service.sent(session, reply))
            {
                self.violated(violation);
            }
        }
    }
}

impl<S: Service> Talk for Connection<S> {
    fn came(&mut self, bytes: &[u8]) {
        if self.end == End::Open {
            self.input.extend_from_slice(bytes);
            self.settle();
        }
    }

    fn hear(&mut self) -> usize {
        let mut messages = Vec::new();
        let mailbox = self.desk.post.mailbox(0).expect("there is one");
        mailbox.take(&mut messages);
        let mut count = 0;
        for message in messages {
            let Message::Post(token, message) = message else {
                continue;
            };
            // What was meant for an earlier connection is nobody's.
            if token != self.peer.address.token || self.end != End::Open {
                continue;
            }
            count += 1;
            let heard = self.ask(|service, session, _, reply| service.message(session, &message, reply));
            if let Err(violation) = heard {
                self.violated(violation);
            }
            self.settle();
        }
        count
    }

    fn stall(&mut self, stalled: bool) {
        self.stalled = stalled;
        self.settle();
    }

    fn drain(&mut self) {
        if self.end == End::Open && !self.draining {
            let how = self.ask(|service, session, _, reply| service.drain(session, reply));
            self.draining = how == Drain::End;
            self.settle();
        }
    }

    fn ended(&mut self) {
        if self.end == End::Open {
            match self.ask(|service, session, input, reply| service.ended(session, input, reply)) {
                Ok(()) => self.end = End::Last,
                Err(violation) => self.violated(violation),
            }
        }
        self.settle();
    }

    fn said(&self) -> &[u8] {
        &self.said
    }

    fn taken(&self) -> usize {
        self.taken
    }

    fn end(&self) -> &End {
        &self.end
    }
}

impl<S: Service> Drop for Connection<S> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.service.closed(session, &self.peer, &self.desk.post);
        }
    }
}
