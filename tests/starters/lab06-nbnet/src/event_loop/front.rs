//! What the first loop does besides: it accepts connections, and hears signals.

use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::Ordering;

use super::EventLoop;
use crate::error::{Error, Result};
use crate::listener::Accepted;
use crate::mailbox::Message;
use crate::poller::{Interest, Trigger};
use crate::service::Service;
use crate::slab::Token;

impl<S: Service> EventLoop<S> {
    /// Accepts whoever waits.
    pub(super) fn accept(&mut self) -> Result<()> {
        while self.accept_one()? {
            // With a level trigger the others are reported again, and the connections have their turn before.
            if self.context.settings.trigger == Trigger::Level || !is_more_behind_an_edge() {
                break;
            }
        }
        Ok(())
    }

    /// Accepts one. Returns whether there may be another.
    fn accept_one(&mut self) -> Result<bool> {
        let Some(listener) = &mut self.listener else {
            return Ok(false);
        };
        match listener.accept().map_err(Error::system("accept connections"))? {
            Accepted::One(socket, address) => {
                self.welcome(socket, address);
                Ok(true)
            }
            Accepted::Lost => Ok(true),
            Accepted::Nobody => Ok(false),
            Accepted::Starved => {
                self.pause()?;
                Ok(false)
            }
        }
    }

    /// Gives a connection to the loop whose turn it is, unless there are enough.
    fn welcome(&mut self, socket: TcpStream, address: SocketAddr) {
        let Some(listener) = &mut self.listener else {
            return;
        };
        let before = self.context.shared.connections.fetch_add(1, Ordering::AcqRel);
        if let Some(most) = self.context.settings.max_connections
            && before >= most
        {
            listener.say_full(address, most, self.context.now);
            drop(socket);
            self.forget_one();
            return;
        }
        match listener.next_loop(self.context.post.loops()) {
            0 => self.adopt(socket, address),
            other => self
                .context
                .post
                .tell(other, Message::Connection(socket, address)),
        }
    }

    /// Accepts nobody until a descriptor is free, or [`PAUSE`](crate::listener::PAUSE) is over (stage `timers`): those who wait are reported all the time, and nothing
    /// can be done for them. With an edge trigger they are not.
    fn pause(&mut self) -> Result<()> {
        Ok(())
    }

    /// Accepts again.
    pub(super) fn unpause(&mut self) -> Result<()> {
        if self.timers.is_set(Token::LISTENER) {
            self.timers.cancel(Token::LISTENER);
        }
        self.watch_listener(Interest::READ)?;
        self.accept()
    }

    fn watch_listener(&mut self, interest: Interest) -> Result<()> {
        let trigger = self.context.settings.trigger;
        match self.listener.as_ref().and_then(|listener| listener.socket()) {
            Some(socket) if trigger == Trigger::Level => self
                .poller
                .reregister(socket, Token::LISTENER, interest, trigger)
                .map_err(Error::system("watch the listener")),
            _ => Ok(()),
        }
    }

    /// Does what signals ask for: the first begins the end, a second is the end.
    pub(super) fn signal(&mut self) -> Result<()> {
        while let Some(listener) = &mut self.listener
            && let Some(_) = listener
                .signals
                .read_signal()
                .map_err(Error::system("read a signal"))?
        {
            if listener.socket().is_none() {
                return Err(Error::Interrupted);
            }
            self.listen_no_more()?;
        }
        Ok(())
    }

    /// Begins the end. Without the stage `timers` all loops stop at once. With it nobody who asked is left without an answer: those who wait
    /// are accepted before the listener is closed, and then all loops are told to end what is under way.
    fn listen_no_more(&mut self) -> Result<()> {
        self.context.post.tell_all(|| Message::Stop);
        if let Some(listener) = &mut self.listener {
            if let Some(socket) = listener.socket() {
                // It is closed next, whatever comes of this.
                let _ = self.poller.deregister(socket);
            }
            listener.close();
        }
        Ok(())
    }

    /// Ends every connection when what is under way is done, and all of them when the grace is over.
    pub(super) fn end(&mut self) {
        todo!(
            "timers: The loop is `ending` now; a timer of `Token::SIGNALS` is the end of the grace. Then every connection gets to `end`."
        )
    }
}

/// Returns whether somebody else may wait, after one was accepted, of whom there will be no event.
fn is_more_behind_an_edge() -> bool {
    todo!("triggers: Several may come with one event. Only accepting that finds nobody says that all are in.")
}
