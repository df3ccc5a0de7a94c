//! Feeds bytes to a decoder: `decode frame|ten|line [--max BYTES]`, and `feed HEX` on each line of standard input.
//!
//! What is fed stays until it is a whole request. Each line is answered with all requests that are whole, by their bodies (`whole HEX`; a line
//! by its text), and then what is missing.

use std::io;
use std::process::ExitCode;

use nbnet::codec::{self, Decode, Frame, Line, Ten, Wrong};
use nbnet::script;

fn main() -> io::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (kind, longest) = match words[..] {
        [kind] => (kind, Some(1 << 20)),
        [kind, "--max", longest] => (kind, longest.parse().ok()),
        _ => ("", None),
    };
    let decode: fn(&[u8], usize) -> Result<Decode, Wrong> = match (kind, longest) {
        ("frame", Some(_)) => codec::frame::<Frame>,
        ("ten", Some(_)) => codec::frame::<Ten>,
        ("line", Some(_)) => Line::decode,
        _ => {
            eprintln!("usage: decode frame|ten|line [--max BYTES]");
            return Ok(ExitCode::from(2));
        }
    };
    let longest = longest.unwrap_or_default();
    let mut bytes = Vec::new();
    let shown: fn(&[u8], usize) -> &[u8] = match kind {
        "line" => |line, _| Line::text(line),
        _ => |frame, header| &frame[header..],
    };
    let decode = |bytes: &[u8]| decode(bytes, longest);
    script::play(|words| match words {
        ["feed"] => feed(&mut bytes, &[], decode, shown),
        ["feed", text] => feed(&mut bytes, &unhex(text)?, decode, shown),
        other => Err(script::unknown(other)),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Adds what came, and takes everything out that is whole.
fn feed(
    bytes: &mut Vec<u8>,
    came: &[u8],
    decode: impl Fn(&[u8]) -> Result<Decode, Wrong>,
    shown: fn(&[u8], usize) -> &[u8],
) -> Result<String, String> {
    bytes.extend_from_slice(came);
    let mut answers = Vec::new();
    loop {
        match decode(bytes).map_err(|wrong| wrong.to_string()) {
            Ok(Decode::Header { missing }) => answers.push(format!("header {missing}")),
            Ok(Decode::Body { missing }) => answers.push(format!("body {missing}")),
            Ok(Decode::Whole { header, body }) => {
                let request: Vec<u8> = bytes.drain(..header + body).collect();
                answers.push(format!("whole {}", hex(shown(&request, header))));
                continue;
            }
            Err(wrong) if answers.is_empty() => return Err(wrong),
            Err(wrong) => answers.push(format!("error: {wrong}")),
        }
        return Ok(answers.join(", "));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Result<Vec<u8>, String> {
    let wrong = || format!("{text}: no bytes in hexadecimal");
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()
        .ok_or_else(wrong)?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        return Err(wrong());
    };
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
