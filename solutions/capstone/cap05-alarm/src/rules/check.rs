//! Whether what a file says makes sense.

use super::Rule;
use crate::expr::{self, Condition, Selector, When};

/// Checks the name of a rule: it stands in lines, in headers and in paths.
///
/// # Errors
/// Says what is wrong with it.
pub(super) fn name(name: &str) -> Result<(), String> {
    // region:rules 1 to 64 letters and digits of ASCII, `-` and `_`; the first is no `-`.
    let is_right = (1..=64).contains(&name.len())
        && !name.starts_with('-')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    match is_right {
        true => Ok(()),
        false => Err(format!(
            "{name:?}: a rule's name has 1 to 64 letters, digits, '-' and '_', and does not begin with '-'"
        )),
    }
    // endregion:rules
}

/// Reads the condition under which a rule is good again.
///
/// # Errors
/// It is none, it is of another series, or the rule is about absence, where every sample is good.
pub(super) fn recover(text: &str, selector: &Selector, when: &When) -> Result<Condition, String> {
    // region:rules Only beside a `when` that is a condition, and with the same selector.
    if !matches!(when, When::Holds(_)) {
        return Err("every sample ends an absence".to_owned());
    }
    match expr::parse(text)? {
        (_, When::Absent(_) | When::Down(_)) => Err("absent is no condition".to_owned()),
        (other, _) if other != *selector => Err(format!("{other} is another than {selector}")),
        (_, When::Holds(condition)) => Ok(condition),
    }
    // endregion:rules
}

/// Finds rules that depend on each other in a circle, and returns their names, from the one that comes first in the file to itself.
pub(super) fn cycle(rules: &[Rule]) -> Option<Vec<String>> {
    // region:rules From each rule, in the order of the file, follow depends_on with the path so far; what is on the path already closes a circle. Remember what leads to none, or it takes for ever. The circle is named from its first rule in the file on, wherever it was entered.
    let mut harmless = Vec::new();
    let mut circle = rules
        .iter()
        .find_map(|rule| follow(rules, rule, &mut Vec::new(), &mut harmless))?;
    let place = |name: &str| rules.iter().position(|rule| &*rule.name == name);
    let first = (0..circle.len()).min_by_key(|at| place(circle[*at]))?;
    circle.rotate_left(first);
    circle.push(circle[0]);
    Some(circle.into_iter().map(str::to_owned).collect())
    // endregion:rules
}

// region:rules
/// Follows a rule's dependencies, and returns the first circle, each of its rules once.
fn follow<'a>(
    rules: &'a [Rule],
    rule: &'a Rule,
    path: &mut Vec<&'a str>,
    harmless: &mut Vec<&'a str>,
) -> Option<Vec<&'a str>> {
    let name: &str = &rule.name;
    if let Some(at) = path.iter().position(|other| *other == name) {
        return Some(path[at..].to_vec());
    }
    if harmless.contains(&name) {
        return None;
    }
    path.push(name);
    for parent in &rule.depends_on {
        if let Some(parent) = rules.iter().find(|rule| rule.name == *parent)
            && let Some(circle) = follow(rules, parent, path, harmless)
        {
            return Some(circle);
        }
    }
    path.pop();
    harmless.push(name);
    None
}
// endregion:rules
