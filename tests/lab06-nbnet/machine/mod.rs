//! Stage 2: a state machine for each connection.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("machine":);
