//! What a plug-in finds when it starts.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use support::{Case, Ended};

use crate::plug::{Plug, expect_told};

/// Reads what the plug-in has left.
fn left(case: &Case, file: &str) -> String {
    fs::read_to_string(case.dir().join(file)).unwrap_or_else(|why| format!("{file}: {why}"))
}

fn expect_ok(case: &mut Case, ended: &Ended) {
    expect_told(case, ended, "outcome", Some("ok"));
    case.expect_status(ended, 0);
}

pub(super) fn it_gets_its_arguments_as_they_are(case: &mut Case) {
    let mut plug = Plug::pairs("a", "for word; do printf '<%s>' \"$word\"; done > words\n");
    plug.arguments = r#", "a  b", "$HOME", "; touch x", "", "*", "é""#;
    let ended = plug.once(case);
    expect_ok(case, &ended);
    let words = left(case, "words");
    case.expect_same(
        &ended,
        "its arguments",
        "<a  b><$HOME><; touch x><><*><é>",
        &words,
    );
}

pub(super) fn it_finds_a_clean_environment(case: &mut Case) {
    let mut plug = Plug::pairs(
        "a",
        "tr '\\0' '\\n' < /proc/$$/environ | sort > variables\npwd > folder\n",
    );
    plug.more = "[environment]\nTOKEN = \"a b\"\nLC_ALL = \"C.UTF-8\"\n";
    plug.put(case);
    let ended = case
        .program("plugins")
        .args(["once", "a.plugin.toml"])
        .env("SECRET", "1")
        .env("LD_PRELOAD", "")
        .run();
    expect_ok(case, &ended);
    let folder = case.dir().canonicalize().expect("it is there");
    let folder = folder.display();
    let variables = left(case, "variables");
    let mark = variables
        .lines()
        .find(|line| line.starts_with("PLUGIN_RUN="))
        .unwrap_or("PLUGIN_RUN=…")
        .to_owned();
    case.expect(
        &ended,
        mark.len() > "PLUGIN_RUN=".len() + 8,
        "a mark in PLUGIN_RUN",
        &mark,
    );
    let expected = format!(
        "HOME=/\nLC_ALL=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin\nPLUGIN_NAME=a\n{mark}\nPLUGIN_SCRIPT={folder}/a.sh\nTOKEN=a b\n"
    );
    case.expect_same(&ended, "its environment", &expected, &variables);
    let own = left(case, "folder");
    case.expect_same(&ended, "its folder", &format!("{folder}\n"), &own);
    // It may not say what the scheduler says.
    let mut plug = Plug::pairs("c", "echo \"path: ${#PATH}\"\n");
    plug.more = "[environment]\nPATH = \"/bin\"\n";
    let ended = plug.once(case);
    case.expect_stdout(
        &ended,
        "plugin.c.path\t4\tcount\tgauge\n\noutcome\tok\nended\texited with status 0\n",
    );
}

pub(super) fn it_has_a_session_of_its_own_and_no_new_rights(case: &mut Case) {
    let script = "#!/usr/bin/python3\nimport os\n\
        own = os.getpid() == os.getsid(0) == os.getpgid(0)\n\
        status = open('/proc/self/status').read()\n\
        print('own:', int(own))\n\
        print('rights:', int('NoNewPrivs:\\t1' in status))\n\
        print('blocked:', int('SigBlk:\\t0000000000000000' in status))\n\
        print('input:', len(os.read(0, 10)) + int(os.readlink('/proc/self/fd/0') != '/dev/null'))\n\
        import resource\n\
        print('core:', resource.getrlimit(resource.RLIMIT_CORE)[0])\n";
    drop(case.peer("python3", "python3"));
    Plug::pairs("a", script).put(case);
    let program = case.program("plugins").args(["once", "a.plugin.toml"]);
    let ended = program.stdin("a secret").run();
    let rows = "plugin.a.own 1 count gauge\nplugin.a.rights 1 count gauge\nplugin.a.blocked 1 count gauge\nplugin.a.input 0 count gauge\nplugin.a.core 0 count gauge";
    case.expect_stdout(
        &ended,
        crate::plug::lines(rows) + "\noutcome\tok\nended\texited with status 0\n",
    );
}

pub(super) fn it_inherits_no_descriptor(case: &mut Case) {
    // Those that point to files of the case are ours; the script's own is a file in memory.
    let plug = Plug::pairs(
        "a",
        "for fd in /proc/$$/fd/*; do readlink $fd; done > descriptors\n",
    );
    plug.put(case);
    let program = case.program_path("plugins");
    let ended = case
        .peer("sh", "dash")
        .args([
            "-c",
            "exec 7< a.plugin.toml 9> leaked; exec \"$0\" once a.plugin.toml",
        ])
        .args([program])
        .run();
    expect_ok(case, &ended);
    let found = left(case, "descriptors");
    let leaked = found.contains("leaked") || found.contains("a.plugin.toml") || found.contains("a.sh");
    let events = found.contains("eventpoll") || found.contains("pidfd");
    case.expect(
        &ended,
        !leaked && !events && found.contains("/dev/null"),
        "no descriptor of whoever runs it",
        &found,
    );
}

pub(super) fn root_runs_it_as_somebody_else(case: &mut Case) {
    if !rustix::process::geteuid().is_root() {
        case.not_possible("to be run as root");
    }
    // Nobody has to find the case's folder.
    for folder in case.dir().ancestors() {
        let may = fs::metadata(folder).is_ok_and(|is| is.permissions().mode() & 0o001 != 0);
        if !may && fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).is_err() {
            case.not_possible("a folder that everybody may enter");
        }
        if folder == std::env::temp_dir() {
            break;
        }
    }
    let mut plug = Plug::pairs(
        "a",
        "echo \"user: $(id -u)\"\necho \"group: $(id -g)\"\necho \"groups: $(id -G | wc -w)\"\n",
    );
    plug.more = "user = \"nobody\"\n";
    let ended = plug.once(case);
    let rows =
        "plugin.a.user 65534 count gauge\nplugin.a.group 65534 count gauge\nplugin.a.groups 1 count gauge";
    case.expect_stdout(
        &ended,
        crate::plug::lines(rows) + "\noutcome\tok\nended\texited with status 0\n",
    );
}
