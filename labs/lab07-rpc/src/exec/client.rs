//! The other side: a client that runs a command on a server.

use tokio::sync::mpsc::{Receiver, Sender};

use super::item::{self, Stream};
use super::outcome::Outcome;
use super::params::Params;
use crate::client::Multiplex;
use crate::client::multiplex::Input;
use crate::error::{Error, Result};
use crate::{Code, Failure};

/// The longest piece of input that is sent at once, in bytes.
pub const PIECE: usize = 32 << 10;

/// A piece of the command's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Of which stream.
    pub stream: Stream,
    /// Never none.
    pub bytes: Vec<u8>,
}

/// Runs a command. Its standard input is what comes from `input`, up to the end of that; its output goes to `output`, and no faster than it is taken
/// from there. Returns how it ended, or nothing if nobody takes the output any more: then it was cancelled.
///
/// Dropped before its end, it is cancelled too.
///
/// # Errors
/// Why the command was not run, or how the connection ended.
#[expect(unused_variables, reason = "goes with the todo!")]
pub async fn run(
    client: &Multiplex,
    params: &Params,
    input: Option<Receiver<Vec<u8>>>,
    output: Sender<Piece>,
) -> Result<Option<Outcome>> {
    todo!(
        "exec: Open `exec`, with all the time it needs: the command's limit is in the parameters. Two things go on at once (`tokio::select!`): the input is sent, and what comes is taken. Items become pieces, the reply is the outcome. When nobody takes a piece, there is none. That all input is sent is not the end of the other."
    )
}

/// Sends the input, and then its end.
#[expect(dead_code, reason = "`run` will use it")]
async fn send(mut to: Input, input: Option<Receiver<Vec<u8>>>) -> Result<()> {
    let Some(mut input) = input else {
        return Ok(());
    };
    while let Some(bytes) = input.recv().await {
        // When the call has ended, nobody wants the rest.
        if !to.send(&bytes).await? {
            return Ok(());
        }
    }
    to.finish(&[]).await.map(|_| ())
}

/// Reads an item. What is none is passed over, as something that a later version may send.
#[expect(dead_code, reason = "`run` will use it")]
fn piece(item: &[u8]) -> Option<Piece> {
    let (stream, bytes) = item::read(item)?;
    (!bytes.is_empty()).then(|| Piece {
        stream,
        bytes: bytes.to_vec(),
    })
}

/// Reads the reply.
#[expect(dead_code, reason = "`run` will use it")]
fn outcome(body: &[u8]) -> Result<Outcome> {
    Outcome::parse(body).ok_or_else(|| {
        Error::Failed(Failure::new(
            Code::PROTOCOL,
            "the reply is no outcome of a command",
        ))
    })
}
