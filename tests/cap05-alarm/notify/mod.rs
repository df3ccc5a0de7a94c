use support::{Case, Stage, stage};
pub(crate) const STAGE: Stage = stage!("notify": a_case);
fn a_case(_case: &mut Case) {}
