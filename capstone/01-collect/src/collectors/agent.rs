use rustix::param::{clock_ticks_per_second, page_size};

use crate::{
    Metric, Page,
    Unit::{Bytes, Count, Seconds},
    page::quoted,
};

pub(crate) static METRICS: [Metric; 6] = [
    Metric::counter(
        "agent.cpu",
        Seconds,
        "Time of processors that this program used itself.",
        "/proc/self/stat, fields 14 and 15",
    ),
    Metric::gauge(
        "agent.threads",
        Count,
        "Threads of this program.",
        "/proc/self/stat, field 20",
    ),
    Metric::gauge(
        "agent.start_time",
        Seconds,
        "When this program started, since the kernel did.",
        "/proc/self/stat, field 22",
    ),
    Metric::gauge(
        "agent.virtual_memory",
        Bytes,
        "Addresses of this program.",
        "/proc/self/stat, field 23",
    ),
    Metric::gauge(
        "agent.memory",
        Bytes,
        "Memory that this program has.",
        "/proc/self/stat, field 24",
    ),
    Metric::counter(
        "agent.collect_time",
        Seconds,
        "Time of a processor that went into collecting, in the rounds before this one.",
        "clock_gettime(2), CLOCK_THREAD_CPUTIME_ID",
    ),
];

/// Reads what the program that collects costs itself.
///
/// Source: proc_pid_stat(5).
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(text: &str, page: &mut Page<'_>) {
    todo!(
        "tables: Fields 14 and 15 together, 20, 22, 23 and 24, counted behind the name. Times are ticks, resident memory is pages."
    )
}

#[cfg(test)]
mod tests {
    use rustix::param::page_size;

    use super::parse;
    use crate::page::tests::run;

    #[test]
    fn its_own_cost_is_read_behind_its_name() {
        let text = "18153 (a) b) R 18135 18135 9905 0 -1 4194304 121 0 0 0 250 50 0 0 20 0 3 0 204139 3133440 379 18446744073709551615\n";
        let memory = 379 * page_size();
        let expected = format!(
            "agent.cpu 3\nagent.threads 3\nagent.start_time 2041.39\nagent.virtual_memory 3133440\nagent.memory {memory}\n"
        );
        assert_eq!(run(|page| parse(text, page)), expected);
        assert_eq!(run(|page| parse("1 (a) R 0 0", page)), "");
        assert_eq!(
            run(|page| parse("1", page)),
            "1 faults, line 1: \"1\" names no program\n"
        );
    }
}
