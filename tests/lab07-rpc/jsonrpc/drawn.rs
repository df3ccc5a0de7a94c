//! Texts as they are drawn, some of them wrong.

use support::{Case, Exchange, Rng};

use super::bodies::chunked;
use super::http::post;
use super::talk::Talk;
use super::{answers, serve, shortened};

fn one<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of[rng.usize(..of.len())]
}

/// A value of any kind.
fn value(rng: &mut Rng, levels: usize) -> String {
    let kinds = if levels == 0 { 7 } else { 9 };
    match rng.u8(..kinds) {
        0 => one(rng, &["null", "true", "false"]).to_owned(),
        1 => rng.i8(..).to_string(),
        2 => rng.i64(..).to_string(),
        3 => format!("{}.{}", rng.i8(..), rng.u16(..)),
        4 => one(
            rng,
            &[
                "1.0",
                "-0",
                "1e5",
                "1E-2",
                "1e400",
                "123456789012345678901234567890",
                "0.10",
            ],
        )
        .to_owned(),
        5 => one(
            rng,
            &[
                "\"\"",
                "\"a\"",
                "\"2.0\"",
                "\"\\u00e9\\n\"",
                "\"\u{e9}\\\\\"",
                "\"[{\"",
            ],
        )
        .to_owned(),
        6 => format!("\"{}\"", rng.u16(..)),
        7 => {
            let items: Vec<String> = (0..rng.usize(..4)).map(|_| value(rng, levels - 1)).collect();
            format!("[{}]", items.join(one(rng, &[",", ", ", " ,\t"])))
        }
        _ => {
            let members: Vec<String> = (0..rng.usize(..4))
                .map(|_| {
                    format!(
                        "\"{}\":{}",
                        one(rng, &["a", "minuend", "subtrahend", "code", "message"]),
                        value(rng, levels - 1)
                    )
                })
                .collect();
            format!("{{{}}}", members.join(","))
        }
    }
}

/// Parameters that fit, or any.
fn params(rng: &mut Rng) -> String {
    match rng.u8(..6) {
        0 => format!("[{},{}]", rng.i16(..), rng.i16(..)),
        1 => format!("{{\"subtrahend\":{},\"minuend\":{}}}", rng.i16(..), rng.i16(..)),
        2 => {
            let numbers: Vec<String> = (0..rng.usize(..6)).map(|_| rng.i16(..).to_string()).collect();
            format!("[{}]", numbers.join(","))
        }
        3 => format!("[{},\"message {}\"]", rng.i16(..), rng.u8(..)),
        _ => value(rng, 3),
    }
}

/// A request, in most of which all is right.
fn request(rng: &mut Rng) -> String {
    const METHODS: &[&str] = &[
        "\"subtract\"",
        "\"sum\"",
        "\"echo\"",
        "\"fail\"",
        "\"get_data\"",
        "\"update\"",
        "\"notify_hello\"",
        "\"none\"",
        "\"rpc.none\"",
    ];
    let mut members = Vec::new();
    let wrong = |rng: &mut Rng| rng.u8(..20) == 0;
    match wrong(rng) {
        true => members.extend((rng.bool()).then(|| format!("\"jsonrpc\":{}", value(rng, 1)))),
        false => members.push("\"jsonrpc\":\"2.0\"".to_owned()),
    }
    match wrong(rng) {
        true => members.extend((rng.bool()).then(|| format!("\"method\":{}", value(rng, 1)))),
        false => members.push(format!("\"method\":{}", one(rng, METHODS))),
    }
    if rng.u8(..5) > 0 {
        members.push(format!("\"params\":{}", params(rng)));
    }
    if rng.u8(..4) > 0 {
        let id = match rng.u8(..10) {
            0 => value(rng, 1),
            _ => value(rng, 0),
        };
        members.push(format!("\"id\":{id}"));
    }
    if rng.u8(..10) == 0 {
        members.push(format!("\"more\":{}", value(rng, 2)));
    }
    rng.shuffle(&mut members);
    format!("{{{}}}", members.join(one(rng, &[",", ", ", " , "])))
}

/// A text without a line feed: a request, a batch, or what became of one.
fn text(rng: &mut Rng) -> String {
    let text = match rng.u8(..10) {
        0..6 => request(rng),
        6..9 => {
            let members: Vec<String> = (0..rng.usize(..6))
                .map(|_| {
                    if rng.u8(..6) == 0 {
                        value(rng, 2)
                    } else {
                        request(rng)
                    }
                })
                .collect();
            format!("[{}]", members.join(","))
        }
        _ => value(rng, 3),
    };
    if rng.u8(..8) > 0 {
        return text;
    }
    // A letter more, less, or another one.
    let mut letters: Vec<char> = text.chars().collect();
    let at = rng.usize(..letters.len());
    match rng.u8(..3) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, ['"', '[', '}', ',', '\\', '0', 'x'][rng.usize(..7)]),
        _ => letters.truncate(at),
    }
    letters.into_iter().collect()
}

/// Cuts `bytes` into pieces: few large ones or many small ones.
fn cut(rng: &mut Rng, bytes: &[u8]) -> Vec<Vec<u8>> {
    let longest = [3, 50, 1500, 100_000][rng.usize(..4)];
    let mut rest = bytes;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rng.usize(1..=longest).min(rest.len()));
        pieces.push(piece.to_vec());
        rest = behind;
    }
    pieces
}

pub(super) fn drawn_texts_are_answered_like_the_reference_does(case: &mut Case) {
    case.seeded(8, |rng| {
        let lines: String = (0..300)
            .map(|_| text(rng) + one(rng, &["\n", "\n", "\r\n", "\n\n"]))
            .collect();
        Exchange::of("rpc")
            .args(["jsonrpc", "--listen", "127.0.0.1:0"])
            .sends(cut(rng, lines.as_bytes()))
    });
}

pub(super) fn drawn_bodies_are_answered_over_http_as_over_lines(case: &mut Case) {
    let mut lines = serve(case, &[]);
    let mut http = serve(case, &["--http", "--threads", "2"]);
    for round in 0..4 {
        let mut rng = case.rng(round);
        let texts: Vec<String> = (0..60).map(|_| text(&mut rng)).collect();
        let mut sent = String::new();
        for text in &texts {
            sent += &match rng.u8(..3) {
                0 => {
                    let size = rng.usize(1..40);
                    // Chunks may not end within a letter of several bytes, as they are written here.
                    let size = if text.is_ascii() { size } else { text.len().max(1) };
                    chunked(
                        text,
                        size,
                        one(&mut rng, &["", ";a=b"]),
                        one(&mut rng, &["", "A: b\r\n"]),
                    )
                }
                _ => post(text),
            };
        }
        let pieces = cut(&mut rng, sent.as_bytes());
        let mut talk = Talk::connect(http.address);
        let mut writing = talk.twin();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for piece in pieces {
                    writing.send(piece);
                }
            });
            for text in &texts {
                let blank = text.trim().is_empty();
                let expected = answers(&lines, format!("{text}\n").as_bytes()).join("\n");
                let response = talk.response(false);
                let found = response.map_or_else(
                    || talk.state(),
                    |response| format!("{} {}", response.status, response.text()),
                );
                // A line of blanks asks for nothing, and a body of blanks is no JSON.
                let expected = match blank {
                    true => format!("200 {}", super::error(-32_700, "null")),
                    false => format!("200 {expected}"),
                };
                http.expect_same(
                    case,
                    &format!(
                        "status and body for `{}`, of which the body is what a line gets",
                        shortened(text)
                    ),
                    &expected,
                    &found,
                );
            }
        });
    }
    lines.settle(case);
}
