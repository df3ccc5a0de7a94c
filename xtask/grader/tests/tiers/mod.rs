//! Which tiers a machine can have.

use std::process::Command;

use grader::cell::Tier;

/// Whether this machine can have the tier at all; in CI it has to.
pub(crate) fn is_possible(tier: Tier) -> bool {
    let unshared = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-current-user", "true"]);
        command.status().is_ok_and(|status| status.success())
    };
    let possible = tier != Tier::A || std::env::var_os("CI").is_some() || unshared();
    if !possible {
        println!("not run: needs a kernel that lets users make namespaces");
    }
    possible
}
