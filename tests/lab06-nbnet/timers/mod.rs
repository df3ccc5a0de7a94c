//! Stage 4: deadlines, limits and the end of a server.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("timers":);
