//! Compares each value with node_exporter's, on recorded hosts: both read the same files, so both must say the same.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use rustix::param::page_size;
use serde_json::Value;
use support::{Case, Running};

use super::objects::objects;
use crate::host::{collect, put, put_recorded};

pub(super) fn node_exporter_says_the_same(case: &mut Case) {
    for (recorded, at_least) in [
        ("linux-6.18", 200),
        ("linux-3.10", 100),
        ("linux-2.6.32", 150),
        ("container", 50),
    ] {
        let _ = fs::remove_dir_all(case.dir().join("host"));
        put_recorded(case, recorded, |name| name != "proc/self/mounts");
        let theirs = ask_peer(case);
        let ended = collect(case, &["--json"]);
        case.expect_status(&ended, 0);
        let mut compared = 0;
        for reading in objects(case, &ended) {
            let Some((name, factor)) = name(&reading) else {
                continue;
            };
            // It does not tell states that no process is in.
            let is_idle = reading["name"] == "processes.in_state" && reading["value"] == 0;
            let Some(value) = theirs.get(&name).or(is_idle.then_some(&0.0)) else {
                case.expect(
                    &ended,
                    false,
                    &format!("nothing that node_exporter lacks of {recorded}: {name}"),
                    &reading,
                );
                continue;
            };
            compared += 1;
            let (theirs, ours) = (value * factor, reading["value"].as_f64().unwrap_or(f64::NAN));
            case.expect(
                &ended,
                (theirs - ours).abs() <= ours.abs() * 1e-9,
                &format!("{theirs}, since node_exporter says {value} for {name} of {recorded}"),
                &reading,
            );
        }
        assert!(
            compared >= at_least,
            "{recorded}: only {compared} values were compared"
        );
    }
}

/// Starts it over the host's folder, and asks for its metrics: the value of each name with labels.
fn ask_peer(case: &mut Case) -> BTreeMap<String, f64> {
    // It wants to know how many processes there could be before it counts those that there are.
    put(
        case,
        &[
            ("proc/sys/kernel/pid_max", "32768\n"),
            ("proc/sys/kernel/threads-max", "32768\n"),
            ("sys/x", ""),
        ],
    );
    let collectors = [
        "cpu",
        "stat",
        "vmstat",
        "diskstats",
        "loadavg",
        "meminfo",
        "netdev",
        "pressure",
        "processes",
        "sockstat",
    ];
    let mut peer = case
        .peer("prometheus-node-exporter", "prometheus-node-exporter")
        .args([
            "--web.listen-address=127.0.0.1:0",
            "--collector.disable-defaults",
            "--no-collector.netdev.netlink",
            "--collector.netdev.device-exclude=^$",
            "--collector.diskstats.device-exclude=^(z?ram|loop|fd|(h|s|v)d[a-z]|nvme\\d+n\\d+p)\\d+$",
            "--path.procfs=host/proc",
            "--path.sysfs=host/sys",
        ])
        .args(collectors.map(|name| format!("--collector.{name}")))
        .env("GOMEMLIMIT", "15MiB")
        .spawn();
    let address = address_of(&mut peer);
    let mut stream = TcpStream::connect(address).expect("it is connected to");
    stream
        .write_all(b"GET /metrics HTTP/1.0\r\n\r\n")
        .expect("it is asked");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("it answers");
    peer.kill();
    text.lines()
        .filter(|line| line.starts_with("node_"))
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
        .collect()
}

fn address_of(peer: &mut Running) -> String {
    let find = |log: &[u8]| {
        let log = String::from_utf8_lossy(log).into_owned();
        let (lines, _) = log.rsplit_once('\n')?;
        let line = lines.lines().find(|line| line.contains("\"Listening on\""))?;
        Some(line.rsplit_once("address=")?.1.trim().to_owned())
    };
    let log = peer.wait_for_stderr("says where it listens", |log| find(log).is_some());
    find(&log).expect("it has just been there")
}

