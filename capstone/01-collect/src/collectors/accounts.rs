use crate::{Metric, Page, Unit::Count, page::quoted};

pub(crate) static METRICS: [Metric; 3] = [
    Metric::gauge(
        "accounts.total",
        Count,
        "Accounts.",
        "/etc/passwd, number of lines",
    ),
    Metric::gauge(
        "accounts.login",
        Count,
        "Accounts whose shell lets one in.",
        "/etc/passwd, field 7",
    ),
    Metric::gauge(
        "accounts.superusers",
        Count,
        "Accounts that are root, under any name.",
        "/etc/passwd, field 3",
    ),
];

/// Counts the accounts of the host itself, not those of a directory service.
///
/// Source: passwd(5).
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(text: &str, page: &mut Page<'_>) {
    todo!(
        "tables: Seven fields between colons: field 3 is the number, field 7 the shell. Nothing at all is added if there is no account."
    )
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::page::tests::run;

    #[test]
    fn accounts_are_told_apart_by_shell_and_number() {
        for (text, expected) in [
            (
                "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\ntoor:x:0:0::/:\n+::::::\n",
                "accounts.total 3\naccounts.login 2\naccounts.superusers 2\n",
            ),
            ("a:x:minus:1:::\n", "1 faults, line 1: \"a\" has no number\n"),
            ("\n# none\n", ""),
        ] {
            assert_eq!(run(|page| parse(text, page)), expected, "{text}");
        }
    }
}
