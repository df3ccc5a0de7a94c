//! Compares each value with node_exporter's, on sample hosts: both read the same files, so both must say the same.
//!
//! Runs when `prometheus-node-exporter` is installed, and says so when it is not.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use collect::{Collectors, Labels, Reading};

/// A node_exporter on a port of its own, over a copy of a sample host; both go when it is dropped.
struct Peer {
    child: Child,
    root: PathBuf,
    address: String,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Peer {
    /// Starts it; `None` if it is not installed.
    fn start(host: &str) -> Option<Peer> {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/roots")
            .join(host);
        let root = std::env::temp_dir().join(format!("collect-peer-{}-{host}", std::process::id()));
        copy(&sample, &root).expect("the sample is copied");
        // It wants to know how many processes there could be before it counts those that there are.
        fs::create_dir_all(root.join("sys")).expect("a folder is made");
        let limits = root.join("proc/sys/kernel");
        fs::create_dir_all(&limits).expect("a folder is made");
        fs::write(limits.join("pid_max"), "32768\n").expect("a file is written");
        fs::write(limits.join("threads-max"), "32768\n").expect("a file is written");
        let collectors = [
            "diskstats",
            "loadavg",
            "meminfo",
            "netdev",
            "pressure",
            "processes",
            "sockstat",
        ];
        let child = Command::new("prometheus-node-exporter")
            .args([
                "--web.listen-address=127.0.0.1:0",
                "--collector.disable-defaults",
                "--no-collector.netdev.netlink",
            ])
            .args([
                "--collector.cpu",
                "--collector.stat",
                "--collector.vmstat",
                "--collector.netdev.device-exclude=^$",
            ])
            .args(["--collector.diskstats.device-exclude=^(z?ram|loop|fd|(h|s|v)d[a-z]|nvme\\d+n\\d+p)\\d+$"])
            .args(collectors.map(|name| format!("--collector.{name}")))
            .arg(format!("--path.procfs={}", root.join("proc").display()))
            .arg(format!("--path.sysfs={}", root.join("sys").display()))
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match child {
            Ok(child) => child,
            Err(error) => {
                let _ = fs::remove_dir_all(&root);
                assert_eq!(error.kind(), io::ErrorKind::NotFound, "{error}");
                return None;
            }
        };
        let log = BufReader::new(child.stderr.take().expect("its log is a pipe"));
        let address = String::new();
        let mut peer = Peer { child, root, address };
        let mut lines = log.lines().map_while(Result::ok);
        let line = lines
            .find(|line| line.contains("\"Listening on\""))
            .expect("it says where it listens");
        peer.address = line
            .rsplit_once("address=")
            .expect("it says the address")
            .1
            .trim()
            .to_owned();
        // Whoever does not read its log would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Some(peer)
    }

    /// Asks for its metrics: the value of each name with labels.
    fn metrics(&self) -> BTreeMap<String, f64> {
        let mut stream = TcpStream::connect(&self.address).expect("it is connected to");
        stream
            .write_all(b"GET /metrics HTTP/1.0\r\n\r\n")
            .expect("it is asked");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers");
        let lines = text
            .lines()
            .filter(|line| line.starts_with("node_"))
            .filter_map(|line| line.rsplit_once(' '));
        lines
            .map(|(name, value)| (name.to_owned(), value.parse().expect("a value is a number")))
            .collect()
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &to)?,
            false => fs::copy(entry.path(), to).map(drop)?,
        }
    }
    Ok(())
}

/// Returns what the peer calls a reading, and how many of our unit one of its is.
fn name(reading: &Reading) -> Option<(String, f64)> {
    let metric = reading.metric;
    let field = metric.source.rsplit_once(", ")?.1;
    let (group, noun) = metric.name.split_once('.')?;
    let label = |key: &str| reading.labels.get(key).unwrap_or_default();
    let found = match group {
        "core" if noun == "guest" => labelled(
            "cpu_guest_seconds_total",
            &[("cpu", label("cpu")), ("mode", "user")],
        ),
        "core" if noun == "guest_nice" => labelled(
            "cpu_guest_seconds_total",
            &[("cpu", label("cpu")), ("mode", "nice")],
        ),
        "core" => labelled("cpu_seconds_total", &[("cpu", label("cpu")), ("mode", noun)]),
        "load" => format!("load{}", noun.trim_end_matches('m')),
        "memory" => {
            let field = field.replace('(', "_").replace(')', "");
            format!(
                "memory_{field}{}",
                if metric.unit == collect::Unit::Bytes {
                    "_bytes"
                } else {
                    ""
                }
            )
        }
        // It gives what the kernel counts, and we give bytes.
        "vm" if noun.starts_with("paged") => return Some((format!("node_vmstat_{field}"), 1024.0)),
        "vm" if noun.starts_with("swapped") => return Some((format!("node_vmstat_{field}"), 4096.0)),
        "vm" => format!("vmstat_{field}"),
        "sockets" if noun == "tcp" => return None,
        "sockets" => format!(
            "sockstat_{}{}",
            field.replace(' ', "_"),
            if field.ends_with("mem") { "_bytes" } else { "" }
        ),
        "pressure" if noun.ends_with("_10s") || noun.starts_with("irq") => return None,
        "pressure" => format!("pressure_{noun}_seconds_total"),
        "network" => labelled(
            &format!("network_{}_total", field.replace(' ', "_")),
            &[("device", label("interface"))],
        ),
        "disk" => labelled(disk(noun)?, &[("device", label("device"))]),
        "processes" => match noun {
            "forks" => "forks_total".into(),
            "running" => "procs_running".into(),
            "blocked" => "procs_blocked".into(),
            "total" => "processes_pids".into(),
            "threads" => "processes_threads".into(),
            // It does not tell states that no process is in, and its letters are ours.
            _ if reading.value == 0.0 => return None,
            _ => labelled("processes_state", &[("state", state(label("state"))?)]),
        },
        "kernel" if noun == "interrupts" => "intr_total".into(),
        "kernel" => "context_switches_total".into(),
        "host" if noun == "boot_time" => "boot_time_seconds".into(),
        _ => return None,
    };
    let factor = if noun == "discarded_bytes" { 512.0 } else { 1.0 };
    Some((format!("node_{found}"), factor))
}

fn labelled(name: &str, labels: &[(&str, &str)]) -> String {
    format!("{name}{}", labels.iter().copied().collect::<Labels>())
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

#[test]
fn node_exporter_says_the_same() {
    for (host, at_least) in [
        ("linux-6.18", 200),
        ("linux-3.10", 100),
        ("linux-2.6.32", 150),
        ("container", 50),
    ] {
        let Some(peer) = Peer::start(host) else {
            println!("not run: install prometheus-node-exporter");
            return;
        };
        let theirs = peer.metrics();
        let mut readings = Vec::new();
        Collectors::new(&peer.root).collect(&mut readings);
        let (mut same, mut other) = (0, Vec::new());
        for reading in &readings {
            let Some((name, factor)) = name(reading) else {
                continue;
            };
            match theirs.get(&name).map(|value| value * factor) {
                Some(value) if (value - reading.value).abs() <= value.abs() * 1e-12 => same += 1,
                Some(value) => other.push(format!("{name} is {value}, ours {}", reading.value)),
                None => other.push(format!("{name} is absent, ours {}", reading.value)),
            }
        }
        assert!(other.is_empty(), "{host}: {other:#?}");
        assert!(same >= at_least, "{host}: only {same} are the same");
        println!("{host}: {same} values are the same");
    }
}
