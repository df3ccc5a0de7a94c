//! Stage schedule.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("schedule":);
