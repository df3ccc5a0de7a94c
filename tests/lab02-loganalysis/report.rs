//! Stage 2: what a log adds up to.

use std::io::Write;
use std::net::{Shutdown, TcpStream};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json as value};
use support::{Case, Exchange, Nginx, Stage, stage};

use crate::log::{drawn, get, json, line, spoiled};

pub(crate) const STAGE: Stage = stage!("report":
    the_log_that_a_real_nginx_wrote_adds_up,
    the_same_report_is_there_as_json,
    paths_are_counted_and_shown_as_the_log_writes_them,
    keys_with_equal_hits_stand_in_the_order_of_their_bytes,
    top_says_how_many_keys_are_shown,
    minutes_are_those_of_utc_whatever_the_zone_of_the_server,
    minutes_before_1970_are_minutes_too,
    sizes_that_no_server_sends_are_added_up_to_what_64_bits_hold,
    malformed_lines_are_counted_and_the_first_five_shown,
    what_a_stranger_sent_does_not_reach_the_terminal,
    several_logs_are_one_report_and_lines_are_numbered_in_each,
    a_hyphen_reads_standard_input,
    gzip_is_known_by_its_first_bytes_and_all_its_members_are_read,
    a_missing_log_is_named_and_the_others_are_still_counted,
    memory_grows_with_what_is_distinct_and_not_with_the_log,
    a_closed_pipe_ends_the_report_quietly,
    output_that_cannot_be_written_is_a_failure,
    a_log_that_nginx_writes_just_now_adds_up,
    goaccess_counts_the_same;
    seeded: logs_add_up_as_the_reference_says
);

fn run(case: &mut Case, args: &[&str]) -> support::Ended {
    let args: Vec<&str> = ["report", "--threads", "1"].iter().chain(args).copied().collect();
    case.program("loganalysis").args(args).run()
}

fn the_log_that_a_real_nginx_wrote_adds_up(case: &mut Case) {
    case.fixture("access.log");
    let ended = run(case, &["access.log"]);
    case.snapshot(&ended);
}

fn the_same_report_is_there_as_json(case: &mut Case) {
    let mut log = case.fixture_bytes("http2.log");
    log.extend_from_slice(b"no \"record\" \\\n");
    log.extend_from_slice(line("unix:", "23/Nov/2026:20:47:59 +0000", "/", 404, 9).as_bytes());
    case.file("access.log", log);
    let ended = run(case, &["--json", "--top", "1", "access.log"]);
    case.snapshot(&ended);
    case.file("empty.log", "");
    let ended = run(case, &["--json", "empty.log"]);
    case.snapshot(&ended);
}

fn paths_are_counted_and_shown_as_the_log_writes_them(case: &mut Case) {
    // Whoever finds a key in the report looks for it with grep.
    let targets = [
        r"/caf\xC3\xA9",
        r"/caf\xc3\xa9",
        "/caf\u{e9}",
        r"/\x22q\x22?a=\x5C",
        r"/\\x",
        r"/caf\xC3\xA9",
    ];
    case.file("access.log", targets.map(get).concat());
    for form in [&["access.log"][..], &["--json", "access.log"]] {
        let ended = run(case, form);
        case.snapshot(&ended);
    }
}

fn keys_with_equal_hits_stand_in_the_order_of_their_bytes(case: &mut Case) {
    let targets = [
        "/b", "/a", "/B", "/a/", "/b", "/%41", "/a b", "/a", "/\u{e9}", "/c",
    ];
    case.file("access.log", targets.map(get).concat());
    let ended = run(case, &["--top", "9", "access.log"]);
    case.snapshot(&ended);
}

