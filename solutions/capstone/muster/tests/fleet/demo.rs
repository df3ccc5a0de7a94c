//! `muster demo`.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::Signal;

use crate::harness::{Process, is_alive, text, until};

/// What a demo says of itself.
struct Said {
    dashboard: String,
    agents: Vec<String>,
    folder: String,
}

fn start(args: &[&str]) -> (Process, Said) {
    let mut demo: Child = Command::new(env!("CARGO_BIN_EXE_muster"))
        .arg("demo")
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines: Vec<String> = BufReader::new(demo.stdout.take().unwrap())
        .lines()
        .take(5)
        .map(Result::unwrap)
        .collect();
    let process = Process(demo);
    let word = |line: usize, begin: &str| lines[line].strip_prefix(begin).expect(begin).to_owned();
    let agents = word(1, "agents: ");
    let agents = agents.split("process ").skip(1);
    let said = Said {
        dashboard: word(0, "dashboard: "),
        agents: agents
            .map(|rest| rest.split_once(')').unwrap().0.to_owned())
            .collect(),
        folder: word(2, concat!("try: ", env!("CARGO_BIN_EXE_muster"), " --dir "))
            .split_once(' ')
            .unwrap()
            .0
            .to_owned(),
    };
    (process, said)
}

#[test]
fn a_demo_says_where_it_is_and_leaves_nothing() {
    let (mut demo, said) = start(&[]);
    assert!(said.dashboard.starts_with("http://127.0.0.1:") && said.dashboard.contains("/login#"));
    assert_eq!(said.agents.len(), 3);
    assert!(said.agents.iter().all(|pid| is_alive(pid)));
    let run = || {
        let output = Command::new(env!("CARGO_BIN_EXE_muster"))
            .args(["--dir", &said.folder, "run", "--all", "--", "echo", "hello"])
            .output()
            .unwrap();
        (output.status.code() == Some(0)).then(|| text(&output.stdout))
    };
    let out = until("all three run a command", || {
        run().filter(|out| out.contains("3 hosts"))
    });
    assert_eq!(out, "-- db01,web[01-02] (3 hosts): done\nhello\n");
    demo.signal(Signal::SIGINT);
    let status = until("it ends", || demo.0.try_wait().unwrap());
    assert!(status.success(), "{status}");
    assert!(!said.agents.iter().any(|pid| is_alive(pid)));
    assert!(!Path::new(&said.folder).exists());
}

#[test]
fn a_demo_ends_by_itself_and_its_processes_end_with_it_even_when_it_is_killed() {
    let (mut demo, said) = start(&["--for", "0.5"]);
    let status = until("it ends", || demo.0.try_wait().unwrap());
    assert!(status.success(), "{status}");
    assert!(!said.agents.iter().any(|pid| is_alive(pid)));

    let (demo, said) = start(&[]);
    demo.kill();
    until("its agents end", || {
        (!said.agents.iter().any(|pid| is_alive(pid))).then_some(())
    });
    let parent = Path::new(&said.folder).parent().unwrap();
    std::fs::remove_dir_all(parent).unwrap();
}
