//! Clients: one that blocks, one that multiplexes, and pools of those.

#[expect(dead_code, reason = "stage call will use it")]
pub mod blocking;
#[expect(dead_code, clippy::ptr_arg, reason = "stage multiplex will use it")]
pub mod multiplex;
mod options;
#[expect(dead_code, reason = "stage pool will use it")]
pub mod pool;
#[expect(dead_code, reason = "stage push will use it")]
pub mod subscription;
mod waits;

pub use multiplex::Multiplex;
pub use options::Options;
pub use pool::Pool;
