//! What is printed of a call.

use std::sync::Arc;

use rpc::Error;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::commands::common;

/// A line of the output.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    /// To which line of the input.
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    items: Vec<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<String>,
}

/// What went wrong.
#[derive(Debug, Serialize)]
struct Problem {
    /// The server's; 0 if it did not come to that.
    code: u16,
    name: &'static str,
    message: String,
    /// Of a connection: whether the server may have run the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    sent: Option<bool>,
}

impl Answer {
    /// Makes one of a reply.
    pub(super) fn reply(line: u64, peer: Option<Arc<str>>, items: Vec<Vec<u8>>, body: Vec<u8>) -> Self {
        Self {
            result: Some(json(body)),
            items: items.into_iter().map(json).collect(),
            ..Self::new(line, peer)
        }
    }

    /// Makes one of a call that has failed.
    pub(super) fn failed(line: u64, peer: Option<Arc<str>>, error: &Error) -> Self {
        let problem = match error {
            Error::Failed(failure) => Problem {
                code: failure.code.0,
                name: failure.code.name(),
                message: failure.message.clone(),
                sent: None,
            },
            Error::Connect { .. } | Error::Lost { .. } | Error::Wrong(_) => Problem {
                code: 0,
                name: "connection",
                message: error.to_string(),
                sent: Some(error.may_have_run()),
            },
        };
        Self {
            error: Some(problem),
            ..Self::new(line, peer)
        }
    }

    /// Makes one of a line that is no call.
    pub(super) fn malformed(line: u64, message: String) -> Self {
        let problem = Problem {
            code: 0,
            name: "input",
            message,
            sent: None,
        };
        Self {
            error: Some(problem),
            ..Self::new(line, None)
        }
    }

    /// Returns whether it is no reply.
    pub(super) fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// Returns it as a line.
    pub(super) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("numbers, texts and JSON can be written");
        line.push(b'\n');
        line
    }

    fn new(line: u64, peer: Option<Arc<str>>) -> Self {
        Self {
            line,
            result: None,
            items: Vec::new(),
            error: None,
            peer: peer.map(|peer| peer.to_string()),
        }
    }
}

/// Returns a body as JSON: as it is if it is JSON, `null` if there is none, and else as a text.
fn json(mut body: Vec<u8>) -> Box<RawValue> {
    if body.is_empty() {
        return RawValue::NULL.to_owned();
    }
    if let Ok(json) = serde_json::from_slice::<Box<RawValue>>(&body) {
        let has_lines = body.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        if !has_lines {
            return json;
        }
        common::on_one_line(&mut body);
        if let Ok(json) = serde_json::from_slice(&body) {
            return json;
        }
    }
    to_raw_value(&String::from_utf8_lossy(&body)).expect("a text can be written")
}

#[cfg(test)]
mod tests {
    use rpc::{Code, Failure};

    use super::*;

    fn line(answer: &Answer) -> String {
        String::from_utf8(answer.line()).unwrap()
    }

    #[test]
    fn bodies_are_json_if_they_are_and_texts_if_not() {
        for (body, expected) in [
            ("[1, 2.50]", "[1, 2.50]"),
            (" {\n\"a\":\r\n1 }\n", "{ \"a\":  1 }"),
            ("", "null"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("two words", "\"two words\""),
            ("two\nlines", "\"two\\nlines\""),
            ("1 2", "\"1 2\""),
        ] {
            let answer = Answer::reply(7, None, Vec::new(), body.into());
            assert_eq!(
                line(&answer),
                format!("{{\"line\":7,\"result\":{expected}}}\n"),
                "{body:?}"
            );
        }
        let answer = Answer::reply(
            1,
            Some("a:1".into()),
            vec![b"1".to_vec(), vec![0xff]],
            b"2".to_vec(),
        );
        assert_eq!(
            line(&answer),
            "{\"line\":1,\"result\":2,\"items\":[1,\"\u{fffd}\"],\"peer\":\"a:1\"}\n"
        );
    }

    #[test]
    fn what_went_wrong_has_a_code_and_a_name() {
        let late = Failure::new(Code::DEADLINE, "late").into();
        assert_eq!(
            line(&Answer::failed(2, None, &late)),
            "{\"line\":2,\"error\":{\"code\":3,\"name\":\"deadline\",\"message\":\"late\"}}\n"
        );
        let lost = Error::Lost {
            why: "reset".to_owned(),
            sent: true,
        };
        assert_eq!(
            line(&Answer::failed(2, None, &lost)),
            "{\"line\":2,\"error\":{\"code\":0,\"name\":\"connection\",\"message\":\"connection lost: reset\",\"sent\":true}}\n"
        );
        assert_eq!(
            line(&Answer::malformed(3, "why".to_owned())),
            "{\"line\":3,\"error\":{\"code\":0,\"name\":\"input\",\"message\":\"why\"}}\n"
        );
    }
}
