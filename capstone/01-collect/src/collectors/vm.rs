use rustix::param::page_size;

use crate::{
    Metric, Page,
    Unit::{Bytes, Count},
};

pub(crate) static METRICS: [Metric; 7] = [
    Metric::counter(
        "vm.paged_in",
        Bytes,
        "Bytes read from disks, all together.",
        "/proc/vmstat, pgpgin",
    ),
    Metric::counter(
        "vm.paged_out",
        Bytes,
        "Bytes written to disks, all together.",
        "/proc/vmstat, pgpgout",
    ),
    Metric::counter(
        "vm.swapped_in",
        Bytes,
        "Bytes read from swap.",
        "/proc/vmstat, pswpin",
    ),
    Metric::counter(
        "vm.swapped_out",
        Bytes,
        "Bytes written to swap.",
        "/proc/vmstat, pswpout",
    ),
    Metric::counter(
        "vm.page_faults",
        Count,
        "Page faults, the major ones included.",
        "/proc/vmstat, pgfault",
    ),
    Metric::counter(
        "vm.major_page_faults",
        Count,
        "Page faults that waited for a disk.",
        "/proc/vmstat, pgmajfault",
    ),
    Metric::counter(
        "vm.oom_kills",
        Count,
        "Processes killed because there was no memory left; since Linux 4.13.",
        "/proc/vmstat, oom_kill",
    ),
];

/// Reads the few counters of memory management that matter to whoever runs a host.
///
/// Source: mm/vmstat.c of the kernel.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(text: &str, page: &mut Page<'_>) {
    todo!("counters: A name, a blank, a number. pgpgin and pgpgout are KiB, pswpin and pswpout are pages.")
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::page::tests::run;

    #[test]
    fn counters_are_found_by_name() {
        for (text, expected) in [
            (
                "pgpgin 3\npgfault 70\npgmajfault 7\noom_kill 0\nnr_free_pages 1\n",
                "vm.paged_in 3072\nvm.page_faults 70\nvm.major_page_faults 7\nvm.oom_kills 0\n",
            ),
            (
                "pgfault\npgfault x\n",
                "1 faults, line 2: \"x\" is not a whole number\n",
            ),
        ] {
            assert_eq!(run(|page| parse(text, page)), expected, "{text}");
        }
    }
}
