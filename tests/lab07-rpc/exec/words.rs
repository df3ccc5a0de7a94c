//! What a command is given: words, an environment, a folder, a user.

use rustix::process::geteuid;
use support::Case;

use super::command::{exec, expect, serve, shell};

pub(super) fn words_go_as_they_are(case: &mut Case) {
    let server = serve(case, &[]);
    case.file("a.txt", "");
    let words = [
        "plain",
        "two words",
        "",
        " ",
        "  ",
        "a\nb\tc",
        "'",
        "\"",
        "\\",
        "\\n",
        "$HOME",
        "${HOME}",
        "`id`",
        "$(id)",
        "*",
        "?.txt",
        "[a-z]",
        "~",
        ";",
        "&",
        "|",
        "> out",
        "#",
        "!",
        "%s",
        "{a,b}",
        "é 日本",
        "-n",
        "--",
        "--shell",
        "--timeout",
    ];
    let ended = exec(case, &server, &[], &[&["printf", "<%s>\\n"][..], &words].concat()).run();
    let expected: String = words.iter().map(|word| format!("<{word}>\n")).collect();
    expect(case, &ended, "a command that prints its words", 0, &expected, "");
}

pub(super) fn a_shell_is_asked_when_told_and_only_then(case: &mut Case) {
    let server = serve(case, &[]);
    let line = "echo $((40+2)) | tr 2 3; printf '%s|' *.txt \"a  b\"; echo; exit 4";
    case.file("one.txt", "");
    case.file("two.txt", "");
    let ended = shell(case, &server, &[], line).run();
    expect(
        case,
        &ended,
        "a line for the shell",
        4,
        "43\none.txt|two.txt|a  b|\n",
        "",
    );
    for line in ["echo hello", "echo", "true;"] {
        let ended = exec(case, &server, &[], &[line, "x"]).run();
        let (status, stdout) = if line == "echo" { (0, "x\n") } else { (127, "") };
        case.expect_status(&ended, status);
        case.expect_stdout(&ended, stdout);
    }
}

/// The environment that a command sees, sorted.
fn environment(case: &mut Case, server: &crate::wire::Server, options: &[&str]) -> (support::Ended, String) {
    let ended = exec(case, server, options, &["env"]).run();
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    let lines = lines.join("\n");
    (ended, lines)
}

pub(super) fn the_environment_is_the_servers_without_its_secrets(case: &mut Case) {
    let program = case
        .program("rpc")
        .args(["serve", "--listen", "127.0.0.1:0", "--allow-exec"])
        .env("OTHER", "1 = one")
        .env("RPC_SECRET", "s")
        .env("RPC_", "s")
        .env("rpc_small", "kept");
    let server = crate::wire::Server::spawn(case, program);
    let dir = case.dir().display().to_string();
    let path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin";
    let all = |more: &[&str]| {
        let (home, tmp) = (format!("HOME={dir}"), format!("TMPDIR={dir}"));
        let path = format!("PATH={path}");
        let mut lines = vec![
            "LC_ALL=C.UTF-8",
            "RUST_BACKTRACE=0",
            "TZ=UTC",
            "rpc_small=kept",
            &home,
            &tmp,
            &path,
        ];
        lines.extend(more);
        lines.sort_unstable();
        lines.join("\n")
    };
    let (ended, found) = environment(case, &server, &[]);
    case.expect_same(
        &ended,
        "the environment of a command",
        &all(&["OTHER=1 = one"]),
        &found,
    );
    let options = [
        "--env",
        "A=1",
        "--env",
        "B=x=y  z",
        "--env",
        "OTHER=",
        "--env",
        "RPC_MORE=given",
    ];
    let (ended, found) = environment(case, &server, &options);
    let expected = all(&["A=1", "B=x=y  z", "OTHER=", "RPC_MORE=given"]);
    case.expect_same(
        &ended,
        &format!("the environment with {}", options.join(" ")),
        &expected,
        &found,
    );
    let (ended, found) = environment(case, &server, &["--clear-env"]);
    case.expect_same(
        &ended,
        "the environment with --clear-env",
        &format!("PATH={path}"),
        &found,
    );
    let (ended, found) = environment(case, &server, &["--clear-env", "--env", "A=1"]);
    case.expect_same(
        &ended,
        "the environment with --clear-env --env A=1",
        &format!("A=1\nPATH={path}"),
        &found,
    );
}

pub(super) fn the_folder_is_the_servers_or_another_one(case: &mut Case) {
    let mut server = serve(case, &[]);
    let here = case
        .file("inner folder/file", "")
        .parent()
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    let dir = case.dir().display().to_string();
    for (options, expected) in [
        (&[][..], dir.as_str()),
        (&["--cwd", "inner folder"], &here),
        (&["--cwd", &here], &here),
        (&["--cwd", "/"], "/"),
    ] {
        let ended = exec(case, &server, options, &["pwd"]).dir("inner folder").run();
        expect(
            case,
            &ended,
            &format!("pwd with {}", options.join(" ")),
            0,
            &format!("{expected}\n"),
            "",
        );
    }
    for folder in ["none", "inner folder/file"] {
        let ended = exec(case, &server, &["--cwd", folder], &["pwd"]).run();
        case.expect_status(&ended, 125);
        case.expect_stderr_names(&ended, folder);
        case.expect_stdout(&ended, "");
    }
    server.settle(case);
}

pub(super) fn another_user_is_for_root_alone(case: &mut Case) {
    let server = serve(case, &[]);
    let ids = "id -u; id -g; id -G; echo $HOME $USER $LOGNAME";
    if !geteuid().is_root() {
        let ended = shell(case, &server, &["--user", "nobody"], ids).run();
        case.expect_status(&ended, 125);
        case.expect_stderr_names(&ended, "refused");
        case.expect_stdout(&ended, "");
        return;
    }
    let mut expected = String::new();
    for what in ["-u", "-g", "-G"] {
        expected += &case
            .peer("id", "coreutils")
            .args([what, "nobody"])
            .run()
            .stdout_text();
    }
    let passwd = case
        .peer("getent", "libc-bin")
        .args(["passwd", "nobody"])
        .run()
        .stdout_text();
    let home = passwd.split(':').nth(5).unwrap_or_default();
    expected += &format!("{home} nobody nobody\n");
    let ended = shell(case, &server, &["--user", "nobody", "--cwd", "/"], ids).run();
    expect(
        case,
        &ended,
        "ids, groups and names of a command of nobody",
        0,
        &expected,
        "",
    );
    // Not even what it was may come back.
    let line = "grep -E '^(Uid|Gid):' /proc/self/status | tr '\\t' ' '";
    let ended = shell(case, &server, &["--user", "nobody", "--cwd", "/"], line).run();
    let ids: Vec<&str> = expected.lines().collect();
    let four = |id: &str| [id; 4].join(" ");
    let all = format!("Uid: {}\nGid: {}\n", four(ids[0]), four(ids[1]));
    expect(
        case,
        &ended,
        "real, effective, saved and file system ids",
        0,
        &all,
        "",
    );
    let ended = shell(case, &server, &["--user", "nosuchuser"], "id").run();
    case.expect_status(&ended, 125);
    case.expect_stderr_names(&ended, "nosuchuser");
    case.expect_stdout(&ended, "");
}
