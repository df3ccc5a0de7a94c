use std::fmt::Write as _;

use crate::{Message, Time};

/// The longest line, in bytes: RFC 5322 allows 998.
const LONGEST_LINE: usize = 900;

/// Writes a notification as a mail: headers, an empty line, the text; lines end with a line feed.
///
/// Source: RFC 5322; RFC 3834 for `Auto-Submitted`.
pub fn mail(message: &Message, from: &str, to: &[String]) -> String {
    let Message {
        key,
        time,
        kind,
        rule,
        severity,
        alarms,
        withheld,
        summary,
    } = message;
    let host = alarms.first().map_or("", |alarm| alarm.host.as_str());
    let more = match alarms.len() {
        0 | 1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let mut text = format!("From: <{from}>\n");
    // Each address on a line of its own: a header's line has an end.
    let to: Vec<_> = to.iter().map(|to| format!("<{to}>")).collect();
    let _ = writeln!(text, "To: {}", to.join(",\n "));
    let _ = writeln!(text, "Subject: [{severity}] {kind} {rule}: {host}{more}");
    let _ = writeln!(text, "Date: {}", date(*time));
    let _ = writeln!(text, "Message-ID: <{key}@muster>");
    text += "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n";
    text += "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n";
    if !summary.is_empty() {
        let _ = writeln!(text, "{}\n", wrapped(summary));
    }
    for alarm in alarms {
        let line = format!("{}{} {kind}, since {}", alarm.host, alarm.labels, alarm.since);
        let _ = writeln!(text, "{}", wrapped(&line));
    }
    if *withheld > 0 {
        let _ = writeln!(
            text,
            "\n{withheld} alarms were kept back by a limit before this one."
        );
    }
    text
}

/// Breaks lines that are too long for a mail.
fn wrapped(text: &str) -> String {
    let mut wrapped = String::new();
    let mut length = 0;
    for char in text.chars() {
        length = if matches!(char, '\n' | '\r') {
            0
        } else {
            length + char.len_utf8()
        };
        if length > LONGEST_LINE {
            wrapped.push('\n');
            length = char.len_utf8();
        }
        wrapped.push(char);
    }
    wrapped
}

/// Writes a moment since 1970 as mails do.
fn date(time: Time) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let civil = time.civil();
    let of = |names: &'static [&'static str], index: u64| {
        let name = usize::try_from(index).ok().and_then(|index| names.get(index));
        name.copied().unwrap_or_default()
    };
    format!(
        "{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
        of(&DAYS, civil.week_day),
        civil.day,
        of(&MONTHS, civil.month - 1),
        civil.year,
        civil.hour,
        civil.minute,
        civil.second
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_mails() {
        for (seconds, expected) in [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_795_808_400, "Fri, 27 Nov 2026 19:40:00 +0000"),
        ] {
            assert_eq!(date(Time(seconds * 1000)), expected);
        }
    }
}
