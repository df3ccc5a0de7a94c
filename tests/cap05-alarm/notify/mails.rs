use std::path::Path;

use support::Case;

use super::relay::{Relay, takes};
use super::{expect_report, message, notify, with};

/// What stands between DATA and the end of the mail.
fn body(told: &str) -> String {
    let mail = told.split_once("DATA\\r\\n\n").map_or("", |(_, mail)| mail);
    mail.split_once("\\r\\n\n\\r\\n\n")
        .map_or("", |(_, body)| body)
        .to_owned()
}

pub(super) fn a_mail_is_handed_to_a_relay(case: &mut Case) {
    let relay = Relay::start(|line, _| takes(line));
    let receivers = relay.receiver("mail", "helo = \"hub.example.org\"").replace(
        "to = [\"ops@example.org\"]",
        "to = [\"ops@example.org\", \"night@example.org\"]",
    );
    let two = serde_json::json!({
        "key": "0123456789abcdef", "time": 1_795_808_400_500_u64, "kind": "recovered", "rule": "disk-full", "severity": "critical",
        "alarms": [
            {"host": "web1", "labels": "{mount=\"/\"}", "since": 1_795_808_000_000_u64},
            {"host": "web2", "labels": "", "since": 1_795_808_100_000_u64},
        ],
        "withheld": 7, "summary": "a disk is nearly full",
    });
    let ended = notify(case, &receivers, &format!("{two}\n"));
    expect_report(case, &ended, "mail delivered=1 failed=0 dropped=0");
    let told = relay.told(case);
    case.snapshot_text(&ended, &told);
}

pub(super) fn a_dot_at_the_beginning_of_a_line_is_doubled(case: &mut Case) {
    let relay = Relay::start(|line, _| takes(line));
    let summary = ".\n..two\nno.dot\n.\r\nMAIL FROM:<evil@example.org>";
    let ended = notify(
        case,
        &relay.receiver("mail", ""),
        &with("k1", "web1", "info", summary),
    );
    expect_report(case, &ended, "mail delivered=1 failed=0 dropped=0");
    let expected = "..\\r\\n\n...two\\r\\n\nno.dot\\r\\n\n..\\r\\n\nMAIL FROM:<evil@example.org>\\r\\n\n\\r\\n\nweb1{cpu=\"0\"} firing, since 10\\r\\n\n.\\r\\n\nQUIT\\r\\n\n";
    let told = relay.told(case);
    case.expect_same(
        &ended,
        "the text of the mail and what follows it",
        expected,
        &body(&told),
    );
}

/// Some relays take a line feed alone for the end of a line, and some do not: between two of these a mail can hide another one.
pub(super) fn line_ends_are_those_of_mails(case: &mut Case) {
    let relay = Relay::start(|line, _| takes(line));
    let ended = notify(
        case,
        &relay.receiver("mail", ""),
        &with("k1", "web1", "info", "a\nb\rc\r\nd\n\r\n.\re"),
    );
    expect_report(case, &ended, "mail delivered=1 failed=0 dropped=0");
    let told = relay.told(case);
    let alone = told
        .lines()
        .any(|line| !line.ends_with("\\r\\n") && line != "connected\\n")
        || told.replace("\\r\\n\n", "").contains("\\r");
    case.expect(
        &ended,
        !alone,
        "every line ends with CR LF, and there is neither alone",
        &told,
    );
    let expected = "a\\r\\n\nb\\r\\n\nc\\r\\n\nd\\r\\n\n\\r\\n\n..\\r\\n\ne\\r\\n\n";
    case.expect(&ended, body(&told).starts_with(expected), expected, body(&told));
}

pub(super) fn a_relay_without_ehlo_is_greeted_as_of_old(case: &mut Case) {
    let relay = Relay::start(|line, _| match line.starts_with("EHLO") {
        true => "502 not implemented\r\n",
        false => takes(line),
    });
    let ended = notify(case, &relay.receiver("mail", ""), &message("k1", "web1"));
    expect_report(case, &ended, "mail delivered=1 failed=0 dropped=0");
    let told = relay.told(case);
    case.expect(
        &ended,
        told.starts_with("connected\\n\nEHLO localhost\\r\\n\nHELO localhost\\r\\n\nMAIL FROM:<muster@example.org>\\r\\n\n"),
        "EHLO, HELO, MAIL",
        &told,
    );
}

