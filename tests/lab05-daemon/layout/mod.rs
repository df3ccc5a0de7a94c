//! Stage layout.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("layout":);
