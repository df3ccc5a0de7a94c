//! Servers that speak MySQL's protocol, written down packet by packet.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use support::{Case, Ended};

use super::expect_quick;
use super::scripted::{Scripted, Step};
use crate::host::{expect_faults, expect_readings, put};

/// The salt of every greeting, in its two parts.
pub(super) const SALT: [&[u8]; 2] = [b"8 bytes!", b"and twelve.."];

/// A packet with this number.
pub(super) fn packet(number: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("it is short").to_le_bytes();
    [&length[..3], &[number], body].concat()
}

/// What a server begins with.
pub(super) fn greeting() -> Vec<u8> {
    let body = [
        &b"\x0a10.11.6-MariaDB\0"[..],
        &[7, 0, 0, 0],
        SALT[0],
        &[0, 0xfe, 0xf7, 45, 2, 0, 0xff, 0x81, 21],
        &[0; 10],
        SALT[1],
        b"\0mysql_native_password\0",
    ]
    .concat();
    packet(0, &body)
}

pub(super) const OK: &[u8] = &[0, 0, 0, 2, 0, 0, 0];
pub(super) const END: &[u8] = &[0xfe, 0, 0, 2, 0];

/// A text in front of which its length stands.
pub(super) fn text(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("it is short");
    let mut bytes = match length {
        0..=250 => vec![length as u8],
        _ => [&[252][..], &length.to_le_bytes()].concat(),
    };
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// The answer to the query, up to the rows; and the number of the next packet.
pub(super) fn head() -> (Vec<u8>, u8) {
    // What a column is called, and a dozen bytes more, is of no use here; some begin with 254 too.
    let columns = [
        packet(1, &[2]),
        packet(
            2,
            &[&b"\x03def"[..], &text("STATUS"), &text("Variable_name")].concat(),
        ),
        packet(3, b"\xfe a description that is longer than an end"),
        packet(4, END),
    ];
    (columns.concat(), 5)
}

/// The answer to the query.
pub(super) fn rows(rows: &[(&str, &str)]) -> Vec<u8> {
    let (mut answer, mut number) = head();
    for (name, value) in rows {
        answer.extend(packet(number, &[text(name), text(value)].concat()));
        number = number.wrapping_add(1);
    }
    answer.extend(packet(number, END));
    answer
}

/// The steps of a server that lets anybody in and answers the query so.
pub(super) fn session(answer: Vec<u8>) -> Vec<Step> {
    vec![
        Step::Say(greeting()),
        Step::Hear,
        Step::Say(packet(2, OK)),
        Step::Hear,
        Step::Say(answer),
        Step::Hold,
    ]
}

/// Asks a server that does this, with these lines more in the file of options.
pub(super) fn ask(case: &mut Case, steps: Vec<Step>, options: &str) -> (Ended, Scripted) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    let server = Scripted::new(steps);
    let options = format!(
        "[client]\nuser = muster\nhost = 127.0.0.1\nport = {}\n{options}",
        server.address().port()
    );
    write_options(case, &options);
    let ended = case
        .program("collect")
        .args(["--root", "host", "--mysql", "mysql.cnf"])
        .run();
    (ended, server)
}

/// Writes the file of options so that nobody else can read it.
pub(super) fn write_options(case: &mut Case, text: &str) {
    let path = case.file("mysql.cnf", text);
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("it is ours");
}

/// Expects that mysql is said not to be up, and why on one line; the host's load is there.
pub(super) fn check_down(case: &mut Case, steps: Vec<Step>, options: &str) -> (Ended, Scripted) {
    let (ended, server) = ask(case, steps, options);
    let fault = format!("mysql at {}: ", server.address());
    expect_faults(
        case,
        &ended,
        "load.1m 0.5 count
         mysql.up 0 count",
        &[&fault],
    );
    expect_quick(case, &ended);
    (ended, server)
}