fn top_says_how_many_keys_are_shown(case: &mut Case) {
    let log: String = (0..40)
        .flat_map(|n| vec![get(&format!("/{}", n * 7 % 40)); n / 4 + 1])
        .collect();
    case.file("access.log", log);
    for top in ["0", "1", "12", "1000"] {
        let ended = run(case, &["--json", "--top", top, "access.log"]);
        let paths = json(&ended)["top_paths"].clone();
        let mut expected: Vec<(u64, String)> =
            (0..40).map(|n| (n / 4 + 1, format!("/{}", n * 7 % 40))).collect();
        expected.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let expected: Vec<Value> = expected
            .into_iter()
            .take(top.parse().unwrap_or(0))
            .map(|(hits, path)| value!({"path": path, "hits": hits, "bytes": hits * 5}))
            .collect();
        let expected = Value::from(expected);
        case.expect(
            &ended,
            paths == expected,
            &format!("top_paths is {expected}"),
            paths,
        );
    }
}

fn minutes_are_those_of_utc_whatever_the_zone_of_the_server(case: &mut Case) {
    let times = [
        "24/Nov/2026:00:00:10 +0530",
        "23/Nov/2026:18:30:20 +0000",
        "23/Nov/2026:15:00:59 -0330",
        "23/Nov/2026:18:31:00 +0000",
        "23/Nov/2026:18:29:59 +0000",
        "24/Nov/2026:08:30:00 +1400",
        "23/Nov/2026:20:00:00 +0000",
    ];
    case.file(
        "access.log",
        times.map(|time| line("::1", time, "/", 200, 3)).concat(),
    );
    let ended = run(case, &["access.log"]);
    case.snapshot(&ended);
}

fn minutes_before_1970_are_minutes_too(case: &mut Case) {
    // A server whose clock was never set, in a zone ahead of UTC, and one that is set wrong.
    let times = [
        "01/Jan/1970:00:00:10 +0530",
        "01/Jan/1970:00:00:50 +0530",
        "31/Dec/1969:23:59:30 +0000",
        "01/Jan/1970:00:00:00 +0000",
        "01/Mar/1900:12:00:59 +0000",
    ];
    case.file(
        "access.log",
        times.map(|time| line("::1", time, "/", 200, 3)).concat(),
    );
    let ended = run(case, &["access.log"]);
    case.snapshot(&ended);
}

fn sizes_that_no_server_sends_are_added_up_to_what_64_bits_hold(case: &mut Case) {
    let times = ["23/Nov/2026:20:47:48 +0000", "23/Nov/2026:20:48:48 +0000"];
    let log: String = [(0, u64::MAX), (0, 5), (1, u64::MAX - 1), (0, 1), (1, 1)]
        .map(|(time, size)| line("::1", times[time], "/", 200, size))
        .concat();
    case.file("access.log", log);
    let ended = run(case, &["--json", "access.log"]);
    case.snapshot(&ended);
}

fn malformed_lines_are_counted_and_the_first_five_shown(case: &mut Case) {
    let mut log = String::new();
    for number in 0..9 {
        log.push_str(&get("/good"));
        log.push_str(&format!("192.0.2.7 - - [no time, number {number}]\n"));
    }
    log.insert_str(0, &format!("{}\n", "long ".repeat(50)));
    case.file("access.log", log);
    let ended = run(case, &["access.log"]);
    case.snapshot(&ended);
    case.expect_status(&ended, 0);
}

fn what_a_stranger_sent_does_not_reach_the_terminal(case: &mut Case) {
    let mut log = get("/\u{1b}[2Jgone").into_bytes();
    log.extend_from_slice(b"\x1b]0;title\x07 \xff\n");
    case.file("access.log", log);
    let ended = run(case, &["access.log"]);
    case.snapshot(&ended);
}

fn several_logs_are_one_report_and_lines_are_numbered_in_each(case: &mut Case) {
    case.file("a.log", get("/a") + "bad a2\n" + &get("/a"));
    case.file("b.log", "");
    case.file("c.log", "bad c1\n".to_owned() + &get("/c") + "bad c3\n");
    let ended = run(case, &["a.log", "b.log", "c.log"]);
    case.snapshot(&ended);
}

fn a_hyphen_reads_standard_input(case: &mut Case) {
    case.file("a.log", get("/file"));
    let log = get("/piped") + "bad 2\n";
    let ended = case
        .program("loganalysis")
        .args(["report", "--threads", "1", "a.log", "-"])
        .stdin(log)
        .run();
    case.snapshot(&ended);
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish())
        .expect("memory takes everything")
}

