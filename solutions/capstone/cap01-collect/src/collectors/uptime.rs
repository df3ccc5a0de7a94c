use crate::{Metric, Page, Unit::Seconds};

pub(crate) static METRICS: [Metric; 1] = [Metric::gauge(
    "host.uptime",
    Seconds,
    "Time since the kernel started, sleep included.",
    "/proc/uptime, field 1",
)];

/// Reads how long the kernel has been running.
///
/// Source: proc_uptime(5).
pub(crate) fn parse(text: &str, page: &mut Page<'_>) {
    // region:counters The first field of the first line.
    let line = text.lines().next().unwrap_or("");
    if let Some(field) = line.split_ascii_whitespace().next()
        && let Some(value) = page.decimal(0, field)
    {
        page.add(&METRICS[0], value);
    }
    // endregion:counters
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::page::tests::run;

    #[test]
    fn the_first_field_is_read() {
        for (text, expected) in [
            ("2041.39 1098.57\n", "host.uptime 2041.39\n"),
            ("", ""),
            ("soon", "1 faults, line 1: \"soon\" is not a number\n"),
        ] {
            assert_eq!(run(|page| parse(text, page)), expected, "{text}");
        }
    }
}
