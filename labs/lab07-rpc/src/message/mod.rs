//! What payloads say: each kind of frame that has a form of its own, read without copying and written behind what is there.

mod call;
mod credit;
mod failure;
mod fields;
mod go_away;
mod hello;
mod plain;
mod push;

pub use call::{Call, left_ms};
pub use credit::Credit;
pub use failure::Failure;
pub use go_away::GoAway;
pub use hello::Hello;
pub use plain::{PING, nothing, ping};
pub use push::Push;
