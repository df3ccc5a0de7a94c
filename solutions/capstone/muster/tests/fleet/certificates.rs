//! Who may do what.

use std::path::Path;

use muster::config;
use muster::init;
use muster::wire::{self, Ask, Command, Targets, batch};
use rpc::client::{Multiplex, Options};
use rpc::tls::Files;
use rpc::{Code, Error};
use tokio::runtime;

use crate::harness::{Fleet, Folder};

/// Calls a method as somebody.
pub(crate) fn call(hub: &str, files: Files, method: &str, body: &[u8]) -> Result<Vec<u8>, Error> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = Options {
            tls: Some(files),
            ..Options::default()
        };
        Multiplex::connect(hub, &options).await?.call(method, body).await
    })
}

pub(crate) fn agent(folder: &Path) -> Files {
    config::Agent::read(&folder.join("agents/web01/agent.toml"))
        .unwrap()
        .tls
}

fn operator(folder: &Path) -> Files {
    config::Operator::read(&folder.join("muster.toml")).unwrap().tls
}

#[test]
fn an_agent_cannot_run_and_an_operator_cannot_report() {
    let fleet = Fleet::new();
    fleet.add("web01");
    let ask = wire::write(&Ask {
        targets: Targets::All,
        command: Command {
            argv: vec!["true".to_owned()],
            timeout_ms: 1000,
            limit: 1000,
        },
    });
    let files = fleet.files();
    for (who, method, body) in [
        (agent(&files), wire::RUN, &ask[..]),
        (agent(&files), wire::HOSTS, b""),
        (
            operator(&files),
            wire::HELLO,
            b"{\"instance\":1,\"version\":\"\"}",
        ),
        (operator(&files), wire::REPORT, b""),
        (operator(&files), wire::ORDERS, b""),
        (operator(&files), wire::OUTPUT, b""),
        (operator(&files), wire::DONE, b"{}"),
        (operator(&files), transfer::wire::PUT, b""),
        (agent(&files), transfer::wire::PUT, b""),
    ] {
        let error = call(&fleet.address, who, method, body).unwrap_err();
        assert_eq!(error.code(), Some(Code::REFUSED), "{method}: {error}");
    }
}

#[test]
fn nobody_of_another_fleet_is_heard_and_an_agent_trusts_only_its_own_hub() {
    let mut fleet = Fleet::new();
    fleet.add("web01");
    let other = Folder::new();
    let any = "127.0.0.1:0".parse().unwrap();
    let settings = init::Settings {
        listen: any,
        dashboard: any,
        hub: fleet.address.clone(),
        interval: std::time::Duration::from_secs(1),
    };
    let strange = other.0.join("fleet");
    init::init(&strange, &settings).unwrap();
    init::add_host(&strange, "web01", &fleet.address).unwrap();
    // It does not believe the hub, for that is of another authority.
    let error = call(&fleet.address, agent(&strange), wire::HELLO, b"{}").unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    // If it did, the hub would not believe it.
    let own = agent(&fleet.files());
    let mixed = Files {
        ca: own.ca.clone(),
        ..agent(&strange)
    };
    assert!(call(&fleet.address, mixed, wire::HELLO, b"{}").is_err());
    // With an agent's certificate nobody can pose as the hub.
    for name in ["hub.pem", "hub.key"] {
        let from = if name == "hub.pem" { &own.cert } else { &own.key };
        std::fs::copy(from, fleet.files().join("hub").join(name)).unwrap();
    }
    fleet.kill_hub();
    fleet.start_hub();
    let error = call(&fleet.address, own, wire::HELLO, b"{}").unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[test]
fn what_is_no_batch_is_refused_with_a_sentence_and_the_hub_goes_on() {
    let mut fleet = Fleet::new();
    fleet.add("web01");
    let files = agent(&fleet.files());
    let stamp = batch::Stamp {
        instance: 1,
        sequence: 1,
        time_ms: 4_000_000_000_000,
    };
    for (method, body, part) in [
        (wire::HELLO, &b"{"[..], "EOF"),
        (wire::REPORT, b"", "byte 0: the version is cut off"),
        (wire::REPORT, &[9; 100], "version 9"),
        (wire::REPORT, &batch::encode(stamp, []), "ahead of the hub's"),
        (wire::OUTPUT, &[0; 12], "the stream is cut off"),
        (wire::DONE, b"{}", "missing field `job`"),
    ] {
        let error = call(&fleet.address, files.clone(), method, body).unwrap_err();
        assert_eq!(error.code(), Some(Code::BAD_PARAMS), "{method}: {error}");
        assert!(error.to_string().contains(part), "{method}: {error}");
    }
    let gone = b"{\"job\":1,\"status\":0,\"ms\":1}";
    let error = call(&fleet.address, files, wire::DONE, gone).unwrap_err();
    assert_eq!(error.code(), Some(wire::NO_SUCH_JOB), "{error}");
    fleet.start_agent("web01");
    fleet.until_all_up(1);
}

#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let fleet = Fleet::new();
    fleet.add("web01");
    let mut folders = vec![fleet.files()];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (path, metadata) = (entry.path(), entry.metadata().unwrap());
            let name = entry.file_name().into_string().unwrap();
            if metadata.is_dir() {
                assert_eq!(metadata.permissions().mode() & 0o777, 0o700, "{}", path.display());
                folders.push(path);
            } else if !name.starts_with("muster.db") {
                assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{}", path.display());
                count += 1;
            }
        }
    }
    assert_eq!(count, 17);
    // What is there stays.
    assert!(init::add_host(&fleet.files(), "web01", "x:1").is_err());
    assert!(init::add_host(&fleet.files(), "../web01", "x:1").is_err());
}

#[test]
fn a_wrong_configuration_is_named_with_its_line() {
    let fleet = Fleet::new();
    fleet.add("web01");
    let path = fleet.files().join("agents/web01/agent.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}colour = \"red\"\n")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_muster-agent"))
        .arg("--config")
        .arg(&path)
        .output()
        .unwrap();
    let said = crate::harness::text(&output.stderr);
    let line = text.lines().count() + 1;
    assert!(
        said.contains(&format!("agent.toml:{line}: unknown field `colour`")),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_hub_whose_files_are_wrong_does_not_say_that_it_listens() {
    let mut fleet = Fleet::new();
    fleet.kill_hub();
    for (file, text, part) in [
        ("hub.key", "x", "hub.key: there is no private key in it"),
        ("token", "short\n", "token: a token is one word"),
        ("hub.toml", "listen = 1\n", "hub.toml:1: "),
    ] {
        let path = fleet.files().join("hub").join(file);
        let right = std::fs::read(&path).unwrap();
        std::fs::write(&path, text).unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_muster-hub"))
            .arg("--config")
            .arg(fleet.files().join("hub/hub.toml"))
            .output()
            .unwrap();
        let said = crate::harness::text(&output.stderr);
        assert!(said.contains(part), "{file}: {said}");
        assert!(!output.status.success() && output.stdout.is_empty(), "{file}");
        std::fs::write(&path, right).unwrap();
    }
    fleet.start_hub();
}