fn gzip_is_known_by_its_first_bytes_and_all_its_members_are_read(case: &mut Case) {
    let members = [gzip(&get("/one")), gzip(&(get("/two") + "bad 3\n"))].concat();
    case.file("rotated", &members);
    case.file("not-packed.gz", get("/plain"));
    let ended = run(case, &["rotated", "not-packed.gz"]);
    case.snapshot(&ended);
    let ended = case
        .program("loganalysis")
        .args(["report", "--threads", "1", "-"])
        .stdin(members.clone())
        .run();
    case.snapshot(&ended);
    case.file("torn.gz", &members[..members.len() - 9]);
    let ended = run(case, &["torn.gz"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "torn.gz");
}

fn a_missing_log_is_named_and_the_others_are_still_counted(case: &mut Case) {
    case.file("a.log", get("/a"));
    case.file("b.log", get("/b"));
    let ended = run(case, &["a.log", "nowhere.log", "b.log"]);
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, "nowhere.log");
}

fn memory_grows_with_what_is_distinct_and_not_with_the_log(case: &mut Case) {
    // The stage's limit on memory is less than half of what is fed here.
    let lines = drawn(7, 2_000);
    let rounds = (56 << 20) / lines.len();
    let ended = case
        .program("loganalysis")
        .args(["report", "--threads", "1", "--json", "-"])
        .stdin_stream(move |pipe| (0..rounds).try_for_each(|_| pipe.write_all(&lines)))
        .run();
    let read = json(&ended)["lines"].as_u64().unwrap_or(0);
    case.expect(&ended, read > 200_000, "all lines are counted", read);
}

fn a_closed_pipe_ends_the_report_quietly(case: &mut Case) {
    let log: String = (0..30_000).map(|n| get(&format!("/{n}"))).collect();
    case.file("access.log", log);
    let ended = case
        .program("loganalysis")
        .args(["report", "--threads", "1", "--top", "30000", "access.log"])
        .close_stdout_after(100)
        .run();
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
}

fn output_that_cannot_be_written_is_a_failure(case: &mut Case) {
    case.file("access.log", get("/"));
    let ended = case
        .program("loganalysis")
        .args(["report", "--threads", "1", "access.log"])
        .stdout_to("/dev/full")
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "output");
}

/// Starts nginx, asks it for some things, and lets the program say what its log holds.
fn a_log_that_nginx_writes_just_now_adds_up(case: &mut Case) {
    let nginx =
        case.nginx(Nginx::new().server("location / { return 200 hello; } location /gone { return 410; }"));
    let ask = |request: &str| {
        let mut stream = TcpStream::connect(nginx.address()).expect("nginx listens");
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.shutdown(Shutdown::Write);
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    };
    for _ in 0..7 {
        ask("GET / HTTP/1.0\r\n\r\n");
    }
    ask("GET /gone HTTP/1.0\r\nUser-Agent: \"q\\\r\n\r\n");
    ask("\x16\x03\x01\0\0\r\n\r\n");
    ask("GET /caf\u{e9}?\"x\" HTTP/1.0\r\n\r\n");
    nginx.stop();
    let ended = run(case, &["--json", "nginx/access.log"]);
    let report = json(&ended);
    let seen = value!([
        report["malformed"],
        report["requests"],
        report["pathless"],
        report["top_paths"][0],
        report["top_clients"],
        report["statuses"]
            .as_array()
            .map(|all| all.iter().map(|one| one["status"].clone()).collect::<Vec<_>>())
    ]);
    let bytes = report["bytes"].clone();
    let expected = value!([
        0, 10, 1, {"path": "/", "hits": 7, "bytes": 35}, [{"client": "127.0.0.1", "hits": 10, "bytes": bytes}], [200, 400, 410]
    ]);
    case.expect(
        &ended,
        seen == expected,
        &format!("malformed, requests, pathless, first path, clients, statuses: {expected}"),
        &seen,
    );
}

