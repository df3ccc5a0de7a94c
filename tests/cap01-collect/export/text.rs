//! What the text is.

use std::collections::BTreeMap;
use std::fs;

use support::{Case, Ended};

use crate::host::{collect, put, put_recorded};

fn export(case: &mut Case, args: &[&str]) -> Ended {
    let args: Vec<&str> = ["--prometheus"].iter().chain(args).copied().collect();
    let ended = collect(case, &args);
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
    ended
}

pub(super) fn a_small_host_is_exported(case: &mut Case) {
    put(
        case,
        &[
            ("proc/loadavg", "0.52 0.41 0.33 2/117 4711\n"),
            ("proc/meminfo", "MemTotal: 2048000 kB\nHugePages_Total: 3\n"),
            ("proc/diskstats", "8 0 sda 7 0 16\n8 16 sdb 9 1 32\n"),
            ("proc/pressure/io", "some avg10=3.90 total=18674908\n"),
        ],
    );
    let ended = export(case, &[]);
    case.snapshot(&ended);
}

/// Returns the text's lines without those of HELP.
fn without_help(ended: &Ended) -> String {
    let text = ended.stdout_text();
    let lines = text.lines().filter(|line| !line.starts_with("# HELP "));
    lines.map(|line| format!("{line}\n")).collect()
}

