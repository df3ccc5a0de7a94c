//! Clients: one that blocks, one that multiplexes, and pools of those.

pub mod blocking;
pub mod multiplex;
mod options;
pub mod pool;
pub mod subscription;
mod waits;

pub use multiplex::Multiplex;
pub use options::Options;
pub use pool::Pool;
