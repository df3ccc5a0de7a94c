//! Stage 2: A call and its end.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("call": );
