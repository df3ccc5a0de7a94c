//! Stage models.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("models":);
