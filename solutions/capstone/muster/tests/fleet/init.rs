//! `muster init`, `muster add-host` and `muster add-hub`.

use std::process::{Command, Output};

use crate::harness::{Folder, text};

fn muster(folder: &Folder, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_muster"))
        .args(args)
        .current_dir(&folder.0)
        .output()
        .unwrap()
}

#[test]
fn a_fleet_is_made_once_and_hosts_are_added_to_it() {
    let folder = Folder::new();
    let made = muster(
        &folder,
        &[
            "init",
            "fleet",
            "--listen",
            "0.0.0.0:7400",
            "--hub",
            "hub.example.org:7400",
        ],
    );
    assert!(made.status.success(), "{}", text(&made.stderr));
    let made = muster(&folder, &["--dir", "fleet", "add-host", "web[01-02],db1"]);
    assert_eq!(
        text(&made.stdout),
        "made fleet/agents/web01\nmade fleet/agents/web02\nmade fleet/agents/db1\n"
    );
    let agent = std::fs::read_to_string(folder.0.join("fleet/agents/db1/agent.toml")).unwrap();
    assert!(agent.contains("\nhub = \"hub.example.org:7400\"\n"), "{agent}");
    let made = muster(
        &folder,
        &["--dir", "fleet", "add-hub", "berlin", "--listen", "0.0.0.0:7410"],
    );
    assert_eq!(
        text(&made.stdout),
        "made fleet/hubs/berlin\n",
        "{}",
        text(&made.stderr)
    );
    let hub = muster::config::Hub::read(&folder.0.join("fleet/hubs/berlin/hub.toml")).unwrap();
    let upstream = hub.upstream.unwrap();
    assert_eq!(
        (upstream.hub.as_str(), upstream.most, hub.listen.port()),
        ("hub.example.org:7400", 1024 << 20, 7410)
    );
    let hub = muster::config::Hub::read(&folder.0.join("fleet/hub/hub.toml")).unwrap();
    assert_eq!(hub.upstream, None);
    let made = muster(
        &folder,
        &[
            "--dir",
            "fleet",
            "add-host",
            "b1",
            "--hub",
            "berlin.example.org:7410",
        ],
    );
    assert!(made.status.success(), "{}", text(&made.stderr));
    let agent = std::fs::read_to_string(folder.0.join("fleet/agents/b1/agent.toml")).unwrap();
    assert!(agent.contains("\nhub = \"berlin.example.org:7410\"\n"), "{agent}");
    for (args, status, part) in [
        (
            &["--dir", "fleet", "add-hub", "berlin"][..],
            1,
            "cannot write fleet/hubs/berlin: File exists",
        ),
        (&["--dir", "fleet", "add-hub"], 2, "NAME is missing"),
        (
            &["init", "fleet"][..],
            1,
            "cannot write fleet/ca.key: File exists",
        ),
        (
            &["--dir", "fleet", "add-host", "web01"],
            1,
            "cannot write fleet/agents/web01: File exists",
        ),
        (
            &["--dir", "nowhere", "add-host", "web01"],
            1,
            "cannot read nowhere/muster.toml",
        ),
        (&["--dir", "fleet", "add-host", "../x"], 2, "no name of a host"),
        (&["--dir", "fleet", "add-host"], 2, "NAMES is missing"),
        (&["init"], 2, "DIR is missing"),
        (
            &["init", "other", "--listen", "0.0.0.0:7400"],
            2,
            "no address to connect to",
        ),
        (&["init", "other", "--interval", "0s"], 2, "longer than nothing"),
    ] {
        let output = muster(&folder, args);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {said}");
        assert!(said.contains(part), "{args:?}: {said}");
    }
    assert!(!folder.0.join("other").exists());
}

#[test]
fn programs_say_what_they_are() {
    for (program, path) in [
        ("muster", env!("CARGO_BIN_EXE_muster")),
        ("muster-hub", env!("CARGO_BIN_EXE_muster-hub")),
        ("muster-agent", env!("CARGO_BIN_EXE_muster-agent")),
    ] {
        let output = |arg| Command::new(path).arg(arg).output().unwrap();
        let version = format!("{program} {}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(text(&output("--version").stdout), version);
        assert!(text(&output("--help").stdout).starts_with(&format!("usage: {program} ")));
        assert_eq!(output("--colour").status.code(), Some(2));
    }
}
