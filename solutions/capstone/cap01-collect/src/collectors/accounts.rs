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
pub(crate) fn parse(text: &str, page: &mut Page<'_>) {
    // region:tables/passwd Seven fields between colons: field 3 is the number, field 7 the shell. Nothing at all is added if there is no account.
    let (mut total, mut login, mut superusers) = (0, 0, 0);
    for (index, line) in text.lines().enumerate() {
        // Lines with + and - ask a directory service.
        if line.trim().is_empty() || line.starts_with(['#', '+', '-']) {
            continue;
        }
        let fields: [&str; 7] = {
            let mut fields = line.split(':');
            std::array::from_fn(|_| fields.next().unwrap_or(""))
        };
        let [name, _, id, .., shell] = fields;
        // A sign is no digit.
        let Some(id) = id.parse::<u32>().ok().filter(|_| !id.starts_with('+')) else {
            page.fault(index, || format!("{} has no number", quoted(name)));
            continue;
        };
        total += 1;
        superusers += u32::from(id == 0);
        // No shell is /bin/sh.
        let program = shell.rsplit('/').next().unwrap_or("");
        login += u32::from(!matches!(
            program,
            "nologin" | "false" | "sync" | "halt" | "shutdown"
        ));
    }
    if total > 0 {
        for (metric, count) in METRICS.iter().zip([total, login, superusers]) {
            page.add(metric, f64::from(count));
        }
    }
    // endregion:tables/passwd
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
