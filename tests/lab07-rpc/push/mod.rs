//! Stage 5: Messages that nobody asked for.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("push": );
