//! Stage 3: Many calls on one connection.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("multiplex": );
