//! Stage 4: Connections that come back.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("pool": );
