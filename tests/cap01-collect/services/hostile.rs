//! Servers that mean harm, or are broken.

use support::{Case, Rng};

use super::mysql::{END, OK, ask, check_down, greeting, head, packet, rows, session, text};
use super::scripted::Step;
use super::{expect_quick, expect_small};

pub(super) fn a_password_is_never_sent_as_it_is(case: &mut Case) {
    for plugin in [
        "mysql_clear_password",
        "dialog",
        "client_ed25519",
        "mysql_old_password",
        "",
    ] {
        let switch = [b"\xfe", plugin.as_bytes(), b"\0twenty bytes of salt\0"].concat();
        let steps = vec![
            Step::Say(greeting()),
            Step::Hear,
            Step::Say(packet(2, &switch)),
            Step::Hear,
            Step::Say(packet(4, OK)),
            Step::Hold,
        ];
        let (ended, server) = check_down(case, steps, "password = hunter2\n");
        let (heard, said) = (server.heard(), ended.stderr_text());
        case.expect(
            &ended,
            !heard.windows(7).any(|part| part == b"hunter2") && !said.contains("hunter2"),
            "the password neither sent nor said",
            format!("{said}\n{}", String::from_utf8_lossy(&heard)),
        );
        let answers = packets(&heard);
        case.expect(
            &ended,
            answers == 1 && said.contains(plugin),
            &format!("no answer to who wants `{plugin}`, and a message that names it"),
            format!("{answers} packets sent, and {said}"),
        );
    }
    // The same plugin is asked for again and again.
    let switch = [&b"\xfemysql_native_password\0"[..], b"twenty bytes of salt\0"].concat();
    let steps = vec![
        Step::Say(greeting()),
        Step::Hear,
        Step::Say(packet(2, &switch)),
        Step::Hear,
        Step::Say(packet(4, &switch)),
        Step::Hear,
        Step::Say(packet(6, OK)),
        Step::Hold,
    ];
    check_down(case, steps, "");
}

/// Counts the packets of a stream.
fn packets(mut stream: &[u8]) -> usize {
    let mut count = 0;
    while let [a, b, c, _, rest @ ..] = stream {
        let length = usize::from(*a) | usize::from(*b) << 8 | usize::from(*c) << 16;
        stream = rest.get(length..).unwrap_or_default();
        count += 1;
    }
    count
}

pub(super) fn a_server_that_asks_for_a_file_gets_none(case: &mut Case) {
    let steps = session(packet(1, b"\xfbmysql.cnf"));
    let (ended, server) = check_down(case, steps, "# kept\n");
    let heard = server.heard();
    let capabilities = heard.get(4..8).unwrap_or_default().to_vec();
    case.expect(
        &ended,
        packets(&heard) == 2 && !heard.windows(4).any(|part| part == b"kept"),
        "two packets: the log-in and the query, and nothing of a file",
        String::from_utf8_lossy(&heard),
    );
    case.expect(
        &ended,
        capabilities.first().is_some_and(|low| low & 0x80 == 0),
        "a log-in that does not offer LOCAL FILES",
        format!("{capabilities:02x?}"),
    );
}

pub(super) fn a_packet_may_announce_any_length(case: &mut Case) {
    for length in [[0xff, 0xff, 0xff], [1, 0x40, 0], [0, 0, 1]] {
        let announced = [&length[..], &[0]].concat();
        // What follows is refused before it is read: nobody sends it, and nothing is waited for.
        let (ended, _server) = check_down(case, vec![Step::Say(announced), Step::Hold], "");
        expect_small(case, &ended);
        case.expect(
            &ended,
            ended.stderr_text().contains("too long"),
            "a message that says `too long`: nothing is waited for",
            ended.stderr_text(),
        );
    }
    // A greeting may be long, and a row.
    let mut long = greeting()[4..].to_vec();
    long.resize(16 << 10, 0);
    let steps = vec![
        Step::Say(packet(0, &long)),
        Step::Hear,
        Step::Say(packet(2, OK)),
        Step::Hear,
        Step::Say(rows(&[("Rsa_public_key", &"x".repeat(16_000)), ("Uptime", "1")])),
        Step::Hold,
    ];
    let (ended, _server) = ask(case, steps, "");
    crate::host::expect_readings(
        case,
        &ended,
        "load.1m 0.5 count
         mysql.up 1 count
         mysql.uptime 1 seconds",
    );
}

pub(super) fn an_answer_of_mysql_without_an_end_is_not_read(case: &mut Case) {
    // All numbers of packets, again and again: rows without an end.
    let (head, first) = head();
    let row = [text("a"), text("")].concat();
    let all: Vec<u8> = (0..=255_u8)
        .flat_map(|number| packet(first.wrapping_add(number), &row))
        .collect();
    let mut steps = session(head);
    steps.pop();
    steps.push(Step::Flood(all));
    let (ended, _server) = check_down(case, steps, "");
    expect_small(case, &ended);
    case.expect(
        &ended,
        ended.cpu.as_secs_f64() < 0.5,
        "a bounded time of a processor",
        format!("{:.2} s", ended.cpu.as_secs_f64()),
    );
}

pub(super) fn a_mysql_that_hangs_costs_a_second(case: &mut Case) {
    check_down(case, vec![Step::Hold], "");
    let greeting = greeting();
    check_down(case, vec![Step::Drip(greeting.clone())], "");
    check_down(case, vec![Step::Say(greeting.clone()), Step::Hold], "");
    let mut steps = session(head().0);
    steps.push(Step::Hold);
    check_down(case, steps, "");
    // Rows that come slowly, each well within a second of the one before.
    let mut steps = session(head().0);
    steps.pop();
    steps.extend((0..100).map(|number| Step::Drip(packet(number + 5, &[text("a"), text("1")].concat()))));
    check_down(case, steps, "");
}

pub(super) fn whatever_a_server_sends_is_survived(case: &mut Case) {
    let whole = [
        greeting(),
        packet(2, OK),
        rows(&[("Uptime", "1"), ("Queries", "2")]),
        packet(8, END),
    ];
    for round in 0..60 {
        let mut rng = Rng::with_seed(round);
        let mut parts = whole.clone();
        for _ in 0..rng.usize(1..4) {
            let part = &mut parts[rng.usize(0..4)];
            let at = rng.usize(0..part.len());
            match rng.u32(0..3) {
                0 => part[at] = rng.u8(..),
                1 => part.truncate(at.max(1)),
                _ => part.insert(
                    at,
                    *rng.choice(&[0, 251, 252, 253, 254, 255]).expect("there are some"),
                ),
            }
        }
        let [greeting, ok, answer, more] = parts;
        let steps = vec![
            Step::Say(greeting),
            Step::Hear,
            Step::Say(ok),
            Step::Hear,
            Step::Say(answer),
            Step::Say(more),
        ];
        let (ended, _server) = ask(case, steps, "");
        let (out, said) = (ended.stdout_text(), ended.stderr_text());
        let is_so = matches!(ended.status.code(), Some(0 | 1))
            && (out.contains("mysql.up\t0\t") || out.contains("mysql.up\t1\t"))
            && said.lines().count() <= 1
            && said.len() < 600;
        case.expect(
            &ended,
            is_so,
            "status 0 or 1, `mysql.up`, and one line of less than 600 bytes at most",
            format!("{out}{said}"),
        );
        expect_quick(case, &ended);
    }
}
