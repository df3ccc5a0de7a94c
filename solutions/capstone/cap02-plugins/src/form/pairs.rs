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
fn pair(line: &str) -> Result<Said<'_>, String> {
    // region:forms/pair A key, the first colon, a number; blanks and tabs around each do not count. A key begins with a letter; see the chapter for the rest.
    let Some((key, value)) = line.split_once(':') else {
        return Err(format!("{} has no colon", quoted(line)));
    };
    let (key, value) = (
        key.trim_end_matches([' ', '\t']),
        value.trim_start_matches([' ', '\t']),
    );
    let is_key = key.starts_with(|char: char| char.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b" _-.".contains(&byte));
    if !is_key {
        return Err(format!("{} is no key", quoted(key)));
    }
    Ok(Said {
        name: key,
        labels: Vec::new(),
        kind: None,
        unit: None,
        value: number(value)?,
    })
    // endregion:forms/pair
}

// region:forms
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_a_key_and_a_number() {
        for (line, expected) in [
            ("waiting: 5", Some(("waiting", 5.0))),
            (
                "Active connections :\t-1.5e3",
                Some(("Active connections", -1500.0)),
            ),
            ("waiting 5", None),
            ("waiting: 5 7", None),
            ("a/b: 5", None),
            (": 5", None),
            ("waiting:", None),
            ("waiting: 1e999", None),
        ] {
            let found = pair(line).ok().map(|said| (said.name, said.value));
            assert_eq!(found, expected, "{line}");
        }
    }
}
// endregion:forms
