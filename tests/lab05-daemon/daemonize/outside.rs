//! How a daemon and its command look from outside.

use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::io::{FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use support::Case;

use crate::supervised::{
    LIVES, START, command, configure, daemon, descriptors, expect_well, pid_of_daemon, read, start, stat,
    status, stop,
};

pub(super) fn it_has_left_its_session_and_leads_none(case: &mut Case) {
    configure(case, LIVES, "");
    let (pid, ended) = start(case);
    let of_command = command(case, &ended, pid);
    // Not by getsid(2), whose answer for a leader outside of this pid namespace, 0, rustix takes for impossible.
    let (Some(ours), Some(looks)) = (stat(std::process::id()), stat(pid)) else {
        case.expect(&ended, false, "the daemon is running", "it is not");
        return;
    };
    case.expect(
        &ended,
        looks.session != ours.session && looks.group != ours.group,
        "another session and another process group than whoever called start",
        format!("{looks:?}"),
    );
    case.expect(&ended, looks.terminal == 0, "no terminal", format!("{looks:?}"));
    case.expect(
        &ended,
        looks.session != pid,
        "a daemon that does not lead its session, since a leader can get a terminal",
        format!("process {pid}: {looks:?}"),
    );
    let looks = stat(of_command);
    case.expect(
        &ended,
        looks
            .as_ref()
            .is_some_and(|looks| looks.group == of_command && looks.terminal == 0),
        "a command that leads a process group of its own, without a terminal",
        format!("process {of_command}: {looks:?}"),
    );
    stop(case);
}

/// The suite itself has a file open under a high number, which everything that it starts inherits. The limit of descriptors is then
/// lower than that number: whoever closes all below the limit misses it.
pub(super) fn nothing_that_was_open_stays_open(case: &mut Case) {
    let path = case.file("inherited", "");
    let file = fs::File::open(path).expect("it was just made");
    let limits = getrlimit(Resource::Nofile);
    let number = limits.maximum.map_or(70_000, |most| (most - 1).min(70_000));
    let set = |current| {
        let maximum = limits.maximum;
        setrlimit(Resource::Nofile, Rlimit { current, maximum }).expect("below the hard limit");
    };
    set(Some(number + 1));
    let high = fcntl_dupfd_cloexec(&file, i32::try_from(number).unwrap_or(100)).expect("within the limit");
    fcntl_setfd(&high, FdFlags::empty()).expect("it is open");
    set(Some(256));

    configure(case, LIVES, "");
    let program = case.program_path("daemon").display().to_string();
    let ended = case
        .peer("sh", "dash")
        .args([
            "-c",
            "exec 3<inherited 9<inherited; exec \"$0\" start --config d.toml",
            &program,
        ])
        .wall(START)
        .run();
    expect_well(case, &ended);
    let pid = pid_of_daemon(case, &ended);
    let of_command = command(case, &ended, pid);
    for (pid, whose) in [(pid, "the daemon"), (of_command, "its command")] {
        let open = descriptors(pid);
        let inherited: Vec<_> = open.iter().filter(|(_, to)| to.ends_with("inherited")).collect();
        case.expect(
            &ended,
            inherited.is_empty(),
            &format!(
                "{whose} has nothing open that the caller had open as descriptors 3, 9 and {}",
                high.as_raw_fd()
            ),
            format!("{inherited:?}"),
        );
        case.expect(
            &ended,
            open.get(&0).is_some_and(|to| to == Path::new("/dev/null")),
            &format!("standard input of {whose} is /dev/null"),
            format!("{:?}", open.get(&0)),
        );
    }
    let open = descriptors(pid);
    let log = case.dir().join("d.log");
    case.expect(
        &ended,
        [1, 2].iter().all(|number| open.get(number) == Some(&log)),
        "standard output and error of the daemon are its log",
        format!("{open:?}"),
    );
    let open = descriptors(of_command);
    case.expect(
        &ended,
        open.keys().copied().eq(0..3),
        "descriptors 0, 1 and 2 of the command, and no other: neither the lock nor the log",
        format!("{open:?}"),
    );
    stop(case);
}

pub(super) fn umask_folder_and_environment_are_as_configured(case: &mut Case) {
    fs::create_dir(case.dir().join("work")).expect("the folder is empty");
    configure(
        case,
        "env | grep ^NOTIFY_SOCKET; exec sleep 1000",
        "umask = \"027\"\ndirectory = \"work\"\nenvironment = { KEY = \"VALUE OF IT\" }",
    );
    let ended = daemon(case, "start", &[])
        .env("NOTIFY_SOCKET", "/nowhere")
        .env("KEPT", "1")
        .run();
    expect_well(case, &ended);
    let pid = pid_of_daemon(case, &ended);
    let of_command = command(case, &ended, pid);
    let folder = |pid| fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
    let work = fs::canonicalize(case.dir().join("work")).expect("it is there");
    for (whose, pid, expected) in [
        ("the daemon", pid, Path::new("/")),
        ("the command", of_command, &*work),
    ] {
        case.expect(
            &ended,
            folder(pid) == expected,
            &format!("{whose} works in {}", expected.display()),
            folder(pid).display(),
        );
        let mask = status(pid).remove("Umask").unwrap_or_default();
        case.expect(
            &ended,
            mask == "0027",
            &format!("the umask of {whose} is 0027"),
            &mask,
        );
    }
    let environment = fs::read_to_string(format!("/proc/{of_command}/environ")).unwrap_or_default();
    let has = |variable: &str| environment.split('\0').any(|line| line.starts_with(variable));
    case.expect(
        &ended,
        has("KEY=VALUE OF IT") && has("KEPT=1") && !has("NOTIFY_SOCKET="),
        "KEY=VALUE OF IT and all that start has in its environment, except NOTIFY_SOCKET",
        environment.replace('\0', "\n"),
    );
    let mode = fs::metadata(case.dir().join("d.log")).map_or(0, |meta| meta.permissions().mode() & 0o777);
    case.expect(&ended, mode == 0o640, "mode 640 of d.log", format!("{mode:o}"));
    stop(case);
}

pub(super) fn signals_are_as_if_nobody_had_touched_them(case: &mut Case) {
    configure(case, LIVES, "");
    let program = case.program_path("daemon").display().to_string();
    let ended = case
        .peer("env", "coreutils")
        .args([
            "--block-signal=TERM,USR1,TSTP",
            "--ignore-signal=HUP,INT,USR2,TTOU",
            &program,
        ])
        .args(["start", "--config", "d.toml"])
        .wall(START)
        .run();
    expect_well(case, &ended);
    let pid = pid_of_daemon(case, &ended);
    let of_command = command(case, &ended, pid);
    let fields = status(of_command);
    for (field, what) in [("SigBlk", "blocked"), ("SigIgn", "ignored")] {
        let found = fields.get(field).cloned().unwrap_or_default();
        // Those with names: two behind them belong to the C library, which keeps them as it finds them.
        let named = u64::from_str_radix(&found, 16).map(|mask| mask & 0x7fff_ffff);
        case.expect(
            &ended,
            named == Ok(0),
            &format!("no signal from 1 to 31 is {what} in the command ({field} of /proc/PID/status)"),
            found,
        );
    }
    // The daemon still hears what was blocked and ignored.
    stop(case);
}

pub(super) fn what_the_command_prints_is_in_the_log(case: &mut Case) {
    case.file("d.log", "what was there before\n");
    configure(
        case,
        "echo to stdout; echo to stderr >&2; >done; exec sleep 1000",
        "directory = \".\"",
    );
    let (_, ended) = start(case);
    case.wait_until("both lines are in d.log", || {
        let log = read(case, "d.log");
        log.contains("to stdout\n") && log.contains("to stderr\n")
    });
    let log = read(case, "d.log");
    case.expect(
        &ended,
        log.starts_with("what was there before\n"),
        "a log that is appended to",
        &log,
    );
    stop(case);
}
