use support::{Case, Stage, stage};
pub(crate) const STAGE: Stage = stage!("history": a_case);
fn a_case(_case: &mut Case) {}
