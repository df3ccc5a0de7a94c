//! System calls that no program of a student gets.
//!
//! It is a list of what is refused and not of what is allowed: programs of the course are ordinary ones, and so is what they start.
//! Calls of another architecture, and those of x32, are refused whole, for their numbers mean something else.
//!
//! Source: seccomp(2), syscalls(2), `linux/seccomp.h`.

use std::collections::BTreeMap;
use std::io;

use seccompiler::SeccompCmpArgLen::Dword;
use seccompiler::SeccompCmpOp::{Eq, MaskedEq, Ne};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCondition, SeccompFilter, SeccompRule, TargetArch, sock_filter,
};

use super::spec::Needs;
use super::{Doing, Result};

/// What is refused besides the list below.
#[derive(Debug, Clone, Copy)]
pub(super) struct Filter {
    pub(super) needs: Needs,
    /// Without namespaces: the suite's process, and its group.
    pub(super) guarded: Option<(i32, i32)>,
}

/// Refused whatever the arguments are.
const NEVER: &[libc::c_long] = &[
    // Other processes' memory.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_kcmp,
    libc::SYS_pidfd_getfd,
    // What a process sees.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_open_tree,
    libc::SYS_move_mount,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
    libc::SYS_quotactl,
    libc::SYS_quotactl_fd,
    // A second way to do everything, which no filter sees.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // Large parts of the kernel that programs of a course have no business with.
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    libc::SYS_memfd_secret,
    libc::SYS_migrate_pages,
    libc::SYS_move_pages,
    // Memory that outlives its process and is in no process' account.
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_shmctl,
    libc::SYS_semget,
    libc::SYS_msgget,
    libc::SYS_mq_open,
    // The machine.
    libc::SYS_reboot,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_acct,
    libc::SYS_syslog,
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_vhangup,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_uselib,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
];

/// New namespaces, as flags of clone(2).
const NAMESPACES: [libc::c_int; 7] = [
    libc::CLONE_NEWUSER,
    libc::CLONE_NEWNS,
    libc::CLONE_NEWPID,
    libc::CLONE_NEWNET,
    libc::CLONE_NEWIPC,
    libc::CLONE_NEWUTS,
    libc::CLONE_NEWCGROUP,
];

impl Filter {
    /// Puts the filter on this process and all that come from it.
    pub(super) fn apply(self) -> Result {
        // clone3 has its flags in memory, where a filter cannot look; the C library then falls back to clone.
        let absent = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
        for (rules, error) in [(absent, libc::ENOSYS), (self.rules()?, libc::EPERM)] {
            let program = compile(rules, error)?;
            seccompiler::apply_filter(&program)
                .map_err(io::Error::other)
                .doing(what)?;
        }
        Ok(())
    }

    fn rules(self) -> Result<BTreeMap<i64, Vec<SeccompRule>>> {
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
            NEVER.iter().map(|call| (*call, Vec::new())).collect();
        let mut add = |call: libc::c_long, when: &[(u8, seccompiler::SeccompCmpOp, u64)]| -> Result {
            let conditions = when
                .iter()
                .map(|(argument, is, value)| SeccompCondition::new(*argument, Dword, is.clone(), *value));
            let conditions = conditions.collect::<std::result::Result<Vec<_>, _>>();
            let rule = conditions
                .and_then(SeccompRule::new)
                .map_err(io::Error::other)
                .doing(what)?;
            rules.entry(call).or_default().push(rule);
            Ok(())
        };
        for flag in NAMESPACES {
            let flag = u64::from(flag.cast_unsigned());
            add(libc::SYS_clone, &[(0, MaskedEq(flag), flag)])?;
        }
        // Typing into a terminal for whoever reads it next.
        for request in [libc::TIOCSTI, libc::TIOCLINUX] {
            add(libc::SYS_ioctl, &[(1, Eq, request)])?;
        }
        add(libc::SYS_personality, &[(0, Ne, 0), (0, Ne, 0xffff_ffff)])?;
        self.sockets(&mut add)?;
        if !self.needs.memfd {
            add(libc::SYS_memfd_create, &[(0, MaskedEq(0), 0)])?;
        }
        if let Some((pid, group)) = self.guarded {
            let word = |number: i32| u64::from(number.cast_unsigned());
            for target in [pid, -group, -1] {
                add(libc::SYS_kill, &[(0, Eq, word(target))])?;
                add(libc::SYS_rt_sigqueueinfo, &[(0, Eq, word(target))])?;
            }
            add(libc::SYS_tgkill, &[(0, Eq, word(pid))])?;
            add(libc::SYS_rt_tgsigqueueinfo, &[(0, Eq, word(pid))])?;
            add(libc::SYS_pidfd_open, &[(0, Eq, word(pid))])?;
            add(libc::SYS_prlimit64, &[(0, Eq, word(pid))])?;
            // It takes a thread's number, which a filter cannot know.
            add(libc::SYS_tkill, &[(0, MaskedEq(0), 0)])?;
        }
        Ok(rules)
    }