pub(super) fn a_relay_that_is_busy_is_asked_again(case: &mut Case) {
    let relay = Relay::start(|line, before| match (line.split([' ', ':']).next(), before) {
        (Some(""), 0) => "421 too busy\r\n",
        (Some("MAIL"), 0) => "451 later\r\n",
        (Some("RCPT"), 0) => "450-wait\r\n450 a little\r\n",
        (Some("."), 0) => "452 no room\r\n",
        _ => takes(line),
    });
    let ended = notify(
        case,
        &relay.receiver("mail", "attempts = 5"),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "mail delivered=1 failed=0 dropped=0");
    let told = relay.told(case);
    let (sessions, mails) = (
        told.matches("connected").count(),
        told.matches("Message-ID: <k1@muster>").count(),
    );
    case.expect(
        &ended,
        (sessions, mails) == (5, 2),
        "5 sessions, and in 2 of them the mail with its Message-ID",
        &told,
    );
}

pub(super) fn a_relay_that_refuses_is_not_asked_again(case: &mut Case) {
    for verb in ["", "MAIL", "RCPT", "DATA", "."] {
        let relay = Relay::start(move |line, _| match line.split([' ', ':']).next() == Some(verb) {
            true => "554-go\r\n554 away\r\n",
            false => takes(line),
        });
        let ended = notify(case, &relay.receiver("mail", ""), &message("k1", "web1"));
        expect_report(case, &ended, "mail delivered=0 failed=1 dropped=0");
        let told = relay.told(case);
        let count = told.matches("connected").count();
        case.expect(
            &ended,
            count == 1,
            &format!("one session, in which {verb:?} is refused"),
            &told,
        );
        case.expect_stderr_names(&ended, "554");
        case.expect(
            &ended,
            verb != "RCPT" || !told.contains("DATA"),
            "no DATA where nobody is to get it",
            &told,
        );
    }
}

pub(super) fn a_relay_that_refuses_one_address_takes_the_others(case: &mut Case) {
    let relay = Relay::start(|line, _| match line {
        "RCPT TO:<gone@example.org>" => "550 no such user\r\n",
        _ => takes(line),
    });
    let receivers = relay.receiver("mail", "").replace(
        "to = [\"ops@example.org\"]",
        "to = [\"ops@example.org\", \"gone@example.org\", \"night@example.org\"]",
    );
    let ended = notify(case, &receivers, &message("k1", "web1"));
    expect_report(case, &ended, "mail delivered=0 failed=1 dropped=0");
    let told = relay.told(case);
    let is_so = told.matches("connected").count() == 1
        && told.contains("RCPT TO:<night@example.org>")
        && told.contains("QUIT");
    case.expect(
        &ended,
        is_so,
        "one session, the mail for the two others, and QUIT",
        &told,
    );
    case.expect_stderr_names(&ended, "550");
}

pub(super) fn if_all_addresses_are_refused_the_last_one_counts(case: &mut Case) {
    for (last, sessions) in [("night", 2), ("ops", 1)] {
        // Only of night is it said that another try may help.
        let relay = Relay::start(|line, _| match line {
            "RCPT TO:<ops@example.org>" => "550 no such user\r\n",
            "RCPT TO:<night@example.org>" => "450 asleep\r\n",
            _ => takes(line),
        });
        let first = if last == "night" { "ops" } else { "night" };
        let receivers = relay.receiver("mail", "attempts = 2").replace(
            "to = [\"ops@example.org\"]",
            &format!("to = [\"{first}@example.org\", \"{last}@example.org\"]"),
        );
        let ended = notify(case, &receivers, &message("k1", "web1"));
        expect_report(case, &ended, "mail delivered=0 failed=1 dropped=0");
        let told = relay.told(case);
        case.expect(
            &ended,
            told.matches("connected").count() == sessions && !told.contains("DATA"),
            &format!("{sessions} sessions without DATA, where {last}@example.org is refused last"),
            &told,
        );
    }
}

pub(super) fn an_answer_of_a_relay_has_one_code(case: &mut Case) {
    let relay = Relay::start(|line, before| match (line.split([' ', ':']).next(), before) {
        (Some("EHLO"), 0) => "421 going down\r\n",
        (Some("MAIL"), 0) => "250-yes\r\n251 or so\r\n",
        (Some("RCPT"), 0) => "250ok\r\n",
        (Some("DATA"), 0) => "450-no\r\n354 yes\r\n",
        _ => takes(line),
    });
    let ended = notify(
        case,
        &relay.receiver("mail", "attempts = 5"),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "mail delivered=1 failed=0 dropped=0");
    let told = relay.told(case);
    let counts = ["connected", "HELO", "MAIL FROM", "RCPT TO", "DATA", "Message-ID"].map(|part| {
        let of_it = |line: &&str| line.starts_with(part);
        told.lines().filter(of_it).count()
    });
    case.expect(
        &ended,
        counts == [5, 0, 4, 3, 2, 1],
        "5 sessions: one ends with EHLO, one with MAIL, one with RCPT, one with DATA, and in the last one the mail is taken",
        &told,
    );
}

