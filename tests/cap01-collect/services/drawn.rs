//! Pages and rows, drawn; what they mean is known by how they were made.

use support::{Case, Rng};

use super::mysql::ask as ask_mysql;
use super::nginx::{answer, ask as ask_nginx};
use super::scripted::Step;
use super::wire::{END, head, packet, session};
use crate::host::{expect_faults, expect_readings};

/// A number as a server writes it and as we tell it, or what is none.
fn number(rng: &mut Rng) -> (String, Option<String>) {
    const WRONG: [&str; 6] = ["-1", "+1", "1.5", "x", "18446744073709551616", "1e3"];
    if rng.u32(0..8) == 0 {
        return (WRONG[rng.usize(0..WRONG.len())].to_owned(), None);
    }
    let bits = rng.u32(1..53);
    let number = rng.u64(0..1 << bits).to_string();
    (number.clone(), Some(number))
}

/// What is expected: rows, and the line of each fault.
#[derive(Default)]
struct Expected {
    rows: String,
    faults: Vec<usize>,
}

impl Expected {
    fn add(&mut self, line: usize, metric: Option<&str>, value: Option<String>) {
        match (metric, value) {
            (Some(metric), Some(value)) => self.rows += &format!("{metric} {value} count\n"),
            (Some(_), None) => self.faults.push(line),
            // Nobody looks at the number of what is not known.
            (None, _) => {}
        }
    }
}

const PAIRS: [(&str, Option<&str>); 7] = [
    ("Active connections", Some("nginx.connections")),
    ("Reading", Some("nginx.reading")),
    ("Writing", Some("nginx.writing")),
    ("Waiting", Some("nginx.waiting")),
    ("Queueing", None),
    ("Active", None),
    ("result", None),
];

const COLUMNS: [(&str, Option<&str>); 5] = [
    ("accepts", Some("nginx.accepted")),
    ("handled", Some("nginx.handled")),
    ("requests", Some("nginx.requests")),
    ("request_time", None),
    ("accept", None),
];

fn page(rng: &mut Rng) -> (String, Expected) {
    let (mut lines, mut expected) = (Vec::new(), Expected::default());
    for _ in 0..rng.usize(1..5) {
        let line = lines.len() + 1;
        let count = rng.usize(1..4);
        let blank = [" ", "  "][rng.usize(0..2)];
        match rng.u32(0..5) {
            0 | 1 => {
                let mut text = String::new();
                for _ in 0..count {
                    let (name, metric) = PAIRS[rng.usize(0..PAIRS.len())];
                    let (written, value) = number(rng);
                    text += &format!("{name}:{blank}{written} ");
                    expected.add(line, metric, value);
                }
                lines.push(text);
            }
            2 | 3 => {
                let (mut names, mut numbers) = ("server".to_owned(), String::new());
                for _ in 0..count {
                    let (name, metric) = COLUMNS[rng.usize(0..COLUMNS.len())];
                    let (written, value) = number(rng);
                    names += &format!(" {name}");
                    numbers += &format!("{blank}{written}");
                    expected.add(line + 1, metric, value);
                }
                lines.extend([names, numbers]);
            }
            _ => {
                lines.push(["", "<p>", "Reading 7", "servers a b"][rng.usize(0..4)].to_owned());
                expected.faults.push(line);
            }
        }
    }
    (lines.join("\n") + "\n", expected)
}

pub(super) fn drawn_pages_of_nginx_are_read(case: &mut Case) {
    for round in 0..40 {
        let (page, expected) = page(&mut Rng::with_seed(round));
        let (ended, server) = ask_nginx(case, vec![Step::Say(answer(&page))]);
        let rows = format!("load.1m 0.5 count\nnginx.up 1 count\n{}", expected.rows);
        check(
            case,
            &ended,
            &rows,
            &expected.faults,
            &format!("nginx at http://{}/status", server.address()),
        );
    }
}

/// A text whose length fills as many bytes as it may.
fn text(rng: &mut Rng, text: &str) -> Vec<u8> {
    let length = text.len() as u64;
    let bytes = length.to_le_bytes();
    let length = match rng.u32(0..6) {
        0 => [&[252], &bytes[..2]].concat(),
        1 => [&[253], &bytes[..3]].concat(),
        2 => [&[254], &bytes[..]].concat(),
        _ => vec![text.len() as u8],
    };
    [&length, text.as_bytes()].concat()
}

const VARIABLES: [(&str, Option<&str>); 11] = [
    ("Queries", Some("mysql.queries")),
    ("Questions", Some("mysql.questions")),
    ("Com_insert", Some("mysql.inserts")),
    ("Com_insert_select", None),
    ("Threads_running", Some("mysql.threads_running")),
    ("Aborted_connects", Some("mysql.connections_failed")),
    ("Aborted_connects_preauth", None),
    ("queries", None),
    ("Rpl_status", None),
    ("result", None),
    ("Connections", Some("mysql.connections")),
];

pub(super) fn drawn_variables_of_mysql_are_read(case: &mut Case) {
    for round in 0..40 {
        let mut rng = Rng::with_seed(round);
        let (mut rows, mut number_of_packet) = head();
        let mut expected = Expected::default();
        for row in 1..=rng.usize(0..300) {
            let (name, metric) = VARIABLES[rng.usize(0..VARIABLES.len())];
            let (written, value) = number(&mut rng);
            let body = [text(&mut rng, name), text(&mut rng, &written)].concat();
            rows.extend(packet(number_of_packet, &body));
            number_of_packet = number_of_packet.wrapping_add(1);
            expected.add(row, metric, value);
        }
        rows.extend(packet(number_of_packet, END));
        let (ended, server) = ask_mysql(case, session(rows), "");
        let rows = format!("load.1m 0.5 count\nmysql.up 1 count\n{}", expected.rows);
        check(
            case,
            &ended,
            &rows,
            &expected.faults,
            &format!("mysql at {}", server.address()),
        );
    }
}

fn check(case: &mut Case, ended: &support::Ended, rows: &str, faults: &[usize], peer: &str) {
    let Some(first) = faults.first() else {
        return expect_readings(case, ended, rows);
    };
    expect_faults(case, ended, rows, &[&format!("{peer}, line {first}: ")]);
    let said = ended.stderr_text();
    let more = format!(" (and {} more)", faults.len() - 1);
    case.expect(
        ended,
        said.trim_end().ends_with(&more) == (faults.len() > 1),
        &format!("a message of {} faults", faults.len()),
        &said,
    );
}
