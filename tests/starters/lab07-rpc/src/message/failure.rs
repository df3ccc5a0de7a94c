//! Why a call failed.

use std::fmt;

use crate::code::Code;
use crate::frame::Wrong;

/// Why a call failed: a code for programs, a message for people.
///
/// ```
/// use rpc::{Code, Failure};
///
/// let failure = Failure::new(Code::DEADLINE, "not done within 100 ms");
/// assert_eq!(failure.to_string(), "deadline (3): not done within 100 ms");
///
/// let mut payload = Vec::new();
/// failure.encode(&mut payload);
/// assert_eq!(Failure::decode(&payload), Ok(failure));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What programs look at.
    pub code: Code,
    /// What people read.
    pub message: String,
}

impl Failure {
    /// Makes one.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// Makes one of [`Code::BAD_PARAMS`].
    pub fn bad_params(message: impl fmt::Display) -> Self {
        Self::new(Code::BAD_PARAMS, message.to_string())
    }

    /// Makes one of [`Code::FAILED`].
    pub fn failed(message: impl fmt::Display) -> Self {
        Self::new(Code::FAILED, message.to_string())
    }

    /// Appends its payload.
    #[expect(clippy::ptr_arg, reason = "bytes will be appended to it")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn encode(&self, out: &mut Vec<u8>) {
        todo!("frame: The code, and the message as it is: its length is what is left of the payload.")
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Wrong::Short`] or [`Wrong::Text`].
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn decode(payload: &[u8]) -> Result<Self, Wrong> {
        todo!("frame: As it was written.")
    }
}

impl fmt::Display for Failure {
    /// Writes `NAME (CODE): MESSAGE`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message.as_str() {
            "" => self.code.fmt(f),
            message => write!(f, "{}: {message}", self.code),
        }
    }
}

impl std::error::Error for Failure {}
