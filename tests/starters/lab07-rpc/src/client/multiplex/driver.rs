//! The task that reads and writes.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Handle, RuntimeFlavor};

use super::alarm::Alarm;
use super::silence::{Due, Silence};
use super::state::{Shared, Why};
use crate::client::Options;
use crate::code::Code;
use crate::frame::{self, Decoder, Kind, LEAST_LIMIT};
use crate::message::{self, Failure, Hello};

/// A buffer that has become larger than this, in bytes, is given back when it is empty.
const KEPT: usize = 1 << 20;

/// Reads, writes and watches the clock, for one connection.
///
/// It is one future by hand instead of two tasks and a timer: what has come, what may be written and what is due are looked at whenever one of
/// them may have changed, and it costs no more than that.
pub(super) struct Driver<T> {
    stream: T,
    shared: Arc<Shared>,
    /// What came and was not taken.
    decoder: Decoder,
    /// What is being written: it has changed places with the buffer to which frames are appended.
    writing: Vec<u8>,
    /// How much of that is written.
    written: usize,
    /// Whom to wake when the lock is free again. It is empty between two polls, and keeps its memory.
    wake: Vec<Waker>,
    /// Others are to be let append first, and were this time.
    lets: bool,
    has_let: bool,
    silence: Silence,
    /// The earliest deadline of a call, as it was when frames were taken last.
    earliest: Option<Instant>,
    alarm: Alarm,
}

/// Whether there will be frames to send.
enum More {
    /// There may be.
    Maybe,
    /// Nobody is left who could call.
    Never,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Driver<T> {
    /// Makes one, whose first frame says HELLO.
    pub(super) fn new(stream: T, shared: Arc<Shared>, options: &Options) -> Self {
        let limit = options.max_payload.max(LEAST_LIMIT);
        let hello = Hello {
            max_payload: limit,
            ping_ms: message::left_ms(options.ping),
        };
        frame::append(&mut shared.lock().out, Kind::Hello, 0, 0, |out| hello.encode(out));
        Self {
            stream,
            shared,
            decoder: Decoder::new(limit),
            writing: Vec::new(),
            written: 0,
            wake: Vec::new(),
            lets: Handle::current().runtime_flavor() != RuntimeFlavor::CurrentThread,
            has_let: false,
            silence: Silence::new(options.ping, Instant::now()),
            earliest: None,
            alarm: Alarm::default(),
        }
    }

    /// Goes as far as it goes without waiting. `Ok` is the end that was asked for.
    fn go(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Why>> {
        loop {
            self.read(context)?;
            if self.write(context)?.is_ready() {
                return Poll::Ready(Ok(()));
            }
            if !self.clock(context)? {
                return Poll::Pending;
            }
        }
    }

    /// Reads until nothing more is there.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn read(&mut self, context: &mut Context<'_>) -> Result<(), Why> {
        todo!(
            "multiplex: Let the stream read into the decoder's room, which a `ReadBuf` makes of it, until it is pending: only then it wakes the driver when more comes. No bytes are the end. Whatever came is heard by `silence`, and then `take`n."
        )
    }

    /// Does what the frames say that have come. The lock is taken once for all of them, and those who wait are woken without it.
    fn take(&mut self) -> Result<(), Why> {
        todo!(
            "multiplex: `apply` each frame that is whole, until there is none, or one is wrong. Those who were collected are woken in both cases."
        )
    }

    /// Writes what is there, or as much of it as the stream takes. It is ready when there will never be more.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn write(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Why>> {
        todo!(
            "multiplex: What is unfinished first; then what `fetch` gets, all at once, unless it `lets_others` append first. A write of 0 bytes is an error. Flush in the end, also when there is nothing: a stream that encrypts keeps something back. If `fetch` says that nothing will ever come, shut the stream down."
        )
    }

    /// Waits a turn if there is something to send, so that others who are ready may append to it.
    ///
    /// A runtime of several threads runs the task first that was woken last, which would be the driver after each call: a write for every frame.
    /// On one thread, tasks run in the order in which they were woken, and nobody has to be let.
    fn lets_others(&mut self, context: &mut Context<'_>) -> bool {
        self.has_let = self.lets && !self.has_let && !self.shared.lock().out.is_empty();
        if self.has_let {
            // Who wakes itself goes behind all others.
            context.waker().wake_by_ref();
        }
        self.has_let
    }

    /// Gets the frames that were appended since the last time.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn fetch(&mut self, context: &mut Context<'_>) -> More {
        todo!(
            "multiplex: Under the lock: leave the driver's waker in the state, so that whoever appends something from now on wakes it; let `out` and `writing` change places, once that is empty; count `taken` up; see what the earliest deadline is. A buffer that has become larger than KEPT is not kept."
        )
    }

    /// Does what is due, and sees to it that the driver is woken when something is due next. Returns whether something was due.
    fn clock(&mut self, context: &mut Context<'_>) -> Result<bool, Why> {
        let silence = self.silence.next();
        let Some(next) = self.earliest.into_iter().chain(silence).min() else {
            return Ok(false);
        };
        if !self.alarm.goes_off(next, context) {
            return Ok(false);
        }
        let now = Instant::now();
        let mut state = self.shared.lock();
        if self.earliest.is_some_and(|earliest| earliest <= now) {
            state.expire(now, &mut self.wake);
            self.earliest = state.earliest;
        }
        match self.silence.due(now) {
            Due::Nothing => {}
            Due::Ask => frame::append(&mut state.out, Kind::Ping, 0, 0, |out| {
                out.extend_from_slice(&[0; message::PING]);
            }),
            Due::Over => return Err(Why::Lost(self.silence.sentence())),
        }
        drop(state);
        self.wake.drain(..).for_each(Waker::wake);
        Ok(true)
    }

    /// Ends the connection, and every call on it. If the server broke the protocol it is told how, as far as that can be done at once.
    fn end(&mut self, why: Why, context: &mut Context<'_>) {
        let mut state = self.shared.lock();
        let written = state.taken - (self.writing.len() - self.written) as u64;
        state.end(why.clone(), written, &mut self.wake);
        drop(state);
        self.wake.drain(..).for_each(Waker::wake);
        if let Why::Wrong(wrong) = why {
            let failure = Failure::new(Code::PROTOCOL, wrong.to_string());
            frame::append(&mut self.writing, Kind::Error, 0, 0, |out| failure.encode(out));
            let unwritten = &self.writing[self.written..];
            let _ = Pin::new(&mut self.stream).poll_write(context, unwritten);
            let _ = Pin::new(&mut self.stream).poll_shutdown(context);
        }
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> Future for Driver<T> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let why = match ready!(this.go(context)) {
            Ok(()) => Why::Lost("closed".to_owned()),
            Err(why) => why,
        };
        this.end(why, context);
        Poll::Ready(())
    }
}

fn lost(error: io::Error) -> Why {
    Why::Lost(error.to_string())
}
