use crate::{
    Labels, Metric, Page,
    Unit::{Bytes, Count, Seconds},
    page::quoted,
    roster::Roster,
};

/// In the order of the line's fields, from the fourth.
pub(crate) static METRICS: [Metric; 17] = [
    Metric::counter(
        "disk.reads",
        Count,
        "Reads that were completed.",
        "/proc/diskstats, field 4",
    ),
    Metric::counter(
        "disk.reads_merged",
        Count,
        "Reads that were joined to another.",
        "/proc/diskstats, field 5",
    ),
    Metric::counter(
        "disk.read_bytes",
        Bytes,
        "Bytes read, of 512 a sector.",
        "/proc/diskstats, field 6",
    ),
    Metric::counter(
        "disk.read_time",
        Seconds,
        "Time that all reads took together.",
        "/proc/diskstats, field 7",
    ),
    Metric::counter(
        "disk.writes",
        Count,
        "Writes that were completed.",
        "/proc/diskstats, field 8",
    ),
    Metric::counter(
        "disk.writes_merged",
        Count,
        "Writes that were joined to another.",
        "/proc/diskstats, field 9",
    ),
    Metric::counter(
        "disk.written_bytes",
        Bytes,
        "Bytes written, of 512 a sector.",
        "/proc/diskstats, field 10",
    ),
    Metric::counter(
        "disk.write_time",
        Seconds,
        "Time that all writes took together.",
        "/proc/diskstats, field 11",
    ),
    Metric::gauge(
        "disk.in_flight",
        Count,
        "Reads and writes that are under way.",
        "/proc/diskstats, field 12",
    ),
    Metric::counter(
        "disk.busy_time",
        Seconds,
        "Time in which the disk had work.",
        "/proc/diskstats, field 13",
    ),
    Metric::counter(
        "disk.weighted_time",
        Seconds,
        "Time with work, times the reads and writes under way: its rate is the length of the queue.",
        "/proc/diskstats, field 14",
    ),
    Metric::counter(
        "disk.discards",
        Count,
        "Discards that were completed.",
        "/proc/diskstats, field 15",
    ),
    Metric::counter(
        "disk.discards_merged",
        Count,
        "Discards that were joined to another.",
        "/proc/diskstats, field 16",
    ),
    Metric::counter(
        "disk.discarded_bytes",
        Bytes,
        "Bytes discarded, of 512 a sector.",
        "/proc/diskstats, field 17",
    ),
    Metric::counter(
        "disk.discard_time",
        Seconds,
        "Time that all discards took together.",
        "/proc/diskstats, field 18",
    ),
    Metric::counter(
        "disk.flushes",
        Count,
        "Flushes that were completed.",
        "/proc/diskstats, field 19",
    ),
    Metric::counter(
        "disk.flush_time",
        Seconds,
        "Time that all flushes took together.",
        "/proc/diskstats, field 20",
    ),
];

/// Reads what each disk did. Partitions, loop devices, memory disks and floppies are left out.
///
/// Source: Documentation/admin-guide/iostats.rst of the kernel.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(text: &str, disks: &mut Roster<Labels>, page: &mut Page<'_>) {
    todo!(
        "devices: The third field is the name, METRICS are the fields behind it. A partition is told by the disk of the lines before."
    )
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::{page::tests::run, roster::Roster};

    fn check(text: &str, expected: &str) {
        assert_eq!(
            run(|page| parse(text, &mut Roster::default(), page)),
            expected,
            "{text}"
        );
    }

    #[test]
    fn sectors_and_milliseconds_are_made_bytes_and_seconds() {
        check(
            " 254 0 vda 115234 13275 6735882 156024 46497 107790 27128792 128553 2 38068 300490 62388 87 4 15247 4327 664\n",
            "disk.reads{device=\"vda\"} 115234\ndisk.reads_merged{device=\"vda\"} 13275\n\
             disk.read_bytes{device=\"vda\"} 3448771584\ndisk.read_time{device=\"vda\"} 156.024\n\
             disk.writes{device=\"vda\"} 46497\ndisk.writes_merged{device=\"vda\"} 107790\n\
             disk.written_bytes{device=\"vda\"} 13889941504\ndisk.write_time{device=\"vda\"} 128.553\n\
             disk.in_flight{device=\"vda\"} 2\ndisk.busy_time{device=\"vda\"} 38.068\n\
             disk.weighted_time{device=\"vda\"} 300.49\ndisk.discards{device=\"vda\"} 62388\n\
             disk.discards_merged{device=\"vda\"} 87\ndisk.discarded_bytes{device=\"vda\"} 2048\n\
             disk.discard_time{device=\"vda\"} 15.247\ndisk.flushes{device=\"vda\"} 4327\n\
             disk.flush_time{device=\"vda\"} 0.664\n",
        );
    }

    #[test]
    fn partitions_are_told_from_disks_by_the_line_before() {
        for (names, expected) in [
            ("sda sda1 sda2 sdb sdb1", "sda sdb"),
            ("nvme0n1 nvme0n1p1 nvme0n1p2 nvme1n1", "nvme0n1 nvme1n1"),
            (
                "mmcblk0 mmcblk0p1 mmcblk0boot0 mmcblk0boot1",
                "mmcblk0 mmcblk0boot0 mmcblk0boot1",
            ),
            ("dm-0 dm-1 dm-10 dm-11", "dm-0 dm-1 dm-10 dm-11"),
            ("md0 md0p1 md127", "md0 md127"),
            ("xvda1 xvda2", "xvda1 xvda2"),
            ("loop0 loop0p1 ram12 zram0 fd0 sr0", "sr0"),
        ] {
            let text: String = names.split(' ').map(|name| format!("8 0 {name} 7\n")).collect();
            let found: String = expected
                .split(' ')
                .map(|name| format!("disk.reads{{device=\"{name}\"}} 7\n"))
                .collect();
            check(&text, &found);
        }
    }

    #[test]
    fn a_broken_line_is_said_and_the_others_are_read() {
        check(
            "8 0\n8 0 sda 1\n",
            "disk.reads{device=\"sda\"} 1\n1 faults, line 1: \"8 0\" names no disk\n",
        );
    }
}
