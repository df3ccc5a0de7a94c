//! Stage pool.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("pool":);
