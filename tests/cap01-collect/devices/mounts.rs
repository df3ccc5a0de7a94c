//! `/proc/self/mounts`, and what file systems say of themselves.

use std::fs;

use rustix::fs::statvfs;
use support::Case;

use crate::hang::collect_over;
use crate::host::{check, check_faults, collect, expect_readings, put};

/// Expects just these mounts of a table, as `device mount type` each, of which all that exist lie on the case's own disk.
fn check_mounts(case: &mut Case, table: &str, folders: &[&str], expected: &[(&str, &str, &str)]) {
    let host = case.dir().join("host");
    let _ = fs::remove_dir_all(&host);
    put(case, &[("proc/self/mounts", table)]);
    for folder in folders {
        fs::create_dir_all(host.join(folder)).expect("a folder is made");
    }
    let vfs = statvfs(&host).expect("a file system has sizes");
    let size = vfs.f_blocks as f64 * vfs.f_frsize as f64;
    let rows: String = expected
        .iter()
        .map(|(device, mount, kind)| {
            format!("filesystem.size{{device=\"{device}\",mount=\"{mount}\",type=\"{kind}\"}} {size} bytes\n")
        })
        .collect();
    let ended = collect(case, &["--metric", "filesystem.size"]);
    expect_readings(case, &ended, &rows);
}

pub(super) fn views_and_folders_of_containers_are_left_out(case: &mut Case) {
    let folders = [
        "proc",
        "dev/shm",
        "run/credentials/x",
        "run/lock",
        "var/lib/docker/overlay2/x/merged",
        "var/lib/dockers",
        "snap/core/1",
        "devices",
        "sys/fs/cgroup",
        "mnt/img",
        "var/lib/containers/storage/x",
    ];
    check_mounts(
        case,
        "proc /proc proc rw 0 0\n/dev/vda1 / ext4 rw,relatime 0 0\ndevtmpfs /dev devtmpfs rw 0 0\ntmpfs /dev/shm tmpfs rw 0 0\n\
         tmpfs /run tmpfs rw 0 0\ntmpfs /run/credentials/x tmpfs ro 0 0\ntmpfs /run/lock tmpfs rw 0 0\n\
         /dev/loop3 /snap/core/1 squashfs ro 0 0\noverlay /var/lib/docker/overlay2/x/merged overlay rw 0 0\n\
         /dev/sdd /var/lib/dockers xfs rw 0 0\n/dev/sda1 /devices ext4 rw 0 0\ncgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n\
         /dev/sr0 /mnt/img iso9660 ro 0 0\n/dev/sde /var/lib/containers/storage/x xfs rw 0 0\n",
        &folders,
        &[
            ("/dev/vda1", "/", "ext4"),
            ("tmpfs", "/run", "tmpfs"),
            ("tmpfs", "/run/lock", "tmpfs"),
            ("/dev/sdd", "/var/lib/dockers", "xfs"),
            ("/dev/sda1", "/devices", "ext4"),
        ],
    );
    // A container's own root is all the disk that it has.
    check_mounts(
        case,
        "overlay / overlay rw 0 0\noverlay /mnt overlay rw 0 0\n",
        &["mnt"],
        &[("overlay", "/", "overlay")],
    );
}

pub(super) fn a_device_is_told_once_by_its_shortest_path(case: &mut Case) {
    check_mounts(
        case,
        "/dev/sda1 /srv/data ext4 rw 0 0\n/dev/sdb1 /b xfs rw 0 0\n/dev/sda1 /mnt ext4 rw 0 0\n/dev/sda1 /mnt/bound ext4 rw 0 0\n/dev/sda1 /mny ext4 rw 0 0\n",
        &["srv/data", "b", "mnt/bound", "mny"],
        &[("/dev/sda1", "/mnt", "ext4"), ("/dev/sdb1", "/b", "xfs")],
    );
    // Paths are compared by their bytes: é has two.
    check_mounts(
        case,
        "/dev/sda1 /éé ext4 rw 0 0\n/dev/sda1 /abc ext4 rw 0 0\n",
        &["éé", "abc"],
        &[("/dev/sda1", "/abc", "ext4")],
    );
    // What is no path is no device: these are two.
    check_mounts(
        case,
        "tmpfs /run tmpfs rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n",
        &["run", "tmp"],
        &[("tmpfs", "/run", "tmpfs"), ("tmpfs", "/tmp", "tmpfs")],
    );
}

pub(super) fn a_hidden_mount_is_not_told(case: &mut Case) {
    check_mounts(
        case,
        "/dev/sda1 /mnt ext4 rw 0 0\n/dev/sdb1 /mnt xfs rw 0 0\n",
        &["mnt"],
        &[("/dev/sdb1", "/mnt", "xfs")],
    );
    // Also where what hides it is nothing that we tell.
    check_mounts(
        case,
        "/dev/sda1 /mnt ext4 rw 0 0\n/dev/sdb1 /b ext4 rw 0 0\nnone /mnt autofs rw 0 0\n",
        &["mnt", "b"],
        &[("/dev/sdb1", "/b", "ext4")],
    );
}

