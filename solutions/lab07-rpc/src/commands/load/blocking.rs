//! Load by threads, one for each connection.

use std::sync::Arc;

use rpc::Error;

use super::{Done, Plan};

/// Makes all calls.
///
/// # Errors
/// What the system says; within, what went wrong with a call.
pub(super) fn run(plan: &Arc<Plan>) -> anyhow::Result<Result<Done, Error>> {
    let _ = plan;
    anyhow::bail!("--client blocking: not there yet")
}
