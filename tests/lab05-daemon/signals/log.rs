//! A log that is renamed while it is written.

use std::fs;

use rustix::process::Signal;
use support::Case;

use crate::supervised::{
    LIVES, act, configure, descriptors, expect_well, is_there, log, read, run, start, stop, until_file,
};

/// Each line comes in two writes, so that a log that is opened anew has many occasions to tear one.
pub(super) fn no_line_is_lost_or_torn_when_the_log_is_renamed(case: &mut Case) {
    const RENAMES: usize = 8;
    configure(
        case,
        "i=0; while ! [ -e enough ]; do i=$((i+1)); printf \"line $i\"; printf ' ends\\n'; done; \
         echo $i >count.new; mv count.new count; exec sleep 1000",
        "directory = \".\"\nreload_signal = \"WINCH\"",
    );
    let mut running = run(case);
    let path = case.dir().join("d.log");
    for number in 1..=RENAMES {
        running.wait_until("wrote lines of the command to d.log", || {
            fs::read_to_string(&path).is_ok_and(|log| log.matches(" ends\n").count() > 20)
        });
        fs::rename(&path, case.dir().join(format!("d.log.{number}"))).expect("it is there");
        let reload = act(case, "reload");
        expect_well(case, &reload);
        running.wait_until("made a new d.log after SIGHUP", || path.exists());
    }
    case.file("enough", "");
    until_file(&mut running, case, "count");
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
    let count: usize = read(case, "count").trim().parse().unwrap_or(0);
    let names = (1..=RENAMES).map(|number| format!("d.log.{number}"));
    let all: String = names
        .chain(["d.log".to_owned()])
        .map(|name| {
            let text = read(case, &name);
            case.expect(
                &ended,
                text.ends_with('\n'),
                &format!("{name} ends with a whole line"),
                text.lines().last().unwrap_or("nothing"),
            );
            let lines = log(case, &name);
            let own = lines
                .lines()
                .find(|line| line.starts_with("server[PID] "))
                .unwrap_or("none");
            case.expect(
                &ended,
                name == "d.log.1" || own == "server[PID] reloading",
                &format!("`reloading` as the supervisor's first line in {name}, which it has opened anew"),
                own,
            );
            lines
        })
        .collect();
    let mut lines = all.lines().filter(|line| !line.starts_with("server[PID] "));
    for number in 1..=count {
        let found = lines.next().unwrap_or("nothing");
        case.expect(
            &ended,
            found == format!("line {number} ends"),
            &format!(
                "`line {number} ends` behind line {} of {count}, over all logs",
                number - 1
            ),
            found,
        );
    }
}

pub(super) fn a_daemons_own_output_follows_its_log(case: &mut Case) {
    configure(case, LIVES, "reload_signal = \"WINCH\"");
    let (pid, _) = start(case);
    let (path, old) = (case.dir().join("d.log"), case.dir().join("d.log.1"));
    fs::rename(&path, &old).expect("it is there");
    let reload = act(case, "reload");
    expect_well(case, &reload);
    case.wait_until("the daemon wrote `reloading` to a new d.log", || {
        read(case, "d.log").contains("] reloading\n")
    });
    let open = descriptors(pid);
    case.expect(
        &reload,
        [1, 2].iter().all(|number| open.get(number) == Some(&path)) && !open.values().any(|to| *to == old),
        "standard output and error of the daemon are its new log, and nothing has the old one open",
        format!("{open:?}"),
    );
    stop(case);
}

pub(super) fn when_the_log_cannot_be_opened_again_the_old_one_goes_on(case: &mut Case) {
    configure(
        case,
        "trap 'echo heard' HUP; >up; while :; do sleep 0.02; done",
        "directory = \".\"",
    );
    let mut running = run(case);
    until_file(&mut running, case, "up");
    let (path, old) = (case.dir().join("d.log"), case.dir().join("d.log.1"));
    fs::rename(&path, &old).expect("it is there");
    fs::create_dir(&path).expect("nothing has its name");
    running.signal(Signal::HUP);
    running.wait_until("wrote what the command says then to the old log", || {
        fs::read_to_string(&old).is_ok_and(|log| log.contains("\nheard\n"))
    });
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
    let text = log(case, "d.log.1");
    let says = text
        .lines()
        .any(|line| line.starts_with("server cannot open ") && line.contains("d.log"));
    case.expect(
        &ended,
        says,
        "`server cannot open …/d.log: …` in the old log",
        text,
    );
}

pub(super) fn lines_of_both_outputs_do_not_mix(case: &mut Case) {
    configure(
        case,
        "printf 'one ' >&2; printf 'two %0400d '; sleep 0.2; printf '%0400d '; sleep 0.2; printf 'three\\n' >&2; printf four; exit 0",
        "",
    );
    let ended = run(case).wait();
    expect_well(case, &ended);
    let log = log(case, "d.log");
    let two_four = format!("two {0} {0} four", "0".repeat(400));
    for line in ["one three", &two_four] {
        case.expect(
            &ended,
            log.contains(&format!("\n{line}\n")),
            &format!("a line `{line}` of its own, also if the command has ended without a line feed"),
            &log,
        );
    }
    // One byte more than is kept of a line: it is written as a whole, and nothing is left of it when the command ends.
    fs::remove_file(case.dir().join("d.log")).expect("it was just read");
    configure(
        case,
        "head -c 65537 /dev/zero | tr '\\0' x; exit 0",
        "ready = \"notify\"",
    );
    let ended = run(case).wait();
    expect_well(case, &ended);
    let text = read(case, "d.log");
    let lengths: Vec<usize> = text.lines().skip(1).map(str::len).collect();
    case.expect(
        &ended,
        matches!(lengths[..], [65_537, end] if end < 100),
        "a line of 65537 bytes, which gets a line feed when the command has ended, and then the supervisor's own",
        format!("behind the first line, lines of {lengths:?} bytes"),
    );
}

/// What the limits of the stage say about memory is for the supervisor and its command together.
pub(super) fn a_line_without_end_does_not_fill_the_memory(case: &mut Case) {
    const LENGTH: u64 = 100 << 20;
    configure(
        case,
        &format!("head -c {LENGTH} /dev/zero | tr '\\0' x; echo; >written; exec sleep 1000"),
        "directory = \".\"",
    );
    let mut running = run(case);
    until_file(&mut running, case, "written");
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
    let path = case.dir().join("d.log");
    let length = fs::metadata(&path).map_or(0, |meta| meta.len());
    case.expect(
        &ended,
        (LENGTH..LENGTH + 4096).contains(&length),
        &format!("all of the {LENGTH} bytes in d.log"),
        format!("{length} bytes"),
    );
    fs::remove_file(&path).expect("it is there");
    case.expect(
        &ended,
        !is_there(case, "d.pid"),
        "no d.pid at the end",
        "it is there",
    );
}
