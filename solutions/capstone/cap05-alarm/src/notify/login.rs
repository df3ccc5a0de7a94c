use std::fmt;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Failure;
use super::smtp::Session;

/// The longest password, in bytes.
const LONGEST: usize = 1000;

/// Who one is to a relay. It is said in TLS only, and nothing shows the password.
#[derive(Clone)]
pub struct Login {
    user: String,
    password: String,
}

impl Login {
    /// Takes the password from the first line of a file, which not everybody may read.
    ///
    /// # Errors
    /// Says what is wrong with the file, or with the user's name.
    pub fn read(user: &str, path: &Path) -> Result<Login, String> {
        let wrong = |why: &dyn fmt::Display| format!("{}: {why}", path.display());
        let mode = std::fs::metadata(path).map_err(|why| wrong(&why))?.permissions();
        if mode.mode() & 0o007 != 0 {
            return Err(wrong(&"everybody may use it, and there is a password in it"));
        }
        let text = std::fs::read_to_string(path).map_err(|why| wrong(&why))?;
        let password = text.lines().next().unwrap_or_default();
        let is_right = |text: &str| !text.is_empty() && text.len() <= LONGEST && !text.contains('\0');
        if !is_right(password) {
            return Err(wrong(&"there is no password in its first line"));
        }
        if !is_right(user) {
            return Err("user: that is no name".to_owned());
        }
        Ok(Login {
            user: user.to_owned(),
            password: password.to_owned(),
        })
    }

    /// Says it to a relay: by PLAIN, or by LOGIN where PLAIN is not known.
    ///
    /// Source: RFC 4954; RFC 4616; draft-murchison-sasl-login.
    pub(super) fn say<S: Read + Write>(&self, session: &mut Session<S>) -> Result<(), Failure> {
        let Login { user, password } = self;
        session.send(&format!(
            "AUTH PLAIN {}\r\n",
            base64(format!("\0{user}\0{password}").as_bytes())
        ))?;
        // What is said of a failure does not have what was sent.
        let answer = session.answer()?;
        if !matches!(answer.0, 500..=504) {
            return session.judge("AUTH PLAIN", answer, 2);
        }
        session.command("AUTH LOGIN", 3)?;
        session.send(&format!("{}\r\n", base64(user.as_bytes())))?;
        session.expect("the user's name", 3)?;
        session.send(&format!("{}\r\n", base64(password.as_bytes())))?;
        session.expect("the password", 2)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// Source: RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, at| {
            bits << 8 | usize::from(three.get(at).copied().unwrap_or(0))
        });
        for at in 0..4 {
            match at <= three.len() {
                true => text.push(char::from(SIGNS[bits >> (18 - 6 * at) & 63])),
                false => text.push('='),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_rfc() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
            ("\0user\0pass?>~", "AHVzZXIAcGFzcz8+fg=="),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
