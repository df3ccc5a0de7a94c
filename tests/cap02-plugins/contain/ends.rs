//! How runs end, and what they leave.

use std::time::Duration;

use rustix::process::Signal;
use support::Case;

use super::outcomes::expect_failed;
use crate::nagios::plug_in;
use crate::plug::{Plug, expect_gone, expect_told, is_alive, once, put_manifest, sha256};

pub(super) fn one_that_hangs_is_told_to_end_and_then_killed(case: &mut Case) {
    let ended = Plug::pairs(
        "a",
        "trap 'echo told > told; echo x: 1; exit 0' TERM\necho $$ > pid\nwhile :; do sleep 0.01; done\n",
    )
    .within("1500ms")
    .once(case);
    expect_failed(case, &ended, "timeout");
    expect_told(case, &ended, "ended", Some("exited with status 0"));
    let told = case.dir().join("told").exists();
    case.expect(&ended, told, "that it is told by SIGTERM first", "it was not");
    let ended = Plug::pairs("a", "trap '' TERM\necho $$ > pid\nwhile :; do sleep 0.01; done\n")
        .within("1500ms")
        .once(case);
    expect_failed(case, &ended, "timeout");
    expect_told(case, &ended, "ended", Some("killed by signal 9 (SIGKILL)"));
    expect_gone(case, &ended, &["pid"]);
    case.expect(
        &ended,
        ended.wall >= Duration::from_millis(1900),
        "half a second between SIGTERM, at the limit of 1.5 s, and SIGKILL",
        format!("{:?}", ended.wall),
    );
    // One that stops itself hears of SIGKILL only.
    let ended = Plug::pairs("a", "kill -STOP $$\n").within("200ms").once(case);
    expect_failed(case, &ended, "timeout");
}

pub(super) fn the_time_limit_ends_the_whole_group(case: &mut Case) {
    let ended = Plug::pairs("a", "trap '' TERM\n(trap '' TERM; sleep 50) &\necho $! > child\necho $$ > pid\nsh -c 'sleep 50; :' &\necho $! >> child\nwait\nwait\nwait\n")
        .within("1500ms")
        .once(case);
    expect_failed(case, &ended, "timeout");
    expect_gone(case, &ended, &["pid", "child"]);
}

pub(super) fn a_grandchild_that_holds_the_pipes_is_not_waited_for(case: &mut Case) {
    let ended = Plug::pairs("a", "sleep 50 &\necho $! > child\necho x: 1\n").once(case);
    case.expect_stdout(
        &ended,
        "plugin.a.x\t1\tcount\tgauge\n\noutcome\tok\nended\texited with status 0\n",
    );
    expect_gone(case, &ended, &["child"]);
    case.expect(
        &ended,
        ended.wall < Duration::from_secs(10),
        "an end long before the time limit of 15 s",
        format!("{:?}", ended.wall),
    );
}

pub(super) fn what_left_the_group_is_found(case: &mut Case) {
    drop(case.peer("setsid", "util-linux"));
    // Alive at its end, and already without its parent.
    let ended = Plug::pairs(
        "a",
        "setsid sh -c 'sleep 50 & echo $! > three; echo $$ > one; wait' &\n(setsid sh -c 'echo $$ > two; exec sleep 50' &)\n\
         while [ ! -s one ] || [ ! -s two ]; do sleep 0.01; done\necho x: 1\n",
    )
    .once(case);
    expect_told(case, &ended, "outcome", Some("ok"));
    expect_gone(case, &ended, &["one", "two", "three"]);
    expect_told(case, &ended, "escaped", Some("3"));
    // Also of one that ran out of time.
    let ended = Plug::pairs(
        "a",
        "rm -f one\nsetsid sh -c 'trap \"\" TERM; echo $$ > one; exec sleep 50' &\nsleep 50\n",
    )
    .within("2s")
    .once(case);
    expect_failed(case, &ended, "timeout");
    expect_told(case, &ended, "escaped", Some("1"));
    expect_gone(case, &ended, &["one"]);
}

