//! Stage 7: What others speak.

use support::{Stage, stage};

pub(crate) const STAGE: Stage = stage!("jsonrpc": );
