//! Stage daemonize.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("daemonize":);
