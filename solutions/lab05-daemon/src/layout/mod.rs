//! What the memory of a process is made of.
//!
//! A process sees one row of addresses. The kernel lists its pieces in `/proc/PID/smaps`, a mapping each; what a mapping is *for* is told
//! by its name, its permissions, its neighbours, and by where the stack pointers of the threads are.

mod kind;
mod process;
mod smaps;

pub use kind::{Kind, classify};
pub use process::{Error, Layout, Place, Row, Sum};
pub use smaps::{Mapping, parse, stack_pointer};