/// The totals of both programs on one log, wherever both mean the same by them; the chapter says where they do not.
fn goaccess_counts_the_same(case: &mut Case) {
    let log = drawn(11, 20_000);
    let text = String::from_utf8_lossy(&log).into_owned();
    // GoAccess takes `%C3%A9` in a path back to é, and `get` for `GET`.
    let ordinary: String = text
        .split_inclusive('\n')
        .filter(|line| !line.contains('%') && !line.contains("\"get "))
        .collect();
    case.file("access.log", &ordinary);
    let peer = case
        .peer("goaccess", "goaccess")
        .args([
            "access.log",
            "--log-format=COMBINED",
            "--no-global-config",
            "--no-progress",
            "--output=goaccess.json",
        ])
        .args(["--max-items=100000"])
        .run();
    let theirs = std::fs::read(case.dir().join("goaccess.json")).unwrap_or_default();
    let theirs: Value = serde_json::from_slice(&theirs)
        .unwrap_or_else(|error| panic!("goaccess: {error}: {}", peer.stderr_text()));
    let ended = run(case, &["--json", "--top", "100000", "access.log"]);
    let ours = json(&ended);

    let general = &theirs["general"];
    let totals = value!([
        general["total_requests"],
        general["valid_requests"],
        general["failed_requests"],
        general["bandwidth"]
    ]);
    let mine = value!([ours["lines"], ours["requests"], ours["malformed"], ours["bytes"]]);
    case.expect(
        &ended,
        mine == totals,
        &format!("lines, requests, malformed and bytes are {totals}"),
        &mine,
    );

    let theirs_by = |panels: &[&str]| {
        let mut sums = std::collections::BTreeMap::<String, u64>::new();
        let items = panels
            .iter()
            .flat_map(|panel| theirs[panel]["data"].as_array().into_iter().flatten());
        let leaves = items.flat_map(|item| match item["items"].as_array() {
            Some(items) => items.iter().collect::<Vec<_>>(),
            None => vec![item],
        });
        for item in leaves {
            let key = item["data"].as_str().unwrap_or_default();
            let key = if panels == ["status_codes"] {
                &key[..3]
            } else {
                key
            };
            *sums.entry(key.to_owned()).or_default() += item["hits"]["count"].as_u64().unwrap_or(0);
        }
        // What is no request has rows of its own there, under the whole of what was sent.
        sums.retain(|key, _| panels.len() == 1 || key.starts_with('/'));
        sums
    };
    let ours_by = |list: &str, name: &str| {
        ours[list]
            .as_array()
            .into_iter()
            .flatten()
            .map(|row| {
                (
                    row[name]
                        .as_str()
                        .map_or_else(|| row[name].to_string(), str::to_owned),
                    row["hits"].as_u64().unwrap_or(0),
                )
            })
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    for (list, name, panels) in [
        ("statuses", "status", &["status_codes"][..]),
        ("top_clients", "client", &["hosts"]),
        ("top_paths", "path", &["requests", "static_requests", "not_found"]),
    ] {
        let (mut mine, other) = (ours_by(list, name), theirs_by(panels));
        mine.retain(|key, _| name != "path" || key.starts_with('/'));
        let difference: Vec<String> = other
            .iter()
            .filter(|(key, hits)| mine.get(*key) != Some(hits))
            .map(|(key, hits)| format!("{key}: goaccess {hits}, here {:?}", mine.get(key)))
            .take(5)
            .collect();
        let same = difference.is_empty() && mine.len() == other.len();
        case.expect(
            &ended,
            same,
            &format!("{list}: the hits that goaccess counts"),
            format!("{difference:?}, {} rows against {}", mine.len(), other.len()),
        );
    }
}

fn logs_add_up_as_the_reference_says(case: &mut Case) {
    case.seeded(4, |rng| {
        let log = spoiled(rng, 400);
        let top = rng.u32(0..40).to_string();
        let form = if rng.bool() { "--json" } else { "--top=20" };
        Exchange::of("loganalysis")
            .args(["report", "--threads", "1", "--top", &top, form, "access.log"])
            .file("access.log", log)
    });
}
