//! The bytes that are executed.

use std::fs;

use support::Case;

use super::outcomes::expect_failed;
use crate::plug::{Plug, expect_told, once};

pub(super) fn a_script_that_was_changed_is_not_run(case: &mut Case) {
    Plug::pairs("a", "echo x: 1\n").put(case);
    let ended = once(case, "a");
    case.expect_status(&ended, 0);
    case.file("a.sh", "#!/bin/sh\ntouch was-run\necho x: 1\n");
    let ended = once(case, "a");
    expect_failed(case, &ended, "changed");
    expect_told(case, &ended, "ended", None);
    let was_run = case.dir().join("was-run").exists();
    case.expect(&ended, !was_run, "that the script is not run", "it was run");
    // Just its last byte is another.
    Plug::pairs("a", "echo x: 1\n").put(case);
    case.file("a.sh", "#!/bin/sh\necho x: 1 ");
    let ended = once(case, "a");
    expect_failed(case, &ended, "changed");
}

pub(super) fn it_is_sealed_against_every_change(case: &mut Case) {
    drop(case.peer("python3", "python3"));
    // The plug-in looks at the seals of what it is executed from. Source: fcntl(2), F_GET_SEALS.
    let script = "#!/usr/bin/python3\nimport fcntl, os, sys\n\
        seals = fcntl.fcntl(os.open(sys.argv[0], os.O_RDONLY), 1034)\n\
        for bit, name in enumerate(['seal', 'shrink', 'grow', 'write']):\n\
        \x20   print('%s: %d' % (name, seals >> bit & 1))\n";
    let ended = Plug::pairs("a", script).once(case);
    let rows: String = ["seal", "shrink", "grow", "write"]
        .iter()
        .map(|name| format!("plugin.a.{name}\t1\tcount\tgauge\n"))
        .collect();
    case.expect_stdout(
        &ended,
        format!("{rows}\noutcome\tok\nended\texited with status 0\n"),
    );
}

pub(super) fn what_was_hashed_is_what_is_executed(case: &mut Case) {
    // A shell reads its script a piece at a time, and so would see what was written into the file meanwhile.
    let begin = "{ printf 'touch tampered\\n' >> \"$0\" && touch written; } 2>/dev/null\n";
    let wait = "touch started\nwhile [ ! -e go ]; do sleep 0.01; done\n";
    let script = format!("#!/bin/sh\n{begin}{wait}{}", "# padding\n".repeat(4000));
    let text = format!("{script}echo x: 1\n");
    Plug::pairs("a", &text).put(case);
    let mut running = case.program("plugins").args(["once", "a.plugin.toml"]).spawn();
    let dir = case.dir().to_owned();
    running.wait_until("ran the script", || dir.join("started").exists());
    // In place, and not by a new file.
    fs::write(dir.join("a.sh"), format!("{script}touch tampered\necho x: 2\n"))
        .expect("it is the case's own file");
    fs::write(dir.join("go"), "").expect("the folder is the case's own");
    let ended = running.wait();
    case.expect_stdout(
        &ended,
        "plugin.a.x\t1\tcount\tgauge\n\noutcome\tok\nended\texited with status 0\n",
    );
    let tampered = dir.join("tampered").exists() || dir.join("written").exists();
    case.expect(
        &ended,
        !tampered,
        "that what was written later is not run, and that the script cannot write to itself",
        "it is",
    );
}