/// Returns what the peer calls a reading, and how many of our unit one of its is.
fn name(reading: &Value) -> Option<(String, f64)> {
    let text = |key: &str| reading[key].as_str().unwrap_or_default();
    let field = text("source").rsplit_once(", ")?.1;
    let (group, noun) = text("name").split_once('.')?;
    let label = |key: &str| reading["labels"][key].as_str().unwrap_or_default();
    let of = |name: &str, key: &str| format!("{name}{{{key}=\"{}\"}}", label(key));
    let bytes = if text("unit") == "bytes" { "_bytes" } else { "" };
    let found = match group {
        "core" if noun == "guest" => format!(
            "cpu_guest_seconds_total{{cpu=\"{}\",mode=\"user\"}}",
            label("cpu")
        ),
        "core" if noun == "guest_nice" => {
            format!(
                "cpu_guest_seconds_total{{cpu=\"{}\",mode=\"nice\"}}",
                label("cpu")
            )
        }
        "core" => format!("cpu_seconds_total{{cpu=\"{}\",mode=\"{noun}\"}}", label("cpu")),
        "load" => format!("load{}", noun.trim_end_matches('m')),
        "memory" => format!("memory_{}{bytes}", field.replace('(', "_").replace(')', "")),
        // It gives what the kernel counts, and we give bytes.
        "vm" if noun.starts_with("paged") => return Some((format!("node_vmstat_{field}"), 1024.0)),
        "vm" if noun.starts_with("swapped") => {
            return Some((format!("node_vmstat_{field}"), page_size() as f64));
        }
        "vm" => format!("vmstat_{field}"),
        "sockets" if noun == "tcp" => return None,
        "sockets" if field.ends_with(" mem") => format!("sockstat_{}_bytes", field.replace(' ', "_")),
        "sockets" => format!("sockstat_{}", field.replace(' ', "_")),
        "pressure" if noun.ends_with("_10s") || noun.starts_with("irq") => return None,
        "pressure" => format!("pressure_{noun}_seconds_total"),
        "network" => {
            let column = format!("network_{}_total", field.replace(' ', "_"));
            format!("{column}{{device=\"{}\"}}", label("interface"))
        }
        "disk" => of(disk(noun)?, "device"),
        "processes" => match noun {
            "forks" => "forks_total".into(),
            "running" => "procs_running".into(),
            "blocked" => "procs_blocked".into(),
            "total" => "processes_pids".into(),
            "threads" => "processes_threads".into(),
            _ => format!("processes_state{{state=\"{}\"}}", state(label("state"))?),
        },
        "kernel" if noun == "interrupts" => "intr_total".into(),
        "kernel" => "context_switches_total".into(),
        "host" if noun == "boot_time" => "boot_time_seconds".into(),
        _ => return None,
    };
    let factor = if noun == "discarded_bytes" { 512.0 } else { 1.0 };
    Some((format!("node_{found}"), factor))
}

fn disk(noun: &str) -> Option<&'static str> {
    Some(match noun {
        "reads" => "disk_reads_completed_total",
        "reads_merged" => "disk_reads_merged_total",
        "read_bytes" => "disk_read_bytes_total",
        "read_time" => "disk_read_time_seconds_total",
        "writes" => "disk_writes_completed_total",
        "writes_merged" => "disk_writes_merged_total",
        "written_bytes" => "disk_written_bytes_total",
        "write_time" => "disk_write_time_seconds_total",
        "in_flight" => "disk_io_now",
        "busy_time" => "disk_io_time_seconds_total",
        "weighted_time" => "disk_io_time_weighted_seconds_total",
        "discards" => "disk_discards_completed_total",
        "discards_merged" => "disk_discards_merged_total",
        "discarded_bytes" => "disk_discarded_sectors_total",
        "discard_time" => "disk_discard_time_seconds_total",
        "flushes" => "disk_flush_requests_total",
        "flush_time" => "disk_flush_requests_time_seconds_total",
        _ => return None,
    })
}

fn state(name: &str) -> Option<&'static str> {
    let states = [
        ("running", "R"),
        ("sleeping", "S"),
        ("blocked", "D"),
        ("idle", "I"),
        ("stopped", "T"),
        ("zombie", "Z"),
    ];
    states
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(_, letter)| letter)
}