pub(super) fn an_answer_of_a_relay_has_an_end(case: &mut Case) {
    // 20 KB, and then it would be good.
    let long: &'static str = Box::leak(("250-and more\r\n".repeat(1500) + "250 ok\r\n").into_boxed_str());
    let relay = Relay::start(move |line, _| match line.starts_with("EHLO") {
        true => long,
        false => takes(line),
    });
    let ended = notify(
        case,
        &relay.receiver("mail", "attempts = 1"),
        &message("k1", "web1"),
    );
    expect_report(case, &ended, "mail delivered=0 failed=1 dropped=0");
    let told = relay.told(case);
    case.expect(
        &ended,
        !told.contains("MAIL FROM"),
        "no mail for a relay whose answer has more than 16 KiB",
        &told,
    );
}

pub(super) fn addresses_that_are_none_are_refused(case: &mut Case) {
    let relay = Relay::start(|line, _| takes(line));
    for address in [
        "nobody",
        "@example.org",
        "a@",
        "a@b@c",
        "a b@example.org",
        "a@example.org>\\r\\nRCPT TO:<b@example.org",
        "a@example.org\\nBcc: b@example.org",
        "a@exämple.org",
        "a,b@example.org",
        "",
    ] {
        for key in ["from = \"muster@example.org\"", "to = [\"ops@example.org\"]"] {
            let with = match key.starts_with("from") {
                true => format!("from = \"{address}\""),
                false => format!("to = [\"{address}\"]"),
            };
            let receivers = relay.receiver("mail", "").replace(key, &with);
            let ended = notify(case, &receivers, &message("k1", "web1"));
            case.expect_status(&ended, 1);
            case.expect_stderr_names(&ended, "receivers.toml, line 1: mail: ");
        }
    }
    let ended = notify(case, &relay.receiver("mail", ""), &message("k1", "web1"));
    expect_report(case, &ended, "mail delivered=1 failed=0 dropped=0");
    let told = relay.told(case);
    case.expect(
        &ended,
        told.matches("connected").count() == 1,
        "one session, of the address that is one",
        &told,
    );
}

/// What is no name could add a header to a mail, or a line to a request.
pub(super) fn a_name_that_is_none_is_refused(case: &mut Case) {
    let relay = Relay::start(|line, _| takes(line));
    let mut lines = String::new();
    for host in ["web1\r\nBcc: evil@example.org", "", "-web", "a/b", "a b"] {
        lines += &message("k1", host);
    }
    for key in ["k\r\nX-Evil: 1", "", "a b", &"k".repeat(65)] {
        lines += &message(key, "web1");
    }
    let message_of =
        |rule: &str| message("k1", "web1").replace("\"busy\"", &serde_json::Value::from(rule).to_string());
    lines += &message_of("busy\r\nSubject: x");
    lines += &message_of("");
    lines += &message("k1", "web1").replace("\"withheld\"", "\"withhold\"");
    let mut nobody: serde_json::Value = serde_json::from_str(&message("k1", "web1")).unwrap_or_default();
    nobody["alarms"] = serde_json::json!([]);
    lines += &format!("{nobody}\n");
    lines += "{}\n\nno JSON\n";
    let count = lines.lines().count();
    let ended = notify(case, &relay.receiver("mail", ""), &lines);
    case.expect_stdout(&ended, "mail delivered=0 failed=0 dropped=0\n");
    case.expect_status(&ended, 1);
    for line in 1..=count {
        case.expect_stderr_names(&ended, &format!("alarm: standard input, line {line}: "));
    }
    let told = relay.told(case);
    case.expect(&ended, told.is_empty(), "nobody is told", &told);
}

pub(super) fn a_real_relay_takes_mails(case: &mut Case) {
    if !Path::new("/usr/lib/python3/dist-packages/aiosmtpd").exists() {
        case.not_run("python3-aiosmtpd");
    }
    case.fixture("relay.py");
    let mut relay = case
        .peer("python3", "python3")
        .args(["relay.py"])
        .stdin_piped()
        .spawn();
    let first = relay.wait_for_lines(1);
    let address = first[0].trim_start_matches("listening on ").to_owned();
    let receivers = format!(
        "[[receiver]]\nname = \"mail\"\nsmtp = \"{address}\"\nfrom = \"muster@example.org\"\nto = [\"ops@example.org\", \"night@example.org\"]\n"
    );
    let lines = message("k1", "web1") + &with("k2", "web2", "critical", ".\n..a dot, and an é\n.");
    let ended = notify(case, &receivers, &lines);
    expect_report(case, &ended, "mail delivered=2 failed=0 dropped=0");
    let printed = relay.wait_for_lines(3);
    relay.close_stdin();
    relay.wait();
    case.snapshot_text(&ended, &(printed[1..].join("\n") + "\n"));
}
