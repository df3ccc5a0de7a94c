use crate::{Metric, Page, Unit::Count};

pub(crate) static METRICS: [Metric; 3] = [
    Metric::gauge(
        "load.1m",
        Count,
        "Threads that run, wait for a processor or wait for a disk, averaged over 1 minute.",
        "/proc/loadavg, field 1",
    ),
    Metric::gauge(
        "load.5m",
        Count,
        "The same over 5 minutes.",
        "/proc/loadavg, field 2",
    ),
    Metric::gauge(
        "load.15m",
        Count,
        "The same over 15 minutes.",
        "/proc/loadavg, field 3",
    ),
];

/// Reads the three averages.
///
/// Source: proc_loadavg(5).
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(text: &str, page: &mut Page<'_>) {
    todo!("counters: The first three fields of the first line, as many of them as there are.")
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::page::tests::run;

    #[test]
    fn averages_are_read_as_far_as_they_are_there() {
        for (text, expected) in [
            (
                "9.00 7.34 5.22 9/151 18154\n",
                "load.1m 9\nload.5m 7.34\nload.15m 5.22\n",
            ),
            ("0.01", "load.1m 0.01\n"),
            ("", ""),
            (
                "1.0 many 3.0",
                "load.1m 1\nload.15m 3\n1 faults, line 1: \"many\" is not a number\n",
            ),
        ] {
            assert_eq!(run(|page| parse(text, page)), expected, "{text}");
        }
    }
}
