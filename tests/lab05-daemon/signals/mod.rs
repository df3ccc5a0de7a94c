//! Stage signals.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("signals":);
