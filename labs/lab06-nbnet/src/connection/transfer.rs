//! Reading, and writing: the part of a connection that moves bytes.

use std::io;
use std::mem;
use std::time::Duration;

use super::Connection;
use crate::event_loop::Context;
use crate::service::Service;

impl<S: Service> Connection<S> {
    /// Reads once, into memory that all connections share, and answers what came. Only what is no whole request yet is kept.
    pub(super) fn read(&mut self, context: &mut Context<S>) -> io::Result<()> {
        let mut shared = mem::take(&mut context.input);
        let read = self.transport.read(&mut shared);
        let done = self.came(read.map(|count| &shared[..count]), context);
        context.input = shared;
        done
    }

    /// Does what a read asks for: `came` is what it brought.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn came(&mut self, came: io::Result<&[u8]>, context: &mut Context<S>) -> io::Result<()> {
        todo!(
            "machine: WouldBlock is no failure: nothing is `readable` any more. Interrupted is none either. Nothing at all is the end. In the state Close all is thrown away. Otherwise something has `moved` now, and the front may be whole. If something waits already, the new goes behind it; else take requests right from what came, and keep the rest."
        )
    }

    /// Sends what waits, as far as the socket takes it: first what could not be sent before, then what was written now. Only what is left
    /// then is kept.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn send(&mut self, context: &mut Context<S>) -> io::Result<()> {
        todo!(
            "machine: Two steps with `write`: `self.output` first, and `context.output` only if that is empty then. What is left of `context.output` goes behind `self.output`; nothing of it may stay, for it is everybody's."
        )
    }

    /// Writes until everything is written or the socket takes nothing more. Returns how much it took.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn write(&mut self, bytes: &[u8], now: Duration) -> io::Result<usize> {
        todo!(
            "machine: As long as something is left and the socket is `writable`: a write may take a part of it. What it took has `moved` now. WouldBlock says that it is not writable, Interrupted says nothing; Ok(0) is a failure."
        )
    }

    pub(super) fn has_unsent(&self) -> bool {
        !self.output.is_empty() || self.transport.has_unsent()
    }

    /// Returns whether it is to read. Requests that came already are answered first: who sends many ahead fills the buffers of the kernel, and
    /// never the memory of this process.
    pub(super) fn wants_to_read(&self) -> bool {
        let used_up = self.partial || self.input.is_empty() || !self.state.is_reading();
        !self.ended && self.state.interest().read && used_up
    }
}