pub(super) fn mysql_is_read_from_its_status(case: &mut Case) {
    let long = "-".repeat(300);
    let answer = rows(&[
        ("Uptime", "12"),
        ("Com_select", "7"),
        ("Uptime_since_flush_status", "99"),
        ("uptime", "98"),
        ("Unknown_thing", "ON"),
        ("Rsa_public_key", &long),
        ("Innodb_row_lock_time", "1500"),
        ("Bytes_sent", "18446744073709551615"),
        ("Threads_running", "0"),
        ("", ""),
    ]);
    let (ended, server) = ask(case, session(answer), "");
    expect_readings(
        case,
        &ended,
        "load.1m 0.5 count
         mysql.up 1 count
         mysql.uptime 12 seconds
         mysql.selects 7 count
         mysql.row_lock_time 1.5 seconds
         mysql.sent_bytes 18446744073709552000 bytes
         mysql.threads_running 0 count",
    );
    let heard = server.heard();
    let query = packet(0, b"\x03SHOW GLOBAL STATUS");
    case.expect(
        &ended,
        heard.windows(query.len()).any(|part| part == query),
        "the query `SHOW GLOBAL STATUS`, as a packet of its own with the number 0",
        String::from_utf8_lossy(&heard),
    );
    let farewell = packet(0, b"\x01");
    case.expect(
        &ended,
        heard.ends_with(&farewell),
        "a good-bye at the end",
        String::from_utf8_lossy(&heard),
    );
    // A value that is none, NULL, and a server that says nothing.
    let mut answer = head().0;
    answer.extend(packet(
        5,
        &[&b"\xfc\x06\0Uptime"[..], b"\xfd\x01\0\x003"].concat(),
    ));
    answer.extend(packet(6, &[text("Queries"), vec![0xfb]].concat()));
    answer.extend(packet(7, &[text("Connections"), text("-1")].concat()));
    // The length of a text may fill two, three and eight bytes: the last begins as an end does, and is none.
    let long = [&b"\xfe\x0f\0\0\0\0\0\0\0"[..], b"Threads_running", &text("4")].concat();
    answer.extend(packet(8, &long));
    answer.extend(packet(9, END));
    let (ended, server) = ask(case, session(answer), "");
    let fault = format!("mysql at {}, line 2: ", server.address());
    expect_faults(
        case,
        &ended,
        "load.1m 0.5 count
         mysql.up 1 count
         mysql.uptime 3 seconds
         mysql.threads_running 4 count",
        &[&fault],
    );
    let (ended, _server) = ask(case, session(rows(&[])), "");
    expect_readings(
        case,
        &ended,
        "load.1m 0.5 count
         mysql.up 1 count",
    );
}

pub(super) fn a_log_in_has_a_user_and_a_proof(case: &mut Case) {
    // SHA1(p) XOR SHA1(salt + SHA1(SHA1(p))), computed elsewhere.
    const PROOF: [u8; 20] = [
        131, 224, 193, 220, 35, 34, 207, 222, 159, 133, 163, 139, 95, 222, 50, 51, 121, 85, 222, 153,
    ];
    const OTHER: [u8; 20] = [
        136, 62, 60, 76, 218, 217, 42, 130, 198, 177, 74, 33, 240, 81, 252, 52, 53, 252, 1, 176,
    ];
    let up = "load.1m 0.5 count\nmysql.up 1 count";
    for (options, proof) in [("password = pass word", &PROOF[..]), ("", &[])] {
        let (ended, server) = ask(case, session(rows(&[])), options);
        expect_readings(case, &ended, up);
        let expected = [
            b"muster\0",
            &[u8::try_from(proof.len()).expect("20 or none")][..],
            proof,
            b"mysql_native_password\0",
        ]
        .concat();
        let heard = server.heard();
        case.expect(
            &ended,
            heard.windows(expected.len()).any(|part| part == expected),
            "the user, the length of the proof, the proof for the salt of the greeting, and the plugin",
            format!("{heard:02x?}"),
        );
    }
    // It may want the same plugin with another salt.
    let switch = [&b"\xfemysql_native_password\0"[..], b"twenty other bytes..\0"].concat();
    let answer = |number: u8| {
        vec![
            Step::Say(greeting()),
            Step::Hear,
            Step::Say(packet(2, &switch)),
            Step::Hear,
            Step::Say(packet(number, OK)),
            Step::Hear,
            Step::Say(rows(&[])),
            Step::Hold,
        ]
    };
    let (ended, server) = ask(case, answer(4), "password = pass word");
    expect_readings(case, &ended, up);
    let heard = server.heard();
    let expected = packet(3, &OTHER);
    case.expect(
        &ended,
        heard.windows(expected.len()).any(|part| part == expected),
        "a packet with the number 3 that holds the proof for the other salt, and nothing else",
        format!("{heard:02x?}"),
    );
}

pub(super) fn a_refusal_is_said_with_its_number(case: &mut Case) {
    let refusal = b"\xff\x15\x04#28000Access denied for user 'muster'@'localhost'";
    let early = packet(0, b"\xff\x10\x04Too many connections");
    let late = packet(5, b"\xff\x1f\x05#70100Query was killed");
    let query = packet(1, b"\xff\x19\x05#42000\x1b[2J\xe2\x80\xae\nno");
    for (steps, number, part) in [
        (vec![Step::Say(early)], "1040", "Too many connections"),
        (
            vec![Step::Say(greeting()), Step::Hear, Step::Say(packet(2, refusal))],
            "1045",
            ": Access denied for user 'muster'@'localhost'",
        ),
        (session(query), "1305", "no"),
        (session([head().0, late].concat()), "1311", "Query was killed"),
    ] {
        let (ended, _server) = check_down(case, steps, "");
        let said = ended.stderr_text();
        case.expect(
            &ended,
            said.contains(number)
                && said.contains(part)
                && !said.contains("28000")
                && !said.contains(['\u{1b}', '\u{202e}']),
            &format!("a message with {number} and `{part}`, without the state `28000` and without control characters"),
            &said,
        );
    }
}

