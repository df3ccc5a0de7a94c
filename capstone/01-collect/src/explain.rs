use crate::{Metric, Reading, human, prometheus};

/// Says in a few lines what a metric is, where it is read, and which of some readings are of it.
///
/// ```
/// let metric = collect::metric("load.1m").expect("it is one of them");
/// let mut readings = Vec::new();
/// collect::Collectors::new("/".as_ref()).collect(&mut readings);
/// assert!(collect::explain(metric, &readings).contains("read from   /proc/loadavg, field 1\n"));
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn explain(metric: &Metric, readings: &[Reading]) -> String {
    todo!(
        "explain: Name, kind and unit; the sentence; an empty line; the source; the name in Prometheus; then the values, or that it is absent."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Labels, metrics};

    #[test]
    fn a_metric_is_told_with_its_file_and_its_values() {
        let metric = metrics()
            .find(|metric| metric.name == "disk.reads")
            .expect("it is one of them");
        let reading = |disk, value| Reading {
            metric,
            labels: Labels::one("device", disk),
            value,
        };
        let head = "disk.reads (counter, count)\nReads that were completed.\n\n\
                    read from   /proc/diskstats, field 4\nPrometheus  muster_disk_reads_total\n";
        assert_eq!(
            explain(metric, &[]),
            format!("{head}now         absent: this host does not have it\n")
        );
        assert_eq!(
            explain(metric, &[reading("sda", 7.0), reading("sdb", 8.0)]),
            format!("{head}now         7  {{device=\"sda\"}}\n            8  {{device=\"sdb\"}}\n")
        );
    }
}
