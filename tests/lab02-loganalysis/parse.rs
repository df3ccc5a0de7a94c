//! Stage 1: every line of a log becomes a JSON object.

use std::fs::File;
use std::io::Write;

use support::{Case, Exchange, Stage, stage};

use crate::log::{damaged, get, line, rough};
use crate::synthetic;

pub(crate) const STAGE: Stage = stage!("parse":
    an_ordinary_line_is_taken_apart,
    a_hyphen_is_null_and_an_empty_field_is_not,
    nginx_escapes_are_taken_back,
    quotation_marks_behind_a_backslash_end_no_field,
    a_user_name_may_hold_blanks_and_brackets,
    clients_are_ipv4_ipv6_or_a_unix_socket,
    a_request_that_is_no_http_has_no_method_and_no_target,
    http_2_and_http_0_9_are_requests_like_others,
    a_time_keeps_the_zone_of_its_server,
    a_time_that_no_calendar_has_is_malformed,
    every_month_ends_on_its_last_day,
    each_field_that_is_wrong_is_named_and_the_lines_around_it_are_kept,
    a_sign_is_no_digit,
    a_line_cut_by_a_full_disk_gives_back_the_record_behind_it,
    two_records_without_a_line_feed_between_them_are_both_found,
    zeros_before_a_line_cost_neither_the_line_nor_memory,
    of_a_line_of_more_than_65536_bytes_the_last_65536_are_kept,
    the_log_that_a_real_nginx_wrote_is_read_whole,
    the_last_line_needs_no_line_feed;
    seeded: damaged_logs_are_read_as_the_reference_reads_them
);

fn check(case: &mut Case, log: impl AsRef<[u8]>) {
    case.file("access.log", log);
    let ended = case.program("loganalysis").args(["parse", "access.log"]).run();
    case.snapshot(&ended);
}

fn an_ordinary_line_is_taken_apart(case: &mut Case) {
    check(
        case,
        "192.0.2.7 - - [23/Nov/2026:20:47:48 +0000] \"GET /a?b=c HTTP/1.1\" 200 612 \"http://example.org/\" \"curl/7.88.1\"\n",
    );
}

fn a_hyphen_is_null_and_an_empty_field_is_not(case: &mut Case) {
    check(
        case,
        "192.0.2.7 - - [23/Nov/2026:20:47:48 +0000] \"GET / HTTP/1.1\" 200 - \"-\" \"-\"\n\
         192.0.2.7 - joe [23/Nov/2026:20:47:48 +0000] \"-\" 408 0 \"\" \"\"\n",
    );
}

fn nginx_escapes_are_taken_back(case: &mut Case) {
    check(
        case,
        br#"192.0.2.7 - - [23/Nov/2026:20:47:48 +0000] "GET /caf\xC3\xA9 HTTP/1.1" 200 1 "http://x/?a=\x22b\x22" "tab\x09 C:\x5Cpath"
192.0.2.7 - a\x22b [23/Nov/2026:20:47:48 +0000] "GET /\xff\x2 HTTP/1.1" 200 1 "\y" "\xE4\xB8\xAD\xE6\x96\x87"
"#,
    );
}

fn quotation_marks_behind_a_backslash_end_no_field(case: &mut Case) {
    check(
        case,
        br#"192.0.2.7 - - [23/Nov/2026:20:47:48 +0000] "GET /\"quoted\" HTTP/1.1" 200 1 "a\\" "say \"hi\" twice\\"
192.0.2.7 - - [23/Nov/2026:20:47:48 +0000] "GET / HTTP/1.1" 200 1 "-" "never ends\"
"#,
    );
}

fn a_user_name_may_hold_blanks_and_brackets(case: &mut Case) {
    check(
        case,
        "192.0.2.7 - mary ann [23/Nov/2026:20:47:48 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n\
         192.0.2.7 - we[i]rd [x] [23/Nov/2026:20:47:48 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n\
         192.0.2.7 -  [23/Nov/2026:20:47:48 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n\
         192.0.2.7 - a - b [23/Nov/2026:20:47:48 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n",
    );
}

fn clients_are_ipv4_ipv6_or_a_unix_socket(case: &mut Case) {
    let clients = [
        "0.0.0.0",
        "255.255.255.255",
        "::1",
        "2001:db8::7:1",
        "::ffff:192.0.2.1",
        "unix:",
        "256.1.1.1",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1..2.3",
        "example.org",
        "12345::",
        ":::",
        "-",
        "",
    ];
    let log: String = clients
        .iter()
        .map(|client| line(client, "23/Nov/2026:20:47:48 +0000", "/", 200, 1))
        .collect();
    check(case, log);
}

