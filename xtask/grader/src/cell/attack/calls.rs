//! System calls that a cell refuses.

use std::io;

use super::Tries;
use crate::cell::sys::ask;

/// Calls with arguments that do nothing where they are allowed: a null address, a wrong descriptor, no flag.
///
/// So EPERM and ENOSYS say that a filter stood in the way, and whatever else comes says that the kernel looked at the arguments.
const CALLS: &[(&str, libc::c_long, [libc::c_long; 4])] = &[
    ("ptrace", libc::SYS_ptrace, [0, 0, 0, 0]),
    ("process_vm_readv", libc::SYS_process_vm_readv, [1, 0, 0, 0]),
    ("io_uring_setup", libc::SYS_io_uring_setup, [1, 0, 0, 0]),
    ("io_uring_enter", libc::SYS_io_uring_enter, [-1, 0, 0, 0]),
    (
        "unshare of a user namespace",
        libc::SYS_unshare,
        [libc::CLONE_NEWUSER as libc::c_long, 0, 0, 0],
    ),
    ("unshare of nothing", libc::SYS_unshare, [0, 0, 0, 0]),
    ("setns", libc::SYS_setns, [-1, 0, 0, 0]),
    ("clone3", libc::SYS_clone3, [0, 0, 0, 0]),
    ("mount", libc::SYS_mount, [0, 0, 0, 0]),
    ("umount2", libc::SYS_umount2, [0, 0, 0, 0]),
    ("fsopen", libc::SYS_fsopen, [0, 0, 0, 0]),
    ("open_tree", libc::SYS_open_tree, [-1, 0, 0, 0]),
    ("chroot", libc::SYS_chroot, [0, 0, 0, 0]),
    ("pivot_root", libc::SYS_pivot_root, [0, 0, 0, 0]),
    ("open_by_handle_at", libc::SYS_open_by_handle_at, [-1, 0, 0, 0]),
    ("bpf", libc::SYS_bpf, [0, 0, 0, 0]),
    ("perf_event_open", libc::SYS_perf_event_open, [0, 0, -1, -1]),
    ("userfaultfd", libc::SYS_userfaultfd, [0, 0, 0, 0]),
    ("keyctl", libc::SYS_keyctl, [0, -1, 0, 0]),
    ("memfd_create", libc::SYS_memfd_create, [0, 0, 0, 0]),
    ("shmget", libc::SYS_shmget, [0, 4096, 0o600 | 0o1000, 0]),
    (
        "TIOCSTI",
        libc::SYS_ioctl,
        [0, libc::TIOCSTI as libc::c_long, 0, 0],
    ),
    ("personality", libc::SYS_personality, [0x0004_0000, 0, 0, 0]),
    (
        "a packet socket",
        libc::SYS_socket,
        [libc::AF_PACKET as libc::c_long, 3, 0, 0],
    ),
    (
        "a vsock socket",
        libc::SYS_socket,
        [libc::AF_VSOCK as libc::c_long, 1, 0, 0],
    ),
    (
        "an AF_ALG socket",
        libc::SYS_socket,
        [libc::AF_ALG as libc::c_long, 5, 0, 0],
    ),
    (
        "netfilter's netlink",
        libc::SYS_socket,
        [libc::AF_NETLINK as libc::c_long, 3, 12, 0],
    ),
    ("a call by an x32 number", 0x4000_0000 | 39, [0, 0, 0, 0]),
];

pub(super) fn calls(tries: &mut Tries) {
    for (name, call, words) in CALLS {
        match ask(*call, *words) {
            Ok(answer) => tries.say(name, false, format!("answered {answer}")),
            Err(error) => {
                let refused = matches!(error.raw_os_error(), Some(libc::EPERM | libc::ENOSYS));
                tries.say(name, refused, error.to_string());
            }
        }
    }
    tries.refused("becoming root", become_root());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or("?")
            .trim()
            .to_owned()
    };
    let (locked, able) = (field("NoNewPrivs:"), field("CapEff:"));
    let holds = locked == "1" && able.bytes().all(|digit| digit == b'0');
    tries.say(
        "getting privileges by a program of root's",
        holds,
        format!("no_new_privs {locked}, capabilities {able}"),
    );
}

fn become_root() -> io::Result<()> {
    let root = rustix::process::Uid::ROOT;
    Ok(rustix::thread::set_thread_res_uid(root, root, root)?)
}
