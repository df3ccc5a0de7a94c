//! How hub and agents run under a supervisor.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use daemon::control::notify::{Receiver, VARIABLE};

use crate::harness::{Fleet, Folder, Process, text, until};

#[test]
fn a_supervisor_is_told_when_hub_and_agent_do_their_work() {
    let mut fleet = Fleet::new();
    fleet.add("web01");
    fleet.kill_hub();
    let files = fleet.files();
    let any = ["--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0"];
    let hub: &[&str] = &any;
    let agent: &[&str] = &["--hub", "127.0.0.1:1"];
    for (program, config, options) in [
        (env!("CARGO_BIN_EXE_muster-hub"), files.join("hub/hub.toml"), hub),
        (
            env!("CARGO_BIN_EXE_muster-agent"),
            files.join("agents/web01/agent.toml"),
            agent,
        ),
    ] {
        let supervisor = Receiver::new().unwrap();
        let mut command = Command::new(program);
        command.arg("--config").arg(config).args(options);
        command
            .env(VARIABLE, supervisor.name())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let _process = Process(command.spawn().unwrap());
        let told = until("the supervisor is told something", || {
            supervisor.receive().unwrap()
        });
        assert!(told.ready, "{program}: {told:?}");
    }
}

/// The units name executables in /usr/local/bin, which need not be there to see whether systemd understands the rest.
#[test]
fn systemd_understands_the_units() {
    let there = |dir: &Path| dir.join("systemd-analyze").is_file();
    if !env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|dir| there(&dir)) {
        eprintln!("not run: systemd-analyze is not here");
        return;
    }
    let folder = Folder::new();
    let units = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    for (name, program) in [
        ("muster-hub.service", env!("CARGO_BIN_EXE_muster-hub")),
        ("muster-agent.service", env!("CARGO_BIN_EXE_muster-agent")),
    ] {
        let unit = fs::read_to_string(units.join(name)).unwrap();
        let installed = format!("/usr/local/bin/{}", name.trim_end_matches(".service"));
        assert!(unit.contains(&installed), "{name}");
        let copy = folder.0.join(name);
        fs::write(&copy, unit.replace(&installed, program)).unwrap();
        let verified = Command::new("systemd-analyze")
            .args(["verify", "--man=no"])
            .arg(&copy)
            .output()
            .unwrap();
        let said = text(&verified.stderr);
        let ours: Vec<&str> = said.lines().filter(|line| line.contains("muster")).collect();
        assert!(verified.status.success() && ours.is_empty(), "{name}: {said}");
    }
}

#[test]
fn a_backup_that_is_made_while_the_hub_works_is_restored_elsewhere() {
    let mut fleet = Fleet::with(&["web01"]);
    let copy = fleet.folder.0.join("copy.db");
    let backup = || {
        Command::new(env!("CARGO_BIN_EXE_muster-hub"))
            .arg("--config")
            .arg(fleet.files().join("hub/hub.toml"))
            .arg("--backup")
            .arg(&copy)
            .output()
            .unwrap()
    };
    until("batches are stored", || {
        (fleet.batches("web01").len() > 5).then_some(())
    });
    let before = fleet.batches("web01");
    let made = backup();
    assert!(made.status.success(), "{}", text(&made.stderr));
    // Nothing is written over.
    let again = backup();
    assert_eq!(again.status.code(), Some(1));
    assert!(
        text(&again.stderr).contains(&copy.display().to_string()),
        "{}",
        text(&again.stderr)
    );

    fleet.kill_agent("web01");
    fleet.kill_hub();
    // As if the machine were another: nothing is left but the copy.
    let database = fleet.files().join("hub/muster.db");
    for suffix in ["", "-wal", "-shm"] {
        let mut name = database.clone().into_os_string();
        name.push(suffix);
        fs::remove_file(name).ok();
    }
    fs::rename(&copy, &database).unwrap();
    fleet.start_hub();
    let restored = fleet.batches("web01");
    assert!(restored.starts_with(&before), "{before:?} {restored:?}");
    fleet.start_agent("web01");
    fleet.until_all_up(1);
}