fn a_request_that_is_no_http_has_no_method_and_no_target(case: &mut Case) {
    let requests = [
        "",
        "-",
        r"\x16\x03\x01\x02\x00\x01\x00\xFC",
        "SSH-2.0-OpenSSH_9.2",
        "get / HTTP/1.1",
        "GET",
        "GET ",
        " / HTTP/1.1",
        "GET  HTTP/1.1",
    ];
    let log: String = requests
        .iter()
        .map(|request| {
            format!("192.0.2.7 - - [23/Nov/2026:20:47:48 +0000] \"{request}\" 400 0 \"-\" \"-\"\n")
        })
        .collect();
    check(case, log);
}

fn http_2_and_http_0_9_are_requests_like_others(case: &mut Case) {
    let requests = [
        "GET /style.css?v=3 HTTP/2.0",
        "PRI * HTTP/2.0",
        "GET /",
        "GET /late HT",
        "GET /a b c HTTP/1.1",
        "GET /HTTP/1.1",
        "CONNECT example.org:443 HTTP/1.1",
        "GET / HTTP/9.9",
        "GET / HTTP/x.1",
    ];
    let log: String = requests
        .iter()
        .map(|request| {
            format!("192.0.2.7 - - [23/Nov/2026:20:47:48 +0000] \"{request}\" 400 0 \"-\" \"-\"\n")
        })
        .collect();
    check(case, log);
}

fn a_time_keeps_the_zone_of_its_server(case: &mut Case) {
    let times = [
        "24/Nov/2026:02:17:52 +0530",
        "23/Nov/2026:17:17:54 -0330",
        "31/Dec/1999:23:59:59 -0001",
        "01/Jan/1970:00:00:00 +0000",
        "29/Feb/2024:12:00:00 +1400",
    ];
    let log: String = times
        .iter()
        .map(|time| line("192.0.2.7", time, "/", 200, 1))
        .collect();
    check(case, log);
}

fn a_time_that_no_calendar_has_is_malformed(case: &mut Case) {
    let times = [
        "29/Feb/2026:00:00:00 +0000",
        "29/Feb/2100:00:00:00 +0000",
        "31/Apr/2026:00:00:00 +0000",
        "00/Jan/2026:00:00:00 +0000",
        "32/Jan/2026:00:00:00 +0000",
        "23/nov/2026:00:00:00 +0000",
        "23/Nov/2026:24:00:00 +0000",
        "23/Nov/2026:00:60:00 +0000",
        "23/Nov/2026:00:00:60 +0000",
        "23/Nov/2026:00:00:00 +2400",
        "23/Nov/2026:00:00:00 +0060",
        "23/Nov/2026:00:00:00 0000",
        "23/Nov/2026:00:00:00",
        "2026-11-23T00:00:00+00:00",
        "2 /Nov/2026:00:00:00 +0000",
        "+1/Nov/2026:00:00:00 +0000",
        "01/Nov/+026:00:00:00 +0000",
        "01/Nov/2026:+1:00:00 +0000",
        "01/Nov/2026:00:+1:00 +0000",
        "01/Nov/2026:00:00:+1 +0000",
        "01/Nov/2026:00:00:00 ++100",
        "01/Nov/2026:00:00:00 +00+1",
        "29/Feb/2000:00:00:00 +0000",
    ];
    let log: String = times
        .iter()
        .map(|time| line("192.0.2.7", time, "/", 200, 1))
        .collect();
    check(case, log);
}

