//! A command that runs: does what its life decides.

use std::io;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::Signal;

use super::child::{Child, Source, Watcher};
use super::feed::Feed;
use super::item::Stream;
use super::life::Life;
use super::params::Params;
use crate::Failure;
use crate::methods::Call;

/// A command that runs. Whatever is done with it does not wait.
#[expect(dead_code, reason = "its functions will use them")]
pub(super) struct Running {
    call: Arc<Call>,
    child: Child,
    life: Life,
    feed: Feed,
    /// An item that the client has no credit for. Until it is sent, nothing more is read.
    held: Option<Vec<u8>>,
}

/// What a command finds in the thread that runs it.
pub(super) struct Context {
    pub(super) watcher: Watcher,
    /// What is read goes here, behind a place for the mark of its stream.
    #[expect(dead_code, reason = "`Running` will use it")]
    pub(super) buffer: Box<[u8]>,
    /// What time it is, since the thread began.
    pub(super) now: Duration,
}

impl Running {
    /// Starts one.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn start(
        command: &mut Command,
        params: &Params,
        id: u64,
        call: Arc<Call>,
        feed: Feed,
        context: &mut Context,
    ) -> io::Result<Self> {
        Ok(Self {
            call,
            child: Child::spawn(command, id, &mut context.watcher)?,
            life: Life::begin(params.timeout(), params.limit, context.now),
            feed,
            held: None,
        })
    }

    /// Does what an event is about.
    pub(super) fn ready(&mut self, source: Source, context: &mut Context) -> io::Result<()> {
        match source {
            Source::Input => self.feed(context),
            Source::Output(stream) => self.read(stream, context),
            Source::End => self.ended(context),
        }
    }

    /// Reads once from a stream, and passes on what came.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn read(&mut self, stream: Stream, context: &mut Context) -> io::Result<()> {
        todo!(
            "exec: At most LONGEST bytes, and at most as many as its life wants, into the buffer behind its first byte. At its end the stream is closed. Nothing just now: nothing is left. Otherwise ask its life how many of the bytes are passed on and which signal is sent; an item is the stream's mark and the bytes."
        )
    }

    /// Sends an item. Without credit it is held, and nothing more is read: that is how a client that does not read stops a command.
    #[expect(dead_code, reason = "`read` will use it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn pass_on(&mut self, item: Vec<u8>, context: &mut Context) -> io::Result<()> {
        todo!(
            "exec: `try_send` says whether it was sent; then the outputs are listened to, and otherwise not. If the call is over, its command is."
        )
    }

    /// Goes on, since the client has given credit.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn credit(&mut self, context: &mut Context) -> io::Result<()> {
        todo!("exec: With the item that is held, if one is.")
    }

    /// Takes a piece of the client's input.
    pub(super) fn input(&mut self, bytes: &[u8], last: bool, context: &mut Context) -> io::Result<()> {
        self.feed.add(bytes, last);
        self.feed(context)
    }

    /// Writes as much of the input as the command takes at once.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn feed(&mut self, context: &mut Context) -> io::Result<()> {
        todo!(
            "exec: Until nothing waits or the pipe takes nothing more. What is written, the client may send again (`consumed`), and what is thrown away too: that is everything, when the command has no input or has closed it. When nothing waits and nothing more comes, close it. Otherwise wait for room, as long as something waits."
        )
    }

    /// Takes note that nobody waits for it any more.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn over(&mut self, context: &mut Context) -> io::Result<()> {
        todo!(
            "exec: Send the signal that its life says. What is held is thrown away, and its outputs are listened to, so that it can end."
        )
    }

    /// Takes note that its time has come.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn due(&mut self, context: &mut Context) {
        todo!("exec: Send the signal that its life says, if it says one.")
    }

    /// Takes note that its process has ended.
    fn ended(&mut self, context: &mut Context) -> io::Result<()> {
        if let Some((how, owed)) = self.child.ended(&mut context.watcher)? {
            self.life.ended(how, owed, context.now);
            self.child.close_input(&mut context.watcher);
        }
        Ok(())
    }

    /// Closes what is of no use any more, and answers the call if everything is done. Returns whether it is.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn settle(&mut self, context: &mut Context) -> bool {
        todo!(
            "exec: A stream of which its life wants nothing is closed. It is done when it has an outcome, both streams are closed and nothing is held. Nobody wants a reply if it is unwanted."
        )
    }

    /// Returns when to look again, if nothing happens before.
    pub(super) fn until(&self, now: Duration) -> Option<Duration> {
        self.life.until(now)
    }

    /// Answers the call with what the system said.
    pub(super) fn fail(&self, why: &io::Error) {
        self.call
            .fail(Failure::failed(format!("lost the command: {why}")));
    }

    /// Kills it, without waiting for its end.
    pub(super) fn kill(&self) {
        self.child.signal(Signal::SIGKILL);
    }

    /// Ends it at once.
    pub(super) fn bury(self, context: &mut Context) {
        self.child.bury(&mut context.watcher);
    }
}
