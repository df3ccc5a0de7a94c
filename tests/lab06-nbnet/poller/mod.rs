//! Stage 1: readiness, the same from three system calls.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("poller":);
