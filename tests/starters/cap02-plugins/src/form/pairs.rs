use collect::human::quoted;

use super::Fault;
use super::lines::lines;
use super::number::number;
use crate::sample::{Said, Sheet};

/// Reads lines of `key: value`. Empty lines, and those that begin with `#`, are skipped.
///
/// # Errors
/// The first fault.
pub(super) fn parse(output: &[u8], sheet: &mut Sheet) -> Result<(), Fault> {
    for line in lines(output) {
        let (number, line) = line?;
        let line = line.trim_matches([' ', '\t']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let added = pair(line).and_then(|said| sheet.add(said));
        added.map_err(|what| Fault { line: number, what })?;
    }
    Ok(())
}

/// Reads one of them.
#[expect(unused_variables, reason = "goes with the todo!")]
fn pair(line: &str) -> Result<Said<'_>, String> {
    todo!(
        "forms: A key, the first colon, a number; blanks and tabs around each do not count. A key begins with a letter; see the chapter for the rest."
    )
}
