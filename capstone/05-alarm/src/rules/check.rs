//! Whether what a file says makes sense.

use super::Rule;
use crate::expr::{self, Condition, Selector, When};

/// Checks the name of a rule: it stands in lines, in headers and in paths.
///
/// # Errors
/// Says what is wrong with it.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn name(name: &str) -> Result<(), String> {
    todo!("rules: 1 to 64 letters and digits of ASCII, `-` and `_`; the first is no `-`.")
}

/// Reads the condition under which a rule is good again.
///
/// # Errors
/// It is none, it is of another series, or the rule is about absence, where every sample is good.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn recover(text: &str, selector: &Selector, when: &When) -> Result<Condition, String> {
    todo!("rules: Only beside a `when` that is a condition, and with the same selector.")
}

/// Finds rules that depend on each other in a circle, and returns their names, from the one that comes first in the file to itself.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn cycle(rules: &[Rule]) -> Option<Vec<String>> {
    todo!(
        "rules: From each rule, in the order of the file, follow depends_on with the path so far; what is on the path already closes a circle. Remember what leads to none, or it takes for ever. The circle is named from its first rule in the file on, wherever it was entered."
    )
}
