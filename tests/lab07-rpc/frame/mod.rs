//! Stage 1: What goes over the wire.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("frame": );