pub(super) fn an_answer_of_another_form_is_said(case: &mut Case) {
    let (head, _) = head();
    let row = packet(5, &[text("Uptime"), text("1")].concat());
    for answer in [
        // No rows at all, three columns, and one column more than it said.
        packet(1, OK),
        packet(1, &[3]),
        packet(1, &[0xfc, 2, 0]),
        packet(1, &[]),
        [
            packet(1, &[2]),
            packet(2, b"a"),
            packet(3, b"b"),
            packet(4, b"c"),
            packet(5, END),
        ]
        .concat(),
        // A packet that is missing, and one that came twice.
        [head.clone(), packet(6, &[text("Uptime"), text("1")].concat())].concat(),
        [head.clone(), row.clone(), row].concat(),
        // Rows that end too early.
        [head.clone(), packet(5, &text("Uptime")), packet(6, END)].concat(),
        [head.clone(), packet(5, b"\x06Upt"), packet(6, END)].concat(),
        [
            head.clone(),
            packet(5, b"\x06Uptime\xfe\xff\xff\xff\xff\xff\xff\xff\xff"),
            packet(6, END),
        ]
        .concat(),
        [head.clone(), packet(5, b"\x06Uptime\xff"), packet(6, END)].concat(),
        [head.clone(), packet(5, &[]), packet(6, END)].concat(),
    ] {
        check_down(case, session(answer), "");
    }
    // Another program, an older protocol, a salt of another length, a greeting that is cut.
    let whole = greeting();
    let body = &whole[4..];
    let with = |at: usize, byte: u8| {
        let mut body = body.to_vec();
        body[at] = byte;
        packet(0, &body)
    };
    let length = body
        .windows(2)
        .position(|two| two == [0x81, 21])
        .expect("it is there")
        + 1;
    for first in [
        b"SSH-2.0-OpenSSH_9.2p1\r\n".to_vec(),
        with(0, 9),
        with(length, 8),
        packet(0, &body[..1]),
        packet(0, &body[..20]),
        packet(0, &body[..length + 12]),
        packet(1, body),
        Vec::new(),
    ] {
        let steps = vec![Step::Say(first), Step::Hear, Step::Say(packet(2, OK))];
        check_down(case, steps, "");
    }
    // An answer to the log-in that is none.
    for answer in [&[1][..], b"", b"\xfe", b"\xfemysql_native_password\0short"] {
        let steps = vec![
            Step::Say(greeting()),
            Step::Hear,
            Step::Say(packet(2, answer)),
            Step::Hold,
        ];
        check_down(case, steps, "");
    }
}

pub(super) fn the_file_of_options_keeps_its_secret(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    let run = |case: &Case| {
        case.program("collect")
            .args(["--root", "host", "--mysql", "mysql.cnf"])
            .run()
    };
    for (text, part) in [
        ("[client]\nuser = a\nhunter2\n", "mysql.cnf, line 3: "),
        (
            "[client]\nuser = a\npasword = hunter2\n",
            "mysql.cnf, line 3: there is no option pasword",
        ),
        ("[client]\npassword = hunter2\n", "user is missing"),
        ("user = a\n", "mysql.cnf, line 1: "),
    ] {
        write_options(case, text);
        let ended = run(case);
        case.expect_status(&ended, 1);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, part);
        let said = ended.stderr_text();
        case.expect(
            &ended,
            !said.contains("hunter2"),
            "nothing of the line's text",
            &said,
        );
    }
    write_options(case, "[client]\nuser = a\npassword = hunter2\nsocket = gone\n");
    let path = case.dir().join("mysql.cnf");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let ended = run(case);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "everybody may read it");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("it is ours");
    let ended = run(case);
    expect_readings(
        case,
        &ended,
        "load.1m 0.5 count
         mysql.up 0 count",
    );
    fs::remove_file(path).expect("it is there");
    let ended = run(case);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "mysql.cnf");
}

pub(super) fn services_are_metrics_like_others(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.5\n")]);
    let server = Scripted::new(session(rows(&[("Queries", "7"), ("Bytes_sent", "2048")])));
    let options = format!(
        "[client]\nuser = muster\nhost = localhost\nport = {}\n",
        server.address().port()
    );
    write_options(case, &options);
    let run = |case: &Case, args: &[&str]| {
        case.program("collect")
            .args(args)
            .args(["--root", "host", "--mysql", "mysql.cnf"])
            .run()
    };
    let ended = run(case, &["explain", "mysql.sent_bytes"]);
    case.snapshot(&ended);
    let ended = run(case, &["--prometheus", "--metric", "mysql"]);
    case.snapshot(&ended);
    let ended = run(case, &["cost", "--rounds", "2", "--json"]);
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let last = text.lines().last().unwrap_or_default().to_owned();
    case.expect(
        &ended,
        last.starts_with("{\"collector\":\"mysql\",\"rounds\":2,") && text.lines().count() == 17,
        "the costs of 17 collectors, of which mysql is the last",
        &text,
    );
    // Without being asked it is absent.
    let ended = case
        .program("collect")
        .args(["explain", "nginx.requests", "--root", "host"])
        .run();
    case.snapshot(&ended);
}