    /// Families of sockets: in a network namespace only those that it confines, without one only what the lab needs.
    fn sockets(
        self,
        add: &mut impl FnMut(libc::c_long, &[(u8, seccompiler::SeccompCmpOp, u64)]) -> Result,
    ) -> Result {
        let word = |number: libc::c_int| u64::from(number.cast_unsigned());
        let alone = self.guarded.is_some();
        let mut families = vec![libc::AF_NETLINK];
        if !alone || self.needs.unix {
            families.push(libc::AF_UNIX);
        }
        if !alone || self.needs.tcp {
            families.extend([libc::AF_INET, libc::AF_INET6]);
        }
        let others: Vec<_> = families.iter().map(|family| (0, Ne, word(*family))).collect();
        add(libc::SYS_socket, &others)?;
        add(
            libc::SYS_socket,
            &[
                (0, Eq, word(libc::AF_NETLINK)),
                (2, Ne, word(libc::NETLINK_ROUTE)),
            ],
        )?;
        if alone {
            for family in [libc::AF_INET, libc::AF_INET6] {
                // The kind is in the low bits; above them are flags.
                for kind in [libc::SOCK_DGRAM, libc::SOCK_RAW] {
                    add(
                        libc::SYS_socket,
                        &[(0, Eq, word(family)), (1, MaskedEq(0xf), word(kind))],
                    )?;
                }
                // MPTCP and SCTP, which no rule about TCP speaks of.
                add(
                    libc::SYS_socket,
                    &[
                        (0, Eq, word(family)),
                        (2, Ne, 0),
                        (2, Ne, word(libc::IPPROTO_TCP)),
                    ],
                )?;
            }
        }
        Ok(())
    }
}

fn what() -> String {
    "filtering system calls".to_owned()
}

fn compile(rules: BTreeMap<i64, Vec<SeccompRule>>, error: libc::c_int) -> Result<BpfProgram> {
    let arch: TargetArch = std::env::consts::ARCH
        .try_into()
        .map_err(io::Error::other)
        .doing(what)?;
    let action = SeccompAction::Errno(error.cast_unsigned());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, arch);
    let program: BpfProgram = filter
        .and_then(TryInto::try_into)
        .map_err(io::Error::other)
        .doing(what)?;
    // x32 is the same architecture to a filter, with this bit in its numbers.
    const X32: u32 = 0x4000_0000;
    let statement = |code: u32, k: u32| sock_filter {
        code: code as u16,
        jt: 0,
        jf: 0,
        k,
    };
    let load = statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0);
    let mut jump = statement(libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K, X32);
    jump.jf = 1;
    let refuse = statement(
        libc::BPF_RET | libc::BPF_K,
        SeccompAction::Errno(libc::ENOSYS.cast_unsigned()).into(),
    );
    Ok([load, jump, refuse].into_iter().chain(program).collect())
}
