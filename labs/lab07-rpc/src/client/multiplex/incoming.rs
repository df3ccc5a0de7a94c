//! What each frame from the server does.

use std::task::Waker;

use super::calls::Pending;
use super::state::{State, Why};
use crate::frame::{self, Frame, Kind, Wrong};
use crate::message::{Credit, Failure, GoAway, Hello, Push};

/// How many bytes of pushes wait for an application that does not take them. Those that come beyond are missed, as their numbers will tell.
const MOST_PUSHED: usize = 1 << 20;

/// Does what a frame says. Collects who has to be woken when the lock is free again.
///
/// # Errors
/// Why the connection is over.
pub(super) fn apply(state: &mut State, frame: &Frame<'_>, wake: &mut Vec<Waker>) -> Result<(), Why> {
    let Frame { header, payload } = *frame;
    match header.kind {
        Kind::Error if header.id == 0 => return Err(Why::Lost(Failure::decode(payload)?.to_string())),
        Kind::Hello if state.hello.is_none() => {
            state.hello = Some(Hello::decode(payload)?);
            wake.append(&mut state.watchers);
        }
        Kind::Hello => return Err(Wrong::SecondHello.into()),
        kind if state.hello.is_none() => return Err(Wrong::BeforeHello(kind).into()),
        Kind::Ping => frame::append(&mut state.out, Kind::Pong, 0, 0, |out| {
            out.extend_from_slice(payload)
        }),
        Kind::GoAway => {
            let GoAway { last, reason } = GoAway::decode(payload)?;
            state.goes(last, reason, wake);
        }
        // Everything is a sign of life, and these are nothing more.
        Kind::Pong | Kind::Other(_) => {}
        kind @ (Kind::Call | Kind::Cancel) => return Err(Wrong::Side(kind).into()),
        Kind::Reply | Kind::Error | Kind::Item | Kind::Push | Kind::Credit => {
            return Ok(to_call(state, frame, wake)?);
        }
    }
    Ok(())
}

/// Does what a frame says that belongs to a call. If there is no such call, it was given up while the frame was under way: that is no mistake.
#[expect(unused_variables, reason = "goes with the todo!")]
fn to_call(state: &mut State, frame: &Frame<'_>, wake: &mut Vec<Waker>) -> Result<(), Wrong> {
    todo!(
        "multiplex: Payloads are judged even where nobody waits for them. A call that has its outcome already takes nothing more. ITEM, PUSH and CREDIT have functions below."
    )
}

/// Keeps an item for a stream. Whoever only waits for the reply is not interested: then the server may send the next one right away.
#[expect(unused_variables, reason = "goes with the todo!")]
fn item(pending: &mut Pending, payload: &[u8], wake: &mut Vec<Waker>) -> Result<Option<Credit>, Wrong> {
    todo!(
        "multiplex: The window notes what came, and what was taken at once. Who waits for an event is woken."
    )
}

/// Keeps a message of a topic, if there is room for it.
#[expect(unused_variables, reason = "goes with the todo!")]
fn push(pending: &mut Pending, push: Push<'_>, wake: &mut Vec<Waker>) {
    todo!(
        "multiplex: If more than MOST_PUSHED waits already, this one is missed: its number tells. Only streams keep messages at all."
    )
}

/// Lets more input be sent.
#[expect(unused_variables, reason = "goes with the todo!")]
fn credit(pending: &mut Pending, credit: Credit, wake: &mut Vec<Waker>) -> Result<(), Wrong> {
    todo!(
        "multiplex: `added_to` sees to it that it is not too much. Who waits for room is woken once there is some."
    )
}

impl From<Wrong> for Why {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}
