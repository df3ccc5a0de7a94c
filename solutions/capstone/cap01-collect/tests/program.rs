//! Runs the program on sample hosts, and compares what it prints with what is beside them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

fn roots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/roots")
}

fn collect(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_collect"));
    command
        .current_dir(roots())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_sample_host_prints_what_is_beside_it() {
    for root in ["linux-6.18", "linux-3.10", "linux-2.6.32", "container", "broken"] {
        let output = collect(&["--root", root]);
        // The sizes of file systems are those of the disk that the sample lies on.
        let found: String = stdout(&output)
            .lines()
            .filter(|line| !line.starts_with("filesystem."))
            .fold(stderr(&output), |mut text, line| {
                text.push_str(line);
                text.push('\n');
                text
            });
        let beside = roots().join(format!("{root}.txt"));
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
            assert_eq!(found, expected, "line {} of {}", number + 1, beside.display());
        }
        assert_eq!(
            found.lines().count(),
            expected.lines().count(),
            "lines of {}",
            beside.display()
        );
        assert_eq!(output.status.code(), Some(i32::from(root == "broken")), "{root}");
    }
}

#[test]
fn mounts_are_told_by_their_labels() {
    let output = collect(&["--root", "linux-6.18", "--metric", "filesystem.size"]);
    let text = stdout(&output);
    // What is mounted elsewhere than on the sample's own folder is not there.
    let labels: Vec<_> = text.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(
        labels,
        [
            r#"filesystem.size{device="tmpfs",mount="/run",type="tmpfs"}"#,
            r#"filesystem.size{device="/dev/vda1",mount="/",type="ext4"}"#,
        ]
    );
}

#[test]
fn a_metric_is_explained_by_either_name() {
    for name in ["disk.written_bytes", "muster_disk_written_bytes_total"] {
        let output = collect(&["explain", name, "--root", "linux-2.6.32"]);
        let text = stdout(&output);
        assert!(
            text.starts_with("disk.written_bytes (counter, bytes)\n"),
            "{text}"
        );
        assert!(text.contains("/proc/diskstats, field 10\n"), "{text}");
        assert!(
            text.contains("            159.5 MiB  {device=\"sda\"}\n"),
            "{text}"
        );
    }
    let output = collect(&["explain", "pressure.io_stalled", "--root", "linux-2.6.32"]);
    assert!(
        stdout(&output).ends_with("now         absent: this host does not have it\n"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn all_metrics_are_listed_whether_a_host_has_them_or_not() {
    let people = collect(&["explain", "--root", "container"]);
    let json = collect(&["explain", "--root", "container", "--json"]);
    let (people, json) = (stdout(&people), stdout(&json));
    assert_eq!(people.lines().count(), collect::metrics().count());
    assert_eq!(json.lines().count(), collect::metrics().count());
    assert!(people.contains("\ndisk.reads  "), "{people}");
    assert!(
        json.contains(r#""prometheus":"muster_disk_reads_total","values":[]}"#),
        "{json}"
    );
}

#[test]
fn json_is_an_object_a_line_with_the_source() {
    let output = collect(&[
        "--root",
        "linux-6.18",
        "--json",
        "--metric",
        "processes.threads",
        "--metric",
        "host.up",
    ]);
    let text = stdout(&output);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].starts_with(r#"{"name":"host.uptime","labels":{},"kind":"gauge","unit":"seconds","value":"#)
    );
    assert_eq!(
        lines[1],
        r#"{"name":"processes.threads","labels":{},"kind":"gauge","unit":"count","value":47,"source":"/proc/PID/stat, field 20"}"#
    );
}

#[test]
fn prometheus_text_has_each_family_once() {
    let output = collect(&["--root", "linux-6.18", "--prometheus"]);
    let text = stdout(&output);
    let mut types: Vec<_> = text.lines().filter(|line| line.starts_with("# TYPE ")).collect();
    let all = types.len();
    types.dedup();
    assert!(all > 150 && types.len() == all, "{text}");
    assert!(
        text.contains("\nmuster_core_user_seconds_total{cpu=\"0\"} 497.48\n"),
        "{text}"
    );
}

#[test]
fn cost_tells_each_collector() {
    let output = collect(&["cost", "--rounds", "2", "--root", "linux-6.18"]);
    let text = stdout(&output);
    for name in ["cpu", "memory", "filesystem", "processes", "together"] {
        assert!(
            text.lines().any(|line| line.split(' ').next() == Some(name)),
            "{text}"
        );
    }
}

#[test]
fn wrong_usage_is_said_with_status_2_and_a_missing_root_with_1() {
    for (arguments, status, expected) in [
        (&["--metric", "cpus"][..], 2, "no metric's name begins with this"),
        (&["--json", "--prometheus"], 2, "only one of them"),
        (&["explain", "cpu.user", "cpu.idle"], 2, "one NAME at most"),
        (&["explain", "cpu.usr"], 2, "there are cpu.user, cpu.nice"),
        (
            &["explain", "x"],
            2,
            "their names begin with accounts, agent, core, cpu",
        ),
        (
            &["explain", "cpu.user", "--prometheus"],
            2,
            "only readings are printed so",
        ),
        (&["cost", "--rounds", "0"], 2, "at least 1"),
        (&["--rounds", "5"], 2, "only for cost"),
        (&["frob"], 2, "there is no such command"),
        (&["--frob"], 2, "--frob"),
        (&["--root", "nowhere"], 1, "cannot read the root nowhere"),
    ] {
        let output = collect(arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert!(
            stderr(&output).contains(expected),
            "{arguments:?}: {}",
            stderr(&output)
        );
        assert_eq!(stdout(&output), "", "{arguments:?}");
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_collect"))
        .current_dir(roots())
        .args(["--root", "linux-6.18"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}