pub(super) fn a_mount_with_a_space_in_its_name_is_found(case: &mut Case) {
    check_mounts(
        case,
        "/dev/sd\\040a /mnt/a\\040b ext4 rw 0 0\n/dev/sdb /mnt/c\\134040 ext4 rw 0 0\n/dev/sdc /mnt/\\303\\251 ext4 rw 0 0\n\
         /dev/sdd /mnt/\\400\\04 ext4 rw 0 0\n/dev/sde /mnt/q\"\\012r ext4 rw 0 0\n/dev/sdf /mnt/x\\ ext4 rw 0 0\n",
        &[
            "mnt/a b",
            "mnt/c\\040",
            "mnt/é",
            "mnt/\\400\\04",
            "mnt/q\"\nr",
            "mnt/x\\",
        ],
        &[
            ("/dev/sd a", "/mnt/a b", "ext4"),
            ("/dev/sdb", "/mnt/c\\\\040", "ext4"),
            ("/dev/sdc", "/mnt/é", "ext4"),
            ("/dev/sdd", "/mnt/\\\\400\\\\04", "ext4"),
            ("/dev/sde", "/mnt/q\\\"\\nr", "ext4"),
            ("/dev/sdf", "/mnt/x\\\\", "ext4"),
        ],
    );
}

pub(super) fn a_type_is_told_as_it_stands(case: &mut Case) {
    check_mounts(
        case,
        "/dev/sda /a x\\040y rw 0 0\n/dev/sdb /b sub\\134type rw 0 0\n/dev/sdc /c \\160roc rw 0 0\n",
        &["a", "b", "c"],
        &[
            ("/dev/sda", "/a", "x\\\\040y"),
            ("/dev/sdb", "/b", "sub\\\\134type"),
            ("/dev/sdc", "/c", "\\\\160roc"),
        ],
    );
}

pub(super) fn a_mount_that_is_not_there_is_absent(case: &mut Case) {
    check_mounts(
        case,
        "/dev/sda1 /gone ext4 rw 0 0\n/dev/sdb1 /mnt ext4 rw 0 0\n",
        &["mnt"],
        &[("/dev/sdb1", "/mnt", "ext4")],
    );
    check(case, &[("proc/self/mounts", "/dev/sda1 /gone ext4 rw 0 0\n")], "");
}

pub(super) fn broken_mounts_are_said(case: &mut Case) {
    check_faults(
        case,
        &[(
            "proc/self/mounts",
            "/dev/sda1 /gone ext4 rw 0 0\n/dev/sdb\nx mnt ext4 rw 0 0\n",
        )],
        "",
        &["host/proc/self/mounts, line 2: "],
    );
    // A blank too many makes an empty field, and an empty path begins with no slash; an empty line has no fields at all.
    for line in [
        "/dev/sda1  / ext4 rw 0 0",
        "/dev/sda1 mnt ext4 rw 0 0",
        "/dev/sda1 \\057mnt",
        "",
        "/dev/sda1\t/\text4",
    ] {
        check_faults(
            case,
            &[(
                "proc/self/mounts",
                &format!("/dev/sdb /gone xfs rw 0 0\n{line}\n"),
            )],
            "",
            &["host/proc/self/mounts, line 2: "],
        );
    }
}

/// Lets a file system say numbers of which no two are the same.
pub(super) fn sizes_are_what_the_file_system_says(case: &mut Case) {
    put(
        case,
        &[(
            "proc/self/mounts",
            "/dev/sda1 /data ext4 rw 0 0\n/dev/sdb1 /safe xfs ro 0 0\n/dev/sdc1 /view ext4 rw 0 0\n/dev/sdd1 /many btrfs rw 0 0\n",
        )],
    );
    let ended = collect_over(
        case,
        &[
            // Blocks, free, available, files, free files, f_bsize, f_frsize.
            ("data", "rw:1000,300,250,90,80,65536,4096"),
            ("safe", "ro:7,6,5,4,3,4096,512"),
            ("view", "rw:0,0,0,10,10,4096,4096"),
            ("many", "rw:10,10,9,0,0,4096,1024"),
        ],
        &[],
    );
    let (data, safe, many) = (
        "{device=\"/dev/sda1\",mount=\"/data\",type=\"ext4\"}",
        "{device=\"/dev/sdb1\",mount=\"/safe\",type=\"xfs\"}",
        "{device=\"/dev/sdd1\",mount=\"/many\",type=\"btrfs\"}",
    );
    expect_readings(
        case,
        &ended,
        &format!(
            "filesystem.size{data} 4096000 bytes
             filesystem.free{data} 1228800 bytes
             filesystem.available{data} 1024000 bytes
             filesystem.inodes{data} 90 count
             filesystem.inodes_free{data} 80 count
             filesystem.read_only{data} 0 count
             filesystem.unreadable{data} 0 count
             filesystem.size{safe} 3584 bytes
             filesystem.free{safe} 3072 bytes
             filesystem.available{safe} 2560 bytes
             filesystem.inodes{safe} 4 count
             filesystem.inodes_free{safe} 3 count
             filesystem.read_only{safe} 1 count
             filesystem.unreadable{safe} 0 count
             filesystem.size{many} 10240 bytes
             filesystem.free{many} 10240 bytes
             filesystem.available{many} 9216 bytes
             filesystem.read_only{many} 0 count
             filesystem.unreadable{many} 0 count"
        ),
    );
}
