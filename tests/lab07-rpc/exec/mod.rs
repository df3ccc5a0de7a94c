//! Stage 6: Commands on another machine.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("exec": );
