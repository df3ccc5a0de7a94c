//! File systems that say what a case wants, or nothing at all.

use std::ffi::OsString;
use std::fs;

use support::{Case, Ended, Program};

/// A server for file systems in user space: it answers how large each one is, and nothing else.
const SERVER: &str = include_str!("mount.py");

/// The status with which it says that it may not mount here.
const MAY_NOT: i32 = 77;

/// Prepares the program over the host's folder, with file systems mounted on folders of it.
///
/// What is mounted is `rw:` or `ro:` and the seven numbers of a statvfs, `error:ERRNO`, `hang`, or `until:FILE`, which
/// hangs until the case has that file.
pub(crate) fn over(case: &mut Case, mounts: &[(&str, &str)], args: &[&str]) -> Program {
    case.file("mount.py", SERVER);
    let mut arguments: Vec<OsString> = ["--user", "--map-root-user", "--mount", "python3", "mount.py"]
        .map(OsString::from)
        .into();
    for (folder, what) in mounts {
        fs::create_dir_all(case.dir().join("host").join(folder)).expect("a folder is made");
        arguments.push(format!("host/{folder}={what}").into());
    }
    arguments.push("--".into());
    arguments.push(case.program_path("collect").into());
    arguments.extend(["--root", "host"].map(OsString::from));
    arguments.extend(args.iter().map(OsString::from));
    drop(case.peer("python3", "python3"));
    case.peer("unshare", "util-linux").args(arguments)
}

/// Runs it to its end.
pub(crate) fn collect_over(case: &mut Case, mounts: &[(&str, &str)], args: &[&str]) -> Ended {
    let ended = over(case, mounts, args).run();
    if ended.status.code() == Some(MAY_NOT) || ended.stderr_text().starts_with("unshare: ") {
        case.not_run("fuse3, and allow user namespaces");
    }
    ended
}
