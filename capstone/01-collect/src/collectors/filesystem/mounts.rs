use crate::{Labels, Page, page::quoted};

/// A mounted file system that has sizes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mount {
    pub(super) labels: Labels,
    /// Where it is mounted.
    pub(super) point: String,
    /// Whether another host or a program must answer.
    pub(super) may_hang: bool,
}

/// File systems that hold no files of anybody, or that are full by nature.
const PSEUDO: [&str; 27] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "fusectl",
    "fuse.lxcfs",
    "hugetlbfs",
    "iso9660",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "ramfs",
    "resctrl",
    "rootfs",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "squashfs",
    "sysfs",
    "tracefs",
];

/// Folders in which containers, and the system itself, mount what is told elsewhere.
const INNER: [&str; 6] = [
    "/dev",
    "/proc",
    "/sys",
    "/run/credentials",
    "/var/lib/docker",
    "/var/lib/containers/storage",
];

const REMOTE: [&str; 12] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse",
    "fuseblk",
    "glusterfs",
    "lustre",
    "nfs",
    "nfs4",
    "smb3",
];

/// Reads which file systems are mounted, less those that have no sizes of their own.
///
/// Of a device that is mounted more than once, the shortest path is kept; of a path that is mounted over, the last one.
///
/// Source: proc_pid_mounts(5), fstab(5).
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn parse(text: &str, page: &mut Page<'_>) -> Vec<Mount> {
    todo!(
        "devices: What is mounted on a path hides what was there, also if it is left out itself. A device whose name is a path counts once, by its shortest path."
    )
}

/// Undoes what the kernel does to spaces: `\040` for each, and the like.
#[expect(unused_variables, reason = "goes with the todo!")]
fn unescape(field: &str) -> String {
    todo!(
        "devices: A backslash and three octal digits, the first at most 3, are a byte. Put the bytes together first, and make text of them then."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut readings = Vec::new();
        let mounts = parse(text, &mut Page::new(&mut readings));
        let found: Vec<_> = mounts.iter().map(|mount| mount.labels.to_string()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn only_file_systems_with_sizes_of_their_own_are_kept() {
        check(
            "proc /proc proc rw 0 0\n/dev/vda / ext4 rw,relatime 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n\
             tmpfs /run tmpfs rw 0 0\n/dev/loop3 /snap/core/1 squashfs ro 0 0\noverlay /var/lib/x/merged overlay rw 0 0\n",
            &[
                r#"{device="/dev/vda",mount="/",type="ext4"}"#,
                r#"{device="tmpfs",mount="/run",type="tmpfs"}"#,
            ],
        );
        check(
            "overlay / overlay rw 0 0\n",
            &[r#"{device="overlay",mount="/",type="overlay"}"#],
        );
        check(
            "/dev/sda1 /devices ext4 rw 0 0\n",
            &[r#"{device="/dev/sda1",mount="/devices",type="ext4"}"#],
        );
    }

    #[test]
    fn a_device_is_told_once_and_a_hidden_mount_not_at_all() {
        check(
            "/dev/sda1 /srv/data ext4 rw 0 0\n/dev/sda1 /mnt ext4 rw 0 0\n/dev/sda1 /mnt/bound ext4 rw 0 0\n",
            &[r#"{device="/dev/sda1",mount="/mnt",type="ext4"}"#],
        );
        check(
            "/dev/sda1 /mnt ext4 rw 0 0\n/dev/sdb1 /mnt xfs rw 0 0\n",
            &[r#"{device="/dev/sdb1",mount="/mnt",type="xfs"}"#],
        );
        check("/dev/sda1 /mnt ext4 rw 0 0\nnone /mnt autofs rw 0 0\n", &[]);
    }

    #[test]
    fn names_with_spaces_are_read_as_they_are() {
        for (field, expected) in [
            (r"/mnt/a\040b", "/mnt/a b"),
            (r"\134040", r"\040"),
            (r"\011\012\043", "\t\n#"),
            (r"\400\04", r"\400\04"),
            (r"\303\251", "é"),
            (r"\377", "\u{fffd}"),
            ("\\", "\\"),
        ] {
            assert_eq!(unescape(field), expected, "{field}");
        }
    }
}
