//! What each frame from the server does.

use std::task::Waker;

use super::calls::{Event, Pending};
use super::state::{State, Why};
use crate::frame::{self, Frame, Kind, Wrong};
use crate::message::{self, Credit, Failure, GoAway, Hello, Push};

/// How many bytes of pushes wait for an application that does not take them. Those that come beyond are missed, as their numbers will tell.
const MOST_PUSHED: usize = 1 << 20;
/// How many bytes may wait for a server that does not read them before its PINGs are passed over.
const MOST_WAITING: usize = 1 << 20;

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
        kind @ Kind::Ping => {
            let asked = message::ping(kind, payload)?;
            // A server that asks and asks, and does not read, is not answered without end.
            if state.out.len() < MOST_WAITING {
                frame::append(&mut state.out, Kind::Pong, 0, 0, |out| {
                    out.extend_from_slice(asked)
                });
            }
        }
        Kind::GoAway => {
            let GoAway { last, reason } = GoAway::decode(payload)?;
            state.goes(last, reason, wake);
        }
        // Everything is a sign of life, and these are nothing more.
        kind @ Kind::Pong => {
            message::ping(kind, payload)?;
        }
        Kind::Other(_) => {}
        kind @ (Kind::Call | Kind::Cancel) => return Err(Wrong::Side(kind).into()),
        Kind::Reply | Kind::Error | Kind::Item | Kind::Push | Kind::Credit => {
            return Ok(to_call(state, frame, wake)?);
        }
    }
    Ok(())
}

/// Does what a frame says that belongs to a call. If there is no such call, it was given up while the frame was under way: that is no mistake.
fn to_call(state: &mut State, frame: &Frame<'_>, wake: &mut Vec<Waker>) -> Result<(), Wrong> {
    // region:multiplex/to_call Payloads are judged even where nobody waits for them. A call that has its outcome already takes nothing more. ITEM, PUSH and CREDIT have functions below, of which the first one may bring the server credit.
    let Frame { header, payload } = *frame;
    let outcome = match header.kind {
        Kind::Error => Err(Failure::decode(payload)?.into()),
        Kind::Push => Push::decode(payload).map(|_| Ok(payload))?,
        Kind::Credit => Credit::decode(payload).map(|_| Ok(payload))?,
        _ => Ok(payload),
    };
    let Some(pending) = state
        .calls
        .get_mut(header.id)
        .filter(|pending| pending.outcome.is_none())
    else {
        return Ok(());
    };
    match header.kind {
        Kind::Item => {
            let granted = item(pending, payload, wake)?;
            state.grant(header.id, granted);
        }
        Kind::Push => push(pending, Push::decode(payload)?, wake),
        Kind::Credit => credit(pending, Credit::decode(payload)?, wake)?,
        _ => pending.end_with(outcome.map(<[u8]>::to_vec), wake),
    }
    Ok(())
    // endregion:multiplex/to_call
}

/// Keeps an item for a stream. Whoever only waits for the reply is not interested: then the server may send the next one right away.
fn item(pending: &mut Pending, payload: &[u8], wake: &mut Vec<Waker>) -> Result<Option<Credit>, Wrong> {
    pending.window.came(payload.len())?;
    let Some(flow) = &mut pending.flow else {
        return Ok(pending.window.taken(payload.len()));
    };
    flow.events.push_back(Event::Item(payload.to_vec()));
    wake.extend(pending.waker.take());
    Ok(None)
}

/// Keeps a message of a topic, if there is room for it.
fn push(pending: &mut Pending, push: Push<'_>, wake: &mut Vec<Waker>) {
    let Some(flow) = &mut pending.flow else {
        return;
    };
    if flow.pushed > MOST_PUSHED {
        return;
    }
    flow.pushed += push.body.len();
    flow.events.push_back(Event::Push {
        seq: push.seq,
        body: push.body.to_vec(),
    });
    wake.extend(pending.waker.take());
}

/// Lets more input be sent.
fn credit(pending: &mut Pending, credit: Credit, wake: &mut Vec<Waker>) -> Result<(), Wrong> {
    let Some(flow) = &mut pending.flow else {
        return Ok(());
    };
    flow.room = credit.added_to(flow.room)?;
    if flow.room > 0 {
        wake.extend(flow.sender.take());
    }
    Ok(())
}

impl From<Wrong> for Why {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}
