//! Plug-ins are run, and what they say is reported; whatever they do, the host's own readings are.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;

use plugins::script;

use crate::harness::{Fleet, is_alive, until};

/// Writes a plug-in of pairs.
fn put(folder: &Path, name: &str, script: &str) {
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(format!("{name}.sh"));
    fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
    let manifest = format!(
        "command = [\"{name}.sh\"]\nform = \"pairs\"\nsha256 = \"{}\"\ninterval = \"300ms\"\n",
        script::hash(&path).unwrap()
    );
    fs::write(folder.join(format!("{name}.plugin.toml")), manifest).unwrap();
}

#[test]
fn what_plug_ins_say_is_reported_and_they_end_with_their_agent() {
    let mut fleet = Fleet::new();
    fleet.add("web01");
    let folder = fleet.files().join("agents/web01");
    let mut config = File::options()
        .append(true)
        .open(folder.join("agent.toml"))
        .unwrap();
    writeln!(config, "plugins = \"plugins\"").unwrap();
    let plugins = folder.join("plugins");
    put(&plugins, "queue", "echo waiting: 5\necho age_seconds: 1.5\n");
    put(&plugins, "fails", "exit 3\n");
    put(&plugins, "liar", "echo cpu.user: 99\necho agent.batches: 99\n");
    put(
        &plugins,
        "hangs",
        "trap '' TERM\nsetsid sh -c 'trap \"\" TERM; echo $$ > stray; sleep 50; :' &\necho $$ > pid\nwhile :; do sleep 0.01; done\n",
    );
    fs::write(plugins.join("wrong.plugin.toml"), "usre = 1\n").unwrap();
    fleet.start_agent("web01");
    fleet.until_all_up(1);

    until("it has been told", || {
        let said = fleet.values("web01", "plugin.queue.waiting");
        (said.len() >= 2 && said.iter().all(|value| *value == 5.0)).then_some(())
    });
    until("the failures are counted", || {
        let failed = |reason: &str| {
            let failures = fleet.values_of(
                "web01",
                "plugin.failures",
                &[("plugin", "fails"), ("reason", reason)],
            );
            failures.last().copied()
        };
        (failed("status")? >= 2.0 && failed("timeout")? == 0.0).then_some(())
    });
    assert_eq!(fleet.values("web01", "plugin.refused").last(), Some(&1.0));
    let up = |plugin: &str| {
        fleet
            .values_of("web01", "plugin.up", &[("plugin", plugin)])
            .last()
            .copied()
    };
    assert_eq!(
        (up("queue"), up("fails"), up("liar")),
        (Some(1.0), Some(0.0), Some(1.0))
    );
    assert!(fleet.values("web01", "plugin.liar.cpu_user").contains(&99.0));
    assert!(!fleet.values("web01", "cpu.user").contains(&99.0));
    // The batches go on without a gap, whatever else is in them.
    let batches = fleet.batches("web01");
    assert!(
        batches.windows(2).all(|two| two[1] == two[0] + 1.0),
        "{batches:?}"
    );

    // Told by SIGKILL, the agent itself can do nothing.
    let read = |file: &str| {
        fs::read_to_string(plugins.join(file))
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    let pids = until("the plug-in that hangs runs", || {
        let pids = [read("pid"), read("stray")];
        pids.iter()
            .all(|pid| !pid.is_empty() && is_alive(pid))
            .then_some(pids)
    });
    fleet.kill_agent("web01");
    until("no plug-in is left", || {
        pids.iter().all(|pid| !is_alive(pid)).then_some(())
    });
}
