//! File systems that say what a case wants, or nothing at all.

use std::fs;

use support::{Case, Ended, Program};

/// A server for file systems in user space: it answers how large each one is, and nothing else.
const SERVER: &str = include_str!("mount.py");

/// Prepares the program over the host's folder, with file systems mounted on folders of it.
///
/// What is mounted is `rw:` or `ro:` and the seven numbers of a statvfs, `error:ERRNO`, `lookup:ERRNO` (which refuses every file), `hang`, or `until:FILE`, which
/// hangs until the case has that file. Where this user may not mount, the case ends as not run.
pub(crate) fn over(case: &mut Case, mounts: &[(&str, &str)], args: &[&str]) -> Program {
    case.file("mount.py", SERVER);
    drop(case.peer("python3", "python3"));
    case.file("host/mnt/x", "");
    let tried = namespace(case, &[("mnt", "rw:1,1,1,1,1,512,512")])
        .args(["/bin/true"])
        .run();
    if tried.status.code() != Some(0) {
        case.not_possible("a kernel that lets this user mount file systems of /dev/fuse");
    }
    let program = case.program_path("collect");
    namespace(case, mounts)
        .args([program])
        .args(["--root", "host"])
        .args(args)
}

/// Prepares a run of what is still to be said, in a namespace in which these are mounted.
fn namespace(case: &Case, mounts: &[(&str, &str)]) -> Program {
    let mounts = mounts.iter().map(|(folder, what)| {
        fs::create_dir_all(case.dir().join("host").join(folder)).expect("a folder is made");
        format!("host/{folder}={what}")
    });
    case.peer("unshare", "util-linux")
        .args(["--user", "--map-root-user", "--mount", "python3", "mount.py"])
        .args(mounts)
        .args(["--"])
}

/// Runs it to its end.
pub(crate) fn collect_over(case: &mut Case, mounts: &[(&str, &str)], args: &[&str]) -> Ended {
    over(case, mounts, args).run()
}
