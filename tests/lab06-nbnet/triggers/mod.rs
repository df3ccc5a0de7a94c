//! Stage 3: level and edge triggers.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("triggers":);
