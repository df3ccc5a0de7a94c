use rustix::param::clock_ticks_per_second;

use crate::{
    Labels, Metric, Page,
    Unit::{Count, Seconds},
    page::quoted,
    roster::Roster,
};

macro_rules! modes {
    ($($field:literal $mode:literal $about:literal,)*) => {
        /// All processors together, in the order of the line's fields.
        pub(crate) static CPU: [Metric; MODES] = [$(Metric::counter(
            concat!("cpu.", $mode),
            Seconds,
            concat!("Time of all processors together ", $about, "."),
            concat!("/proc/stat, line cpu, field ", $field),
        )),*];

        /// Each processor: a name of its own, so that a sum over a name counts nothing twice.
        pub(crate) static CORE: [Metric; MODES] = [$(Metric::counter(
            concat!("core.", $mode),
            Seconds,
            concat!("Time of one processor ", $about, "."),
            concat!("/proc/stat, line cpuN, field ", $field),
        )),*];
    };
}

const MODES: usize = 10;

modes! {
    "1" "user" "in programs, guests of virtual machines included",
    "2" "nice" "in programs of low priority, guests included",
    "3" "system" "in the kernel",
    "4" "idle" "with nothing to do",
    "5" "iowait" "with nothing to do while a disk was waited for",
    "6" "irq" "in interrupts",
    "7" "softirq" "in deferred work of interrupts",
    "8" "steal" "taken by the hypervisor for others",
    "9" "guest" "in guests of virtual machines",
    "10" "guest_nice" "in guests of low priority",
}

pub(crate) static KERNEL: [Metric; 7] = [
    Metric::gauge(
        "cpu.online",
        Count,
        "Processors in use.",
        "/proc/stat, number of lines cpuN",
    ),
    Metric::counter(
        "kernel.interrupts",
        Count,
        "Interrupts served.",
        "/proc/stat, line intr, field 1",
    ),
    Metric::counter(
        "kernel.context_switches",
        Count,
        "Times that a processor went from one thread to another.",
        "/proc/stat, line ctxt, field 1",
    ),
    Metric::gauge(
        "host.boot_time",
        Seconds,
        "When the kernel started, since 1970-01-01 UTC.",
        "/proc/stat, line btime, field 1",
    ),
    Metric::counter(
        "processes.forks",
        Count,
        "Processes and threads that were ever started.",
        "/proc/stat, line processes, field 1",
    ),
    Metric::gauge(
        "processes.running",
        Count,
        "Threads that run or could run now.",
        "/proc/stat, line procs_running, field 1",
    ),
    Metric::gauge(
        "processes.blocked",
        Count,
        "Threads that wait for a disk now.",
        "/proc/stat, line procs_blocked, field 1",
    ),
];

/// What is kept of a processor from one reading to the next.
#[derive(Debug)]
pub(crate) struct Core {
    labels: Labels,
    last: [f64; MODES],
}

/// Reads the times of the processors, and what else `/proc/stat` counts.
///
/// Source: proc_stat(5).
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(text: &str, cores: &mut Roster<Core>, page: &mut Page<'_>) {
    todo!(
        "counters: Begin and end the roster around the lines. A line cpu is all processors, a line cpuN one of them; KERNEL[1..] says by its sources which other lines count."
    )
}

/// Holds a time that went back a little.
///
/// The kernel computes idle and iowait from two clocks, and they do go back by some ticks. Whoever makes a rate of a
/// counter takes that for a start from 0, and would see days of idleness within a second. A longer way back is a real
/// start: a processor was taken out and put back.
#[expect(unused_variables, reason = "goes with the todo!")]
fn steady(last: f64, now: f64) -> f64 {
    todo!(
        "counters: What is less than 3 s behind the last value is the last value; what is further behind is a new start."
    )
}

#[cfg(test)]
mod tests {
    use super::{parse, steady};
    use crate::{page::tests::run, roster::Roster};

    #[test]
    fn old_kernels_have_fewer_modes_and_other_lines() {
        for (text, expected) in [
            (
                "cpu  100 20 3 4\n",
                "cpu.user 1\ncpu.nice 0.2\ncpu.system 0.03\ncpu.idle 0.04\n",
            ),
            ("cpu7 100\n", "core.user{cpu=\"7\"} 1\ncpu.online 1\n"),
            (
                "intr 9836744 0 0 1\nctxt 12\nbtime 1764254137\nsoftirq 3 4\n",
                "kernel.interrupts 9836744\nkernel.context_switches 12\nhost.boot_time 1764254137\n",
            ),
            ("procs_running\nprocs_blocked 3", "processes.blocked 3\n"),
            (
                "cpu 1 x 200\ncpux 3\n",
                "cpu.user 0.01\ncpu.system 2\n2 faults, line 1: \"x\" is not a whole number\n",
            ),
            ("\n\n", ""),
        ] {
            assert_eq!(
                run(|page| parse(text, &mut Roster::default(), page)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn a_time_that_goes_back_a_little_stands_still() {
        for (last, now, expected) in [
            (100.0, 99.9, 100.0),
            (100.0, 100.0, 100.0),
            (100.0, 100.01, 100.01),
            (100.0, 1.0, 1.0),
            (2.0, 0.0, 2.0),
        ] {
            assert_eq!(steady(last, now), expected);
        }
        let mut cores = Roster::default();
        for (idle, expected) in [
            ("400", "core.idle{cpu=\"0\"} 4\n"),
            ("398", "core.idle{cpu=\"0\"} 4\n"),
        ] {
            let found = run(|page| parse(&format!("cpu0 0 0 0 {idle}"), &mut cores, page));
            assert!(found.contains(expected), "{found}");
        }
    }
}
