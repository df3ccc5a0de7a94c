//! Prometheus reads the hub.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::harness::{Fleet, Process, until};

#[test]
fn the_hub_says_how_it_is_and_its_hosts_can_be_queried() {
    let fleet = Fleet::with(&["web01", "web02"]);
    until("both have rates", || {
        let rates = fleet.get(
            "/api/v1/query?query=sum%20by%20(host)(rate(muster_cpu_system_seconds_total[1m]))%20%3E%200",
        );
        let hosts: Vec<_> = rates["data"]["result"]
            .as_array()?
            .iter()
            .map(|one| &one["metric"]["host"])
            .collect();
        (hosts == ["web01", "web02"]).then_some(())
    });
    until("the hub has counted", || {
        let metrics = fleet.page("/metrics");
        let value = |name: &str| -> f64 {
            let line = metrics
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            line.unwrap_or_else(|| panic!("{name} is not in\n{metrics}"))
                .parse()
                .unwrap()
        };
        assert_eq!(value("muster_hub_reports_rejected_total{reason=\"queue\"}"), 0.0);
        // How many there are is up to how busy this machine is.
        assert!(value("muster_hub_notifications_sent_total") >= 0.0);
        let reports = value("muster_hub_reports_committed_total");
        (value("muster_hub_agents_connected") == 2.0
            && value("muster_hub_hosts{state=\"up\"}") == 2.0
            && value("muster_hub_commit_waits_total") >= 4.0
            && value("muster_hub_commit_wait_seconds_total") > 0.0
            && value("muster_hub_database_size_bytes{file=\"database\"}") > 0.0
            && value("muster_hub_samples_total{result=\"stored\"}") > reports)
            .then_some(())
    });
}

#[test]
fn a_prometheus_scrapes_the_hub_and_what_its_hosts_have_reported() {
    let found = Command::new("prometheus")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !found.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no prometheus on the PATH");
        return;
    }
    let fleet = Fleet::with(&["web01"]);
    let folder = fleet.files().join("prometheus");
    fs::create_dir(&folder).unwrap();
    let token = fleet.files().join("hub/token");
    let job = |name: &str, more: &str| {
        format!(
            "  - job_name: {name}\n    scrape_interval: 1s\n    authorization:\n      credentials_file: {}\n    \
             static_configs:\n      - targets: [\"{}\"]\n{more}",
            token.display(),
            fleet.pages()
        )
    };
    let federate = "    metrics_path: /federate\n    honor_labels: true\n    params:\n      \"match[]\": ['{__name__=~\"muster_.+\"}']\n";
    let config = format!("scrape_configs:\n{}{}", job("hub", ""), job("fleet", federate));
    fs::write(folder.join("prometheus.yml"), config).unwrap();
    // Another test may take the port before the server has it: then another is tried.
    let mut server = None;
    let mut address = String::new();
    let sum = until("it has scraped both", || {
        let is_over = |server: &mut Process| server.0.try_wait().unwrap().is_some();
        if server.as_mut().is_none_or(is_over) {
            address = TcpListener::bind("127.0.0.1:0")
                .unwrap()
                .local_addr()
                .unwrap()
                .to_string();
            let child = Command::new("prometheus")
                .arg(format!(
                    "--config.file={}",
                    folder.join("prometheus.yml").display()
                ))
                .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
                .arg(format!("--web.listen-address={address}"))
                .stdout(Stdio::null())
                .stderr(File::create(folder.join("log")).unwrap())
                .spawn()
                .unwrap();
            server = Some(Process(child));
        }
        let of_hub = ask(&address, "muster_hub_hosts%7Bstate%3D%22up%22%7D")?;
        let of_host = ask(&address, "muster_memory_total_bytes%7Bhost%3D%22web01%22%7D")?;
        (of_hub["data"]["result"][0]["value"][1] == "1").then_some(())?;
        Some(of_host["data"]["result"][0]["value"][1].as_str()?.to_owned())
    });
    let ours = fleet.get("/api/v1/query?query=muster_memory_total_bytes");
    assert_eq!(ours["data"]["result"][0]["value"][1], *sum);
}

fn ask(address: &str, query: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(stream, "GET /api/v1/query?query={query} HTTP/1.0\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}
