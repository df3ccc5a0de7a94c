//! A disk of a few MiB, which can be filled.

use support::{Case, Ended};

/// Runs `script` by a shell in a mount namespace of its own, in the folder `disk`, where a file system in memory has room for 2 MiB. The
/// downloader is `$0`, and `url` is `$1`; what the script copies to `..` is there at the end.
///
/// Where users may not unshare, the case ends as "not run".
pub(crate) fn on_a_small_disk(case: &mut Case, script: &str, url: &str) -> Ended {
    let unshare = |case: &Case, script: &str| {
        let program = case.peer("unshare", "util-linux");
        program.args(["--map-root-user", "--mount", "sh", "-c", script])
    };
    let probe = unshare(case, "mount -t tmpfs tmpfs /mnt").run();
    if probe.code() != 0 {
        case.not_run("a kernel that lets users unshare a mount namespace");
    }
    let disk = case.dir().join("disk");
    std::fs::create_dir(&disk).unwrap_or_else(|error| panic!("{}: {error}", disk.display()));
    let script = format!("mount -t tmpfs -o size=2m tmpfs disk && cd disk || exit 99\n{script}");
    unshare(case, &script)
        .args([case.program_path("downloader")])
        .args([url])
        .run()
}
