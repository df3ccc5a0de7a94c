//! A server that sends each frame back.

use std::marker::PhantomData;
use std::time::Duration;

use crate::codec::Header;
use crate::service::{Peer, Reply, Service, Step, Violation};

/// Sends each frame back as it came. `H` is how a frame says its length.
#[derive(Debug)]
#[expect(dead_code, reason = "`request` will use what is in it")]
pub struct Echo<H> {
    longest: usize,
    work: Option<Duration>,
    header: PhantomData<H>,
}

impl<H: Header> Echo<H> {
    /// Makes one whose frames have bodies of at most `longest` bytes. If there is `work`, each answer takes a worker so long.
    pub fn new(longest: usize, work: Option<Duration>) -> Self {
        Self {
            longest,
            work,
            header: PhantomData,
        }
    }
}

impl<H: Header> Service for Echo<H> {
    type Session = ();

    fn open(&self, _peer: &Peer) {}

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn request(&self, (): &mut (), input: &[u8], reply: &mut Reply<'_>) -> Result<Step, Violation> {
        todo!(
            "machine: `codec::frame` says what is there. A whole frame goes back as it is, header and all; with `work` by a worker, which sleeps so long and returns the same bytes. What is wrong is a violation with its message."
        )
    }

    fn ended(&self, (): &mut (), rest: &[u8], _reply: &mut Reply<'_>) -> Result<(), Violation> {
        if rest.is_empty() {
            return Ok(());
        }
        Err(Violation::new("ended within a frame"))
    }
}