fn every_month_ends_on_its_last_day(case: &mut Case) {
    let centuries = (100..=9900)
        .step_by(100)
        .flat_map(|year| [year - 1, year, year + 1]);
    let years: Vec<i64> = centuries.chain((1..10_000).step_by(61)).collect();
    let (mut log, mut expected) = (String::new(), Vec::new());
    for year in years {
        for (month, name) in (1..).zip(synthetic::MONTHS) {
            let last = match month {
                2 if synthetic::leap(year) => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            for day in [1, last, last + 1] {
                let time = format!("{day:02}/{name}/{year:04}:12:30:59 +0200");
                log.push_str(&line("::1", &time, "/", 200, 1));
                expected.push(match day <= last {
                    true => format!("{year:04}-{month:02}-{day:02}T12:30:59+02:00"),
                    false => format!("no time: {day:02}/{name}/{year:04}"),
                });
            }
        }
    }
    case.file("access.log", &log);
    let ended = case.program("loganalysis").args(["parse", "access.log"]).run();
    let seen: Vec<String> = ended
        .stdout_text()
        .lines()
        .zip(log.lines())
        .map(|(found, line)| {
            let found: serde_json::Value = serde_json::from_str(found).unwrap_or_default();
            match found["time"].as_str() {
                Some(time) => time.to_owned(),
                None => format!("no time: {}", line.get(9..20).unwrap_or_default()),
            }
        })
        .collect();
    case.expect_same(
        &ended,
        "the times, line by line",
        &expected.join("\n"),
        &seen.join("\n"),
    );
}

fn each_field_that_is_wrong_is_named_and_the_lines_around_it_are_kept(case: &mut Case) {
    let start = "192.0.2.7 - - [23/Nov/2026:20:47:48 +0000]";
    let wrong = [
        "".to_owned(),
        "nonsense".to_owned(),
        "192.0.2.7 joe - [23/Nov/2026:20:47:48 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"".to_owned(),
        "192.0.2.7 - - 23/Nov/2026:20:47:48 +0000 \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"".to_owned(),
        format!("{start}\"GET / HTTP/1.1\" 200 1 \"-\" \"x\""),
        format!("{start}  \"GET / HTTP/1.1\" 200 1 \"-\" \"x\""),
        format!("{start} GET / HTTP/1.1 200 1 \"-\" \"x\""),
        format!("{start} \"GET / HTTP/1.1"),
        format!("{start} \"GET / HTTP/1.1\" 20 1 \"-\" \"x\""),
        format!("{start} \"GET / HTTP/1.1\" 2000 1 \"-\" \"x\""),
        format!("{start} \"GET / HTTP/1.1\" 200  \"-\" \"x\""),
        format!("{start} \"GET / HTTP/1.1\" 200 99999999999999999999 \"-\" \"x\""),
        format!("{start} \"GET / HTTP/1.1\" 200 1 - \"x\""),
        format!("{start} \"GET / HTTP/1.1\" 200 1 \"-\" x"),
        format!("{start} \"GET / HTTP/1.1\" 200 1 \"-\" \"x"),
        format!("{start} \"GET / HTTP/1.1\" 200 1 \"-\" \"x\" more"),
        format!("{start} \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\r"),
        "\0\u{1b}[2J\u{7f}".to_owned(),
    ];
    let mut log = get("/first");
    for (number, line) in wrong.iter().enumerate() {
        log.push_str(&format!("{line}\n{}", get(&format!("/after/{number}"))));
    }
    check(case, log);
}

/// Rust's `str::parse` takes `+5` for a number.
fn a_sign_is_no_digit(case: &mut Case) {
    let log: String = [
        "+20 1", "200 +1", "200 -1", "-20 1", "20+ 1", "200 1+", "200 --", "200 +",
    ]
    .map(|numbers| {
        format!(
            "192.0.2.7 - - [23/Nov/2026:20:47:48 +0000] \"GET / HTTP/1.1\" {numbers} \"-\" \"x\"\n{}",
            get("/after")
        )
    })
    .concat();
    check(case, log);
}

fn a_line_cut_by_a_full_disk_gives_back_the_record_behind_it(case: &mut Case) {
    let fixture = case.fixture_bytes("cut.log");
    let lines: Vec<&[u8]> = fixture.split_inclusive(|&byte| byte == b'\n').collect();
    let mut log = lines[lines.len() - 3..].concat();
    // And cut at every other place, as a disk may have been.
    let whole = "203.0.113.9 - joe [23/Nov/2026:20:47:48 +0000] \"GET /cut HTTP/1.1\" 200 77 \"http://r/\" \"agent\"\n";
    for cut in [1, 6, 12, 14, 17, 25, 43, 45, 50, 66, 68, 71, 76, 80, 84, 90] {
        log.extend_from_slice(&whole.as_bytes()[..cut]);
        log.extend_from_slice(get(&format!("/behind/{cut}")).as_bytes());
    }
    check(case, log);
}

fn two_records_without_a_line_feed_between_them_are_both_found(case: &mut Case) {
    let two = get("/one").trim_end().to_owned() + &get("/two");
    let three = two.trim_end().to_owned() + "\0\0\0" + &get("/three");
    let unix =
        get("/a").trim_end().to_owned() + "x" + &line("unix:", "23/Nov/2026:20:47:48 +0000", "/b", 200, 1);
    check(case, [two, three, unix].concat());
}

fn zeros_before_a_line_cost_neither_the_line_nor_memory(case: &mut Case) {
    // What a rotation leaves that cuts a log whose writer does not append: the writer goes on where it was, behind a hole.
    let path = case.file("access.log", get("/before"));
    let mut file = File::options().append(true).open(&path).expect("the log");
    let length = file.metadata().expect("the log").len();
    file.set_len(length + (48 << 20)).expect("a hole");
    file.write_all(get("/behind").as_bytes()).expect("a line");
    file.write_all(get("/after").as_bytes()).expect("a line");
    let ended = case.program("loganalysis").args(["parse", "access.log"]).run();
    // The text of what was lost is up to the program: it is 48 MiB of nothing.
    let lines: Vec<serde_json::Value> = ended
        .stdout
        .split(|&byte| byte == b'\n')
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    let seen: Vec<String> = lines
        .iter()
        .map(|line| format!("{} {} {}", line["line"], line["target"], line["malformed"]))
        .collect();
    let expected = [
        "1 \"/before\" null",
        "2 null \"a line of more than 65536 bytes\"",
        "2 \"/behind\" null",
        "3 \"/after\" null",
    ];
    case.expect_same(
        &ended,
        "line, target and damage",
        &expected.join("\n"),
        &seen.join("\n"),
    );
}

fn of_a_line_of_more_than_65536_bytes_the_last_65536_are_kept(case: &mut Case) {
    const LONGEST: usize = 65_536;
    let room = LONGEST - get("/").trim_end().len();
    let fits = format!("/{}", "f".repeat(room));
    let nearly = format!("/{}", "n".repeat(room - 1));
    let too_long = get(&format!("/{}", "t".repeat(room + 1)));
    let record = get("/behind");
    let junk = "j".repeat(LONGEST);
    let much = "m".repeat(4 * LONGEST + 321);
    let kept = LONGEST - record.trim_end().len();
    let log = [
        get(&nearly),
        get(&fits),
        too_long.clone(),
        format!("{junk}\n"),
        format!("{junk}{record}"),
        format!("{much}{record}"),
        get("/after"),
    ];
    case.file("access.log", log.concat());
    let ended = case.program("loganalysis").args(["parse", "access.log"]).run();
    let long = "a line of more than 65536 bytes";
    let client = "no client address at the start";
    let expected = [
        (1, None, nearly.as_str()),
        (2, None, &fits),
        (3, Some(long), &too_long.trim_end()[1..]),
        (4, Some(client), &junk),
        (5, Some(long), &junk[..kept]),
        (5, None, "/behind"),
        (6, Some(long), &much[..kept]),
        (6, None, "/behind"),
        (7, None, "/after"),
    ]
    .map(|(line, why, text)| shown(line, why, text));
    let seen: Vec<String> = ended
        .stdout
        .split(|&byte| byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok())
        .map(|found| {
            let why = found["malformed"].as_str();
            let text = if why.is_some() {
                &found["text"]
            } else {
                &found["target"]
            };
            let line = found["line"].as_u64().unwrap_or(0);
            shown(line, why, text.as_str().unwrap_or_default())
        })
        .collect();
    case.expect_same(
        &ended,
        "what each line holds",
        &expected.join("\n"),
        &seen.join("\n"),
    );
}

/// Says what was found in a line without its tens of thousands of bytes.
fn shown(line: u64, why: Option<&str>, text: &str) -> String {
    let (start, end) = (text.len().min(12), text.len().saturating_sub(12));
    let ends = match (text.get(..start), text.get(end..)) {
        (Some(start), Some(end)) => format!("{start}…{end}"),
        _ => "no ASCII".to_owned(),
    };
    let what = why.unwrap_or("a target");
    format!("line {line}: {what}, {} bytes, {ends}", text.len())
}

fn the_log_that_a_real_nginx_wrote_is_read_whole(case: &mut Case) {
    case.fixture("access.log");
    case.fixture("http2.log");
    let ended = case.program("loganalysis").args(["parse", "access.log"]).run();
    case.snapshot(&ended);
    let ended = case.program("loganalysis").args(["parse", "http2.log"]).run();
    case.snapshot(&ended);
}

fn the_last_line_needs_no_line_feed(case: &mut Case) {
    case.file("access.log", get("/one") + get("/two").trim_end());
    let ended = case.program("loganalysis").args(["parse", "access.log"]).run();
    case.snapshot(&ended);
    case.file("empty.log", "");
    let ended = case.program("loganalysis").args(["parse", "empty.log"]).run();
    case.expect_stdout(&ended, "");
    case.expect_status(&ended, 0);
}

fn damaged_logs_are_read_as_the_reference_reads_them(case: &mut Case) {
    case.seeded(6, |rng| {
        let seed = rng.u64(..);
        let log = rough(seed, 60);
        let log = damaged(rng, log, 25);
        Exchange::of("loganalysis")
            .args(["parse", "access.log"])
            .file("access.log", log)
    });
}
