//! The clients that everybody has.

use support::Case;

use super::{TRIGGERS, http, page};

pub(crate) fn curl_gets_what_is_there(case: &mut Case) {
    let bytes: Vec<u8> = (0..300_000_u32).flat_map(|number| number.to_be_bytes()).collect();
    page(case, "a.bin", &bytes);
    page(case, "folder/index.html", "<p>a folder</p>");
    let mut server = http(case, &[]);
    let url = format!("http://{}", server.address);
    for (args, expected) in [
        (vec![format!("{url}/a.bin")], &bytes[..]),
        (
            vec![
                "--range".to_owned(),
                "1000-1999".to_owned(),
                format!("{url}/a.bin"),
            ],
            &bytes[1000..2000],
        ),
        (
            vec!["--location".to_owned(), format!("{url}/folder")],
            b"<p>a folder</p>",
        ),
        // On one connection, one after the other.
        (
            vec![format!("{url}/folder/"), format!("{url}/folder/")],
            b"<p>a folder</p><p>a folder</p>",
        ),
    ] {
        let ended = case
            .peer("curl", "curl")
            .args([
                "--silent",
                "--show-error",
                "--fail",
                "--max-time",
                "15",
                "--noproxy",
                "*",
            ])
            .args(&args)
            .run();
        let found = format!(
            "exit status {}, {} bytes\n{}",
            ended.code(),
            ended.stdout.len(),
            ended.stderr_text()
        );
        let what = format!("{} bytes for curl {}", expected.len(), args.join(" "));
        server.expect(case, ended.code() == 0 && ended.stdout == expected, &what, found);
    }
}

pub(crate) fn wrk_finds_no_fault(case: &mut Case) {
    page(case, "a.txt", "x".repeat(20_000));
    for trigger in TRIGGERS {
        let mut server = http(case, trigger);
        let url = format!("http://{}/a.txt", server.address);
        let ended = case
            .peer("wrk", "wrk")
            .args([
                "--threads",
                "1",
                "--connections",
                "50",
                "--duration",
                "1",
                "--timeout",
                "15",
                &url,
            ])
            .run();
        let report = ended.stdout_text();
        // It says so only where there was one: an answer that is no 2xx or 3xx, or a connection that broke.
        let faults = report.contains("Non-2xx") || report.contains("Socket errors");
        let requests: u64 = report
            .lines()
            .find_map(|line| line.trim().split_once(" requests in ")?.0.parse().ok())
            .unwrap_or(0);
        server.expect(
            case,
            ended.code() == 0 && !faults && requests > 0,
            "answers for wrk on 50 connections, and no error",
            format!("exit status {}\n{report}{}", ended.code(), ended.stderr_text()),
        );
    }
}
