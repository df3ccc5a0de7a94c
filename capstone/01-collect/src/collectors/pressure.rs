use crate::{
    Metric, Page,
    Unit::{Ratio, Seconds},
    page::quoted,
};

macro_rules! resources {
    ($($file:literal $line:literal $name:literal $about:literal,)*) => {
        /// For each resource the time, then the share of the last 10 seconds.
        pub(crate) static METRICS: &[Metric] = &[$(
            Metric::counter(
                concat!("pressure.", $name),
                Seconds,
                concat!("Time in which ", $about, "."),
                concat!("/proc/pressure/", $file, ", line ", $line, ", total"),
            ),
            Metric::gauge(
                concat!("pressure.", $name, "_10s"),
                Ratio,
                concat!("Part of the last 10 seconds in which ", $about, "."),
                concat!("/proc/pressure/", $file, ", line ", $line, ", avg10"),
            ),
        )*];
    };
}

// A processor never stalls all threads: somebody runs. The kernel's line for that is always 0.
resources! {
    "cpu" "some" "cpu_waiting" "threads waited for a processor",
    "io" "some" "io_waiting" "threads waited for a disk",
    "io" "full" "io_stalled" "all threads waited for a disk",
    "memory" "some" "memory_waiting" "threads waited for memory",
    "memory" "full" "memory_stalled" "all threads waited for memory",
    "irq" "full" "irq_stalled" "interrupts took the processor from all threads",
}

/// The files, one a resource.
pub(crate) const FILES: [&str; 4] = [
    "proc/pressure/cpu",
    "proc/pressure/io",
    "proc/pressure/memory",
    "proc/pressure/irq",
];

/// Reads how long threads waited for a resource.
///
/// Source: Documentation/accounting/psi.rst of the kernel.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(file: &str, text: &str, page: &mut Page<'_>) {
    todo!(
        "counters: some or full, then NAME=VALUE pairs; the metric is the one whose source has this file, this line and this name."
    )
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::page::tests::run;

    #[test]
    fn shares_are_of_one_and_times_are_seconds() {
        for (file, text, expected) in [
            (
                "proc/pressure/io",
                "some avg10=3.90 avg60=2.24 avg300=1.35 total=18674908\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1\n",
                "pressure.io_waiting_10s 0.039\npressure.io_waiting 18.674908\n\
                 pressure.io_stalled_10s 0\npressure.io_stalled 0.000001\n",
            ),
            ("proc/pressure/cpu", "full avg10=0.00 total=0\n", ""),
            (
                "proc/pressure/cpu",
                "some avg10=x total=1\n",
                "pressure.cpu_waiting 0.000001\n1 faults, line 1: \"x\" is not a number\n",
            ),
            (
                "proc/pressure/cpu",
                "none\n",
                "1 faults, line 1: \"none\" is neither some nor full\n",
            ),
        ] {
            assert_eq!(run(|page| parse(file, text, page)), expected, "{text}");
        }
    }
}
