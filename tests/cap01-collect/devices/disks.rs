//! `/proc/diskstats`.

use support::Case;

use crate::host::{check, check_faults, collect, put};

pub(super) fn sectors_are_bytes_and_milliseconds_seconds(case: &mut Case) {
    put(
        case,
        &[(
            "proc/diskstats",
            " 254       0 vda 115234 13275 6735882 156024 46497 107790 27128792 128553 2 38068 300490 62388 87 4 15247 4327 664\n",
        )],
    );
    let ended = collect(case, &[]);
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

/// Expects just these disks of a table that lists `names`.
fn check_names(case: &mut Case, names: &str, expected: &str) {
    let table: String = names
        .split(' ')
        .enumerate()
        .map(|(n, name)| format!("   8  {n} {name} {}\n", n + 1))
        .collect();
    let rows: String = names
        .split(' ')
        .enumerate()
        .filter(|(_, name)| expected.split(' ').any(|other| other == *name))
        .map(|(n, name)| format!("disk.reads{{device=\"{name}\"}} {} count\n", n + 1))
        .collect();
    check(case, &[("proc/diskstats", &table)], &rows);
}

pub(super) fn partitions_are_left_out(case: &mut Case) {
    for (names, expected) in [
        ("sda sda1 sda2 sda10 sdb sdb1 sdaa sdaa1", "sda sdb sdaa"),
        (
            "nvme0n1 nvme0n1p1 nvme0n1p2 nvme1n1 nvme0n12",
            "nvme0n1 nvme1n1 nvme0n12",
        ),
        (
            "mmcblk0 mmcblk0p1 mmcblk0boot0 mmcblk0boot1",
            "mmcblk0 mmcblk0boot0 mmcblk0boot1",
        ),
        ("dm-0 dm-1 dm-10 dm-11", "dm-0 dm-1 dm-10 dm-11"),
        ("md0 md0p1 md127", "md0 md127"),
        ("vda vda1 vdb", "vda vdb"),
        // A cloud shows only the partition: it is the disk.
        ("xvda1 xvda2 xvdb", "xvda1 xvda2 xvdb"),
        ("sda sdap1", "sda sdap1"),
    ] {
        check_names(case, names, expected);
    }
}

pub(super) fn loops_and_memory_disks_are_left_out(case: &mut Case) {
    check_names(
        case,
        "loop0 loop0p1 loop12 ram0 ram15 zram0 fd0 sr0 fd loops1 sda",
        "sr0 fd loops1 sda",
    );
}

pub(super) fn disks_of_older_kernels_have_fewer_fields(case: &mut Case) {
    check(
        case,
        &[(
            "proc/diskstats",
            "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n8 16 sdb 1\n8 32 sdc\n",
        )],
        "disk.reads{device=\"sda\"} 1 count
         disk.reads_merged{device=\"sda\"} 2 count
         disk.read_bytes{device=\"sda\"} 1536 bytes
         disk.read_time{device=\"sda\"} 0.004 seconds
         disk.writes{device=\"sda\"} 5 count
         disk.writes_merged{device=\"sda\"} 6 count
         disk.written_bytes{device=\"sda\"} 3584 bytes
         disk.write_time{device=\"sda\"} 0.008 seconds
         disk.in_flight{device=\"sda\"} 9 count
         disk.busy_time{device=\"sda\"} 0.01 seconds
         disk.weighted_time{device=\"sda\"} 0.011 seconds
         disk.reads{device=\"sdb\"} 1 count",
    );
}

pub(super) fn a_broken_line_of_a_disk_is_said_and_the_others_are_read(case: &mut Case) {
    check_faults(
        case,
        &[("proc/diskstats", "8 0\n8 0 sda x 7\n8 16 sdb 1\n")],
        "disk.reads_merged{device=\"sda\"} 7 count
         disk.reads{device=\"sdb\"} 1 count",
        &["host/proc/diskstats, line 1: "],
    );
    for line in ["", "8 0 "] {
        check_faults(
            case,
            &[("proc/diskstats", &format!("8 0 sda 1\n{line}\n8 16 sdb 2\n"))],
            "disk.reads{device=\"sda\"} 1 count
             disk.reads{device=\"sdb\"} 2 count",
            &["host/proc/diskstats, line 2: "],
        );
    }
    // Names are any text.
    check(
        case,
        &[("proc/diskstats", "8 0 a\"b\\c 5\n")],
        "disk.reads{device=\"a\\\"b\\\\c\"} 5 count",
    );
}
