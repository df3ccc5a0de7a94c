//! Servers on a host that its agent asks, and what it says of a metric.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use crate::harness::{Fleet, text, until};

const PAGE: &str = "Active connections: 2 \nserver accepts handled requests\n 11 12 13 \nReading: 0 Writing: 1 Waiting: 1 \n";

/// Starts what answers as nginx does, until the test is over.
fn nginx() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let length = PAGE.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{PAGE}"
            );
        }
    });
    address
}

/// Adds lines to the configuration of a host.
fn configure(fleet: &Fleet, host: &str, lines: &str) {
    let file = fleet.files().join("agents").join(host).join("agent.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, format!("{text}{lines}")).unwrap();
}

fn explain(args: &[&str], config: Option<&Path>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_muster-agent"));
    command.arg("explain").args(args);
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    command.output().unwrap()
}

#[test]
fn what_the_servers_of_a_host_say_is_stored() {
    let mut fleet = Fleet::new();
    fleet.add("web1");
    let address = nginx();
    configure(
        &fleet,
        "web1",
        &format!("nginx = \"http://{address}/status\"\nmysql = \"my.cnf\"\n"),
    );
    let folder = fleet.files().join("agents/web1");
    // Nobody listens there, which is told as well.
    fs::write(
        folder.join("my.cnf"),
        "[client]\nuser = a\nsocket = /nowhere/socket\n",
    )
    .unwrap();
    fleet.start_agent("web1");
    until("nginx and mysql are in the store", || {
        let first = |metric| fleet.values("web1", metric).first().copied();
        (first("nginx.requests") == Some(13.0)
            && first("nginx.up") == Some(1.0)
            && first("mysql.up") == Some(0.0))
        .then_some(())
    });
    assert!(fleet.values("web1", "mysql.queries").is_empty());

    let said = explain(&["nginx.requests"], Some(&folder.join("agent.toml")));
    let said = text(&said.stdout);
    assert!(said.ends_with("\nnow         13\n"), "{said}");
}

#[test]
fn an_agent_does_not_start_with_servers_that_cannot_be_asked() {
    let fleet = Fleet::new();
    for (host, lines, part) in [
        (
            "a",
            "nginx = \"http://example.org/\"\n",
            "its host must be an address",
        ),
        ("b", "mysql = \"gone.cnf\"\n", "gone.cnf"),
    ] {
        fleet.add(host);
        configure(&fleet, host, lines);
        let file = fleet.files().join("agents").join(host).join("agent.toml");
        let agent = Command::new(env!("CARGO_BIN_EXE_muster-agent"))
            .arg("--config")
            .arg(file)
            .output()
            .unwrap();
        let said = text(&agent.stderr);
        assert!(!agent.status.success() && said.contains(part), "{said}");
    }
}

#[test]
fn what_an_agent_counts_of_itself_is_not_called_absent() {
    for (name, part) in [
        (
            "agent.batches",
            "Prometheus  muster_agent_batches_total\nnow         counted by the agent that runs",
        ),
        (
            "agent.waiting_batches",
            "now         counted by the agent that runs",
        ),
        ("muster_host_uptime_seconds", "host.uptime (gauge, seconds)"),
        ("nginx.requests", "now         absent: this host does not have it"),
    ] {
        let output = explain(&[name], None);
        let said = text(&output.stdout);
        assert!(output.status.success() && said.contains(part), "{name}: {said}");
    }
    let output = explain(&["agent.nonsense"], None);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no metric agent.nonsense"));
}
