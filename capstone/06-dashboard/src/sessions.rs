//! Who is logged in.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::users::User;

/// How long one stays logged in.
pub(crate) const LIFE: Duration = Duration::from_secs(12 * 60 * 60);

/// The most sessions. The one that would end first makes room for a new one.
const MOST: usize = 1024;

type Digest = [u8; 32];

/// Knows the token and the sessions, both only as digests: a copy of the memory lets nobody in.
pub(crate) struct Sessions {
    token: Digest,
    /// When each ends, and whose it is.
    open: Mutex<HashMap<Digest, Session>>,
}

struct Session {
    end: Instant,
    user: User,
}

impl Sessions {
    pub(crate) fn new(token: &str) -> Self {
        Self {
            token: digest(token),
            open: Mutex::default(),
        }
    }

    /// Says whether this is the token, in a time that does not depend on where it differs, nor on how long it is.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn is_token(&self, token: &str) -> bool {
        todo!("login: Compare digests, in constant time.")
    }

    /// Opens a session of somebody and returns its secret, or `None` if the system has no random numbers.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn open(&self, user: User) -> Option<String> {
        todo!(
            "login: 32 random bytes in hexadecimal digits are the secret; only its digest is kept, with the time of its end and whose it is. Sessions that are over go; of too many the one goes that would end first."
        )
    }

    /// Returns whose session with this secret is open. The table is searched by a digest, so that how long it takes tells nothing.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn find(&self, secret: &str) -> Option<User> {
        todo!("login: Look the digest up; a session whose end has come is open no more.")
    }

    /// Ends a session.
    pub(crate) fn close(&self, secret: &str) {
        self.lock().remove(&digest(secret));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn digest(secret: &str) -> Digest {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        let sessions = Sessions::new("0123456789abcdef");
        for (token, expected) in [
            ("0123456789abcdef", true),
            ("0123456789abcdeF", false),
            ("0123456789abcde", false),
            ("", false),
        ] {
            assert_eq!(sessions.is_token(token), expected, "{token}");
        }
    }

    #[test]
    fn a_session_ends_when_it_is_closed_or_the_oldest_of_too_many() {
        let sessions = Sessions::new("0123456789abcdef");
        let is_open = |secret: &str| sessions.find(secret).is_some();
        let first = sessions
            .open(User::of_the_token())
            .expect("there are random numbers");
        let second = sessions
            .open(User::of_the_token())
            .expect("there are random numbers");
        assert!(is_open(&first) && is_open(&second) && !is_open("made up"));
        sessions.close(&second);
        assert!(!is_open(&second));
        for _ in 0..MOST {
            sessions
                .open(User::of_the_token())
                .expect("there are random numbers");
        }
        assert!(!is_open(&first));
        assert_eq!(sessions.lock().len(), MOST);
    }
}