pub(super) fn a_daemon_without_a_mark_is_found(case: &mut Case) {
    drop(case.peer("python3", "python3"));
    let script = "#!/usr/bin/python3\nimport os, time\n\
        if os.fork() == 0:\n\
        \x20   os.setsid()\n\
        \x20   if os.fork() == 0:\n\
        \x20       os.chdir('/')\n\
        \x20       for fd in range(3): os.close(fd)\n\
        \x20       os.execve('/bin/sh', ['sh', '-c', 'echo $$ > \"$0/pid\"; sleep 50; :', os.environ['PLUGIN_SCRIPT'].rsplit('/', 1)[0]], {})\n\
        \x20   os._exit(0)\n\
        os.wait()\n\
        until = time.time() + 5\n\
        while not (os.path.exists('pid') and os.path.getsize('pid')) and time.time() < until: time.sleep(0.01)\n\
        print('x: 1')\n";
    let ended = Plug::pairs("a", script).once(case);
    expect_told(case, &ended, "outcome", Some("ok"));
    // It may have been found before it has said who it is.
    if std::fs::metadata(case.dir().join("pid")).is_ok_and(|file| file.len() > 0) {
        expect_gone(case, &ended, &["pid"]);
    }
}

pub(super) fn what_is_ended_while_the_run_goes_on_is_counted_too(case: &mut Case) {
    drop(case.peer("setsid", "util-linux"));
    // It has no mark and no parent, and the run goes on until it is gone.
    let ended = Plug::pairs(
        "a",
        "(env -i \"$(command -v setsid)\" /bin/sh -c 'echo $$ > one; exec sleep 50' &)\n\
         while [ ! -s one ]; do sleep 0.01; done\n\
         while kill -0 $(cat one); do sleep 0.01; done 2> /dev/null\necho x: 1\n",
    )
    .once(case);
    expect_told(case, &ended, "outcome", Some("ok"));
    expect_told(case, &ended, "escaped", Some("1"));
    expect_gone(case, &ended, &["one"]);
}

pub(super) fn many_that_left_the_group_are_found(case: &mut Case) {
    drop(case.peer("setsid", "util-linux"));
    let ended = Plug::pairs(
        "a",
        "n=0\nwhile [ $n -lt 20 ]; do setsid sh -c 'echo $$ > pid.$0; exec sleep 50' $n & n=$((n + 1)); done\n\
         while [ $(cat pid.* | wc -l) -lt 20 ]; do sleep 0.01; done\necho x: 1\n",
    )
    .once(case);
    expect_told(case, &ended, "outcome", Some("ok"));
    expect_told(case, &ended, "escaped", Some("20"));
    let files: Vec<String> = (0..20).map(|n| format!("pid.{n}")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    expect_gone(case, &ended, &files);
}

pub(super) fn whoever_ends_the_program_ends_the_plug_in(case: &mut Case) {
    drop(case.peer("setsid", "util-linux"));
    Plug::pairs("a", "trap '' TERM\nsetsid sh -c 'echo $$ > one; exec sleep 50' &\necho $$ > pid\nwhile :; do sleep 0.01; done\n").put(case);
    let mut running = case.program("plugins").args(["once", "a.plugin.toml"]).spawn();
    let dir = case.dir().to_owned();
    let pid = |file: &str| std::fs::read_to_string(dir.join(file)).unwrap_or_default();
    running.wait_until("ran the script", || {
        is_alive(&pid("one")) && is_alive(&pid("pid"))
    });
    running.signal(Signal::TERM);
    let ended = running.wait();
    case.expect_status(&ended, 1);
    expect_gone(case, &ended, &["one", "pid"]);
}

pub(super) fn a_plug_in_of_debian_is_contained(case: &mut Case) {
    let path = plug_in(case, "check_load");
    let bytes = std::fs::read(&path).expect("it can be read");
    let manifest = format!(
        "command = [\"{path}\", \"-w\", \"99,99,99\", \"-c\", \"999,999,999\"]\nform = \"nagios\"\nsha256 = \"{}\"\ninterval = \"60s\"\n",
        sha256(&bytes)
    );
    put_manifest(case, "load.plugin.toml", &manifest);
    let ended = once(case, "load");
    expect_told(case, &ended, "outcome", Some("ok"));
    let text = ended.stdout_text();
    let is_so = text.starts_with("plugin.load.status\t0\tcount\tgauge\nplugin.load.perf{perf=\"load1\"}\t")
        && text.contains("plugin.load.perf_crit_high{perf=\"load15\"}\t999\tcount\tgauge\n");
    case.expect(&ended, is_so, "the status and the three loads", &text);
}
