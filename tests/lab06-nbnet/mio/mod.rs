//! Stage 7: the same library on mio.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("mio":);