pub(super) fn names_have_their_unit_and_counters_total(case: &mut Case) {
    put(
        case,
        &[
            (
                "proc/meminfo",
                "MemTotal: 1 kB\nHugePages_Total: 3\nHugepagesize: 2 kB\n",
            ),
            (
                "proc/stat",
                "cpu0 100\nctxt 5\nbtime 7\nprocesses 6\nprocs_running 1\n",
            ),
            ("proc/vmstat", "pgpgin 1\npgfault 2\n"),
            ("proc/uptime", "9.5 1\n"),
            ("proc/pressure/cpu", "some avg10=1.00 total=2000000\n"),
            ("proc/net/dev", "x\ny\nlo: 1 2\n"),
            (
                "proc/5/stat",
                "5 (a) S 1 1 1 0 -1 4194560 150 0 0 0 25 5 0 0 20 0 4 0\n",
            ),
        ],
    );
    let ended = export(
        case,
        &[
            "--metric",
            "memory",
            "--metric",
            "core",
            "--metric",
            "cpu",
            "--metric",
            "kernel",
            "--metric",
            "host",
            "--metric",
            "processes.forks",
            "--metric",
            "processes.running",
            "--metric",
            "processes.t",
            "--metric",
            "vm",
            "--metric",
            "pressure",
            "--metric",
            "network",
        ],
    );
    let expected = "\
# TYPE muster_core_user_seconds_total counter
muster_core_user_seconds_total{cpu=\"0\"} 1
# TYPE muster_cpu_online gauge
muster_cpu_online 1
# TYPE muster_host_boot_time_seconds gauge
muster_host_boot_time_seconds 7
# TYPE muster_host_uptime_seconds gauge
muster_host_uptime_seconds 9.5
# TYPE muster_kernel_context_switches_total counter
muster_kernel_context_switches_total 5
# TYPE muster_memory_huge_page_size_bytes gauge
muster_memory_huge_page_size_bytes 2048
# TYPE muster_memory_huge_pages gauge
muster_memory_huge_pages 3
# TYPE muster_memory_total_bytes gauge
muster_memory_total_bytes 1024
# TYPE muster_network_received_bytes_total counter
muster_network_received_bytes_total{interface=\"lo\"} 1
# TYPE muster_network_received_packets_total counter
muster_network_received_packets_total{interface=\"lo\"} 2
# TYPE muster_pressure_cpu_waiting_seconds_total counter
muster_pressure_cpu_waiting_seconds_total 2
# TYPE muster_pressure_cpu_waiting_10s_ratio gauge
muster_pressure_cpu_waiting_10s_ratio 0.01
# TYPE muster_processes_forks_total counter
muster_processes_forks_total 6
# TYPE muster_processes_running gauge
muster_processes_running 1
# TYPE muster_processes_threads gauge
muster_processes_threads 4
# TYPE muster_processes gauge
muster_processes 1
# TYPE muster_vm_page_faults_total counter
muster_vm_page_faults_total 2
# TYPE muster_vm_paged_in_bytes_total counter
muster_vm_paged_in_bytes_total 1024
";
    case.expect_same(
        &ended,
        "all lines but those of HELP",
        expected,
        &without_help(&ended),
    );
}

pub(super) fn a_family_is_written_in_one_piece(case: &mut Case) {
    put(
        case,
        &[
            ("proc/stat", "cpu 1 2\ncpu1 10 20\ncpu0 30 40\n"),
            ("proc/diskstats", "8 0 b 1 2\n8 16 a 3 4\n"),
        ],
    );
    let ended = export(case, &["--metric", "core", "--metric", "disk"]);
    let expected = "\
# HELP muster_core_nice_seconds_total Time of one processor in programs of low priority, guests included. From /proc/stat, line cpuN, field 2.
# TYPE muster_core_nice_seconds_total counter
muster_core_nice_seconds_total{cpu=\"1\"} 0.2
muster_core_nice_seconds_total{cpu=\"0\"} 0.4
# HELP muster_core_user_seconds_total Time of one processor in programs, guests of virtual machines included. From /proc/stat, line cpuN, field 1.
# TYPE muster_core_user_seconds_total counter
muster_core_user_seconds_total{cpu=\"1\"} 0.1
muster_core_user_seconds_total{cpu=\"0\"} 0.3
# HELP muster_disk_reads_total Reads that were completed. From /proc/diskstats, field 4.
# TYPE muster_disk_reads_total counter
muster_disk_reads_total{device=\"b\"} 1
muster_disk_reads_total{device=\"a\"} 3
# HELP muster_disk_reads_merged_total Reads that were joined to another. From /proc/diskstats, field 5.
# TYPE muster_disk_reads_merged_total counter
muster_disk_reads_merged_total{device=\"b\"} 2
muster_disk_reads_merged_total{device=\"a\"} 4
";
    case.expect_stdout(&ended, expected);
}

pub(super) fn labels_are_escaped_and_values_are_whole(case: &mut Case) {
    put(
        case,
        &[
            ("proc/net/dev", "x\ny\na\"b\\c: 18446744073709551615 0\n"),
            ("proc/loadavg", "0.10 1000000000000000000000000.0 0.0000001\n"),
        ],
    );
    let ended = export(case, &[]);
    let expected = "\
# TYPE muster_load_15m gauge
muster_load_15m 0.0000001
# TYPE muster_load_1m gauge
muster_load_1m 0.1
# TYPE muster_load_5m gauge
muster_load_5m 1000000000000000000000000
# TYPE muster_network_received_bytes_total counter
muster_network_received_bytes_total{interface=\"a\\\"b\\\\c\"} 18446744073709552000
# TYPE muster_network_received_packets_total counter
muster_network_received_packets_total{interface=\"a\\\"b\\\\c\"} 0
";
    case.expect_same(
        &ended,
        "all lines but those of HELP",
        expected,
        &without_help(&ended),
    );
}

pub(super) fn every_reading_is_a_sample(case: &mut Case) {
    for recorded in ["linux-6.18", "linux-3.10", "linux-2.6.32", "container"] {
        let _ = fs::remove_dir_all(case.dir().join("host"));
        put_recorded(case, recorded, |name| name != "proc/self/mounts");
        let readings = collect(case, &[]);
        let ended = export(case, &[]);
        let text = ended.stdout_text();
        // What each sample's labels and value are, and how often they are there.
        let mut wanted: BTreeMap<String, i32> = BTreeMap::new();
        for line in readings.stdout_text().lines() {
            let (name, value) = line.split_once('\t').unwrap_or((line, ""));
            let labels = name.find('{').map_or("", |at| &name[at..]);
            let value = value.split('\t').next().unwrap_or_default();
            *wanted.entry(format!("{labels} {value}")).or_default() += 1;
        }
        let (mut names, mut last) = (Vec::new(), "");
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                last = rest.split(' ').next().unwrap_or_default();
                names.push(last);
            } else if !line.starts_with('#') {
                let rest = line.strip_prefix(last).unwrap_or("of another metric");
                *wanted.entry(rest.to_owned()).or_default() -= 1;
            }
        }
        let odd: Vec<String> = wanted
            .iter()
            .filter(|(_, count)| **count != 0)
            .map(|(sample, count)| format!("{count:+} {sample}"))
            .collect();
        case.expect(
            &ended,
            odd.is_empty(),
            &format!(
                "of {recorded}, each reading as one sample below its own TYPE (+: not there, -: too many)"
            ),
            odd.join("\n"),
        );
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        case.expect(
            &ended,
            unique.len() == names.len() && !names.is_empty(),
            "each name in one piece",
            format!("{} names in {} pieces", unique.len(), names.len()),
        );
    }
}

pub(super) fn a_host_without_readings_is_exported_as_nothing(case: &mut Case) {
    fs::create_dir_all(case.dir().join("host")).expect("a folder is made");
    let ended = export(case, &[]);
    case.expect_stdout(&ended, "");
    // What could not be read is said beside the text, not in it.
    put(case, &[("proc/loadavg", "1 x\n")]);
    let ended = collect(case, &["--prometheus"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "host/proc/loadavg, line 1: ");
    case.expect(
        &ended,
        ended.stdout_text().ends_with("\nmuster_load_1m 1\n"),
        "the reading that there is",
        ended.stdout_text(),
    );
}
