//! What a server must do whichever poller and trigger its loop waits with: the stages play the same with kinds of their own.

pub(crate) mod answers;
pub(crate) mod ends;
pub(crate) mod floods;
pub(crate) mod limits;
pub(crate) mod refused;
pub(crate) mod threads;
pub(crate) mod times;
