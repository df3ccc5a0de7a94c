//! The service: answers for requests.

use nbnet::http::Status;
use nbnet::service::{Part, Peer, Reply, Service, Step, Violation};

use super::answer::Answer;
use super::body::Body;
use super::head::{Front, Head, parse};
use crate::jsonrpc::methods::Methods;

/// The service.
#[expect(dead_code, reason = "`answer` will use the methods")]
pub struct Http {
    methods: Methods,
    longest: usize,
}

/// What is remembered of one connection.
#[derive(Debug, Default)]
pub struct Session {
    /// A request whose head came, and whose body is not whole yet.
    begun: Option<(Head, Body)>,
}

impl Http {
    /// Serves these methods, in bodies of at most `longest` bytes.
    pub fn new(methods: Methods, longest: usize) -> Self {
        Self { methods, longest }
    }

    /// Answers a request whose body is whole.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn answer(&self, body: &[u8]) -> Answer {
        todo!(
            "jsonrpc: What `dispatch` answers is JSON with status 200, whatever it says: the status is HTTP's and tells what became of the request, not of the call. Without an answer it is 200, too, and nothing."
        )
    }
}

/// Says what is answered to a request before its body is looked at, if anything is.
#[expect(unused_variables, reason = "goes with the todo!")]
fn judge(head: &Head) -> Option<Answer> {
    todo!(
        "jsonrpc: Only POST calls anything: all others are not allowed (`Answer::Refused`). An expectation that nobody knows has failed (RFC 9110, section 10.1.1)."
    )
}

/// Returns whether the client is told to go on: it waits for that before it sends its body. `came` are the bytes of it that came already.
#[expect(unused_variables, reason = "goes with the todo!")]
fn is_told_to_go_on(head: &Head, came: &[u8]) -> bool {
    todo!(
        "jsonrpc: If it expects that. A client of HTTP/1.0 would not understand it, and one that sends already does not wait."
    )
}

impl Service for Http {
    type Session = Session;

    fn open(&self, _peer: &Peer) -> Session {
        Session::default()
    }

    fn request(&self, session: &mut Session, input: &[u8], reply: &mut Reply<'_>) -> Result<Step, Violation> {
        let (head, mut body) = match session.begun.take() {
            Some(begun) => begun,
            None => {
                let (head, taken) = match parse(input) {
                    Front::Partial => return Ok(Step::Partial(Part::Header)),
                    Front::Whole { head, taken } => (head, taken),
                    Front::Refused(status) => return Err(refuse(status, None, reply)),
                };
                let body = Body::new(head.length, taken, self.longest)
                    .map_err(|status| refuse(status, Some(&head), reply))?;
                if let Some(answer) = judge(&head) {
                    // A body that nobody wants is not waited for: the connection ends instead.
                    let last = !head.keep_alive || !body.is_empty();
                    answer.write(Some(&head), last, reply);
                    return Ok(step(taken, last));
                }
                if !body.is_empty() && is_told_to_go_on(&head, &input[taken..]) {
                    reply.push(b"HTTP/1.1 100 Continue\r\n\r\n");
                }
                (head, body)
            }
        };
        match body.end(input) {
            Ok(Some(taken)) => {
                let last = !head.keep_alive;
                self.answer(&body.take(input)).write(Some(&head), last, reply);
                Ok(step(taken, last))
            }
            Ok(None) => {
                session.begun = Some((head, body));
                Ok(Step::Partial(Part::Body))
            }
            Err(status) => Err(refuse(status, Some(&head), reply)),
        }
    }
}

fn step(taken: usize, last: bool) -> Step {
    match last {
        true => Step::Last { taken },
        false => Step::Done { taken },
    }
}

/// Answers what cannot be understood. Where it ends is not known, so the connection ends instead.
fn refuse(status: Status, head: Option<&Head>, reply: &mut Reply<'_>) -> Violation {
    Answer::Refused(status).write(head, true, reply);
    Violation::new(status.text())
}
