//! Reading, and writing: the part of a connection that moves bytes.

use std::io;
use std::mem;
use std::time::Duration;

use super::Connection;
use crate::event_loop::Context;
// region:machine
use crate::machine::State;
// endregion:machine
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
    fn came(&mut self, came: io::Result<&[u8]>, context: &mut Context<S>) -> io::Result<()> {
        // region:machine WouldBlock is no failure: nothing is `readable` any more. Interrupted is none either. Nothing at all is the end. In the state Close all is thrown away. Otherwise something has `moved` now, and the front may be whole. If something waits already, the new goes behind it; else take requests right from what came, and keep the rest.
        match came {
            Ok([]) => {
                self.ended = true;
                self.readable = false;
            }
            Ok(_) if self.state == State::Close => self.has_read(context.settings.trigger),
            Ok(came) => {
                self.moved = context.now;
                self.partial = false;
                self.has_read(context.settings.trigger);
                let taken = match self.input.is_empty() {
                    true => self.take_requests(came, context),
                    false => 0,
                };
                self.input.extend(&came[taken..]);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.readable = false,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
        // endregion:machine
    }

    /// Sends what waits, as far as the socket takes it: first what could not be sent before, then what was written now. Only what is left
    /// then is kept.
    pub(super) fn send(&mut self, context: &mut Context<S>) -> io::Result<()> {
        // region:machine Two steps with `write`: `self.output` first, and `context.output` only if that is empty then. What is left of `context.output` goes behind `self.output`; nothing of it may stay, for it is everybody's.
        let mut own = mem::take(&mut self.output);
        let sent = self.write(own.bytes(), context.now)?;
        own.consume(sent);
        self.output = own;
        if context.output.is_empty() {
            return Ok(());
        }
        let sent = match self.output.is_empty() {
            true => self.write(context.output.bytes(), context.now)?,
            false => 0,
        };
        self.output.extend(&context.output.bytes()[sent..]);
        context.output.clear();
        Ok(())
        // endregion:machine
    }

    /// Writes until everything is written or the socket takes nothing more. Returns how much it took.
    fn write(&mut self, bytes: &[u8], now: Duration) -> io::Result<usize> {
        // region:machine As long as something is left and the socket is `writable`: a write may take a part of it. What it took has `moved` now. WouldBlock says that it is not writable, Interrupted says nothing; Ok(0) is a failure.
        let mut sent = 0;
        while sent < bytes.len() && self.writable {
            match self.transport.write(&bytes[sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    sent += count;
                    self.moved = now;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.writable = false,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        match self.transport.flush() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.writable = false,
            flushed => flushed?,
        }
        Ok(sent)
        // endregion:machine
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
