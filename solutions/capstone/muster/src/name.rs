//! Names of hosts.

use crate::error::{Error, Result};

/// The longest name of a host, in bytes: that of the DNS.
pub const LONGEST: usize = 253;

/// Checks that a text can be the name of a host.
///
/// A name is a part of paths, of certificates and of what people read, so it has letters and digits of ASCII, `.`, `-` and `_` and nothing else,
/// and begins with a letter or a digit.
///
/// ```
/// assert!(muster::name::check("web01.example.org").is_ok());
/// assert!(muster::name::check("../etc").is_err());
/// ```
///
/// # Errors
/// [`Error::Name`].
pub fn check(name: &str) -> Result<()> {
    let wrong = |why| {
        // It may be as long as somebody likes, and an error is to be read.
        let name = name.chars().take(LONGEST).collect();
        Err(Error::Name { name, why })
    };
    if name.is_empty() {
        return wrong("it is empty");
    }
    if name.len() > LONGEST {
        return wrong("it has more than 253 bytes");
    }
    if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return wrong("it begins with neither a letter nor a digit");
    }
    match name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
    {
        true => Ok(()),
        false => wrong("it may have letters, digits, '.', '-' and '_'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_neither_a_path_nor_markup_nor_anything_long() {
        let long = "a".repeat(LONGEST);
        for name in ["web01", "a", "7", "db-1.example.org", "under_score", &long] {
            assert!(check(name).is_ok(), "{name}");
        }
        let longer = "a".repeat(LONGEST + 1);
        for name in [
            "", "..", ".hidden", "-rf", "a/b", "a b", "<b>", "a\n", "ü", "web[1-2]", "a,b", &longer,
        ] {
            assert!(check(name).is_err(), "{name}");
        }
    }
}
