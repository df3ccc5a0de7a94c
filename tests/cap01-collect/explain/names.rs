//! What node_exporter calls our readings.

use rustix::param::page_size;
use serde_json::Value;

/// Returns what the peer calls a reading, and how many of our unit one of its is.
pub(crate) fn name(reading: &Value) -> Option<(String, f64)> {
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
        "filesystem" => format!(
            "filesystem_{}{{device=\"{}\",fstype=\"{}\",mountpoint=\"{}\"}}",
            filesystem(noun)?,
            label("device"),
            label("type"),
            label("mount")
        ),
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

fn filesystem(noun: &str) -> Option<&'static str> {
    Some(match noun {
        "size" => "size_bytes",
        "free" => "free_bytes",
        "available" => "avail_bytes",
        "inodes" => "files",
        "inodes_free" => "files_free",
        "read_only" => "readonly",
        "unreadable" => "device_error",
        _ => return None,
    })
}
