use std::collections::BTreeSet;

use crate::{
    Collector, Labels, Metric, Problem,
    Unit::Count,
    host::{Host, Round},
};

pub(crate) static METRICS: [Metric; 2] = [
    Metric::gauge(
        "users.logged_in",
        Count,
        "Users that are logged in.",
        "/run/utmp, ut_user of records USER_PROCESS",
    ),
    Metric::gauge(
        "users.sessions",
        Count,
        "Sessions of users.",
        "/run/utmp, number of records USER_PROCESS",
    ),
];

/// Counts who is logged in, as `who` does.
#[derive(Debug)]
pub(crate) struct Users;

#[derive(Debug, PartialEq)]
struct Sessions {
    users: usize,
    sessions: usize,
}

impl Collector for Users {
    fn name(&self) -> &'static str {
        "users"
    }

    fn collect(&mut self, host: &mut Host, round: &mut Round<'_>) {
        let file = "run/utmp";
        let Some(found) = host.bytes(file, round).map(parse) else {
            return;
        };
        match found {
            Ok(Sessions { users, sessions }) => {
                for (metric, count) in METRICS.iter().zip([users, sessions]) {
                    round.add(metric, &Labels::none(), count as f64);
                }
            }
            Err(what) => round.problems.push(Problem::Record {
                path: host.path(file),
                what,
            }),
        }
    }
}

/// Counts the sessions in a file of login records.
///
/// Source: utmp(5). Records have 384 bytes, and 400 on 64-bit machines whose C library never knew 32-bit times; all that
/// is read here lies at the same place in both.
#[expect(unused_variables, reason = "goes with the todo!")]
fn parse(bytes: &[u8]) -> Result<Sessions, String> {
    todo!(
        "tables: Records of 384 or 400 bytes: the type at 0, the user at 44 to 76. A name fills its field or ends with a 0."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(size: usize, kind: i16, user: &str) -> Vec<u8> {
        let mut record = vec![0; size];
        record[..2].copy_from_slice(&kind.to_ne_bytes());
        record[44..44 + user.len()].copy_from_slice(user.as_bytes());
        record
    }

    #[test]
    fn sessions_are_counted_and_users_once() {
        let long = "a-name-that-fills-its-32-bytes--";
        for size in [384, 400] {
            let file = [
                (2, "reboot"),
                (7, "ann"),
                (6, "LOGIN"),
                (7, "ann"),
                (7, long),
                (8, "bob"),
            ]
            .map(|(kind, user)| record(size, kind, user))
            .concat();
            assert_eq!(
                parse(&file),
                Ok(Sessions {
                    users: 2,
                    sessions: 3
                }),
                "{size}"
            );
        }
        assert_eq!(
            parse(b""),
            Ok(Sessions {
                users: 0,
                sessions: 0
            })
        );
        assert_eq!(
            parse(&[7; 383]),
            Err("383 bytes are no whole number of records".to_owned())
        );
    }
}
