//! Compares each value with node_exporter's, on recorded hosts: both read the same files, so both must say the same.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;

use support::{Case, Running};

use super::names::name;
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
