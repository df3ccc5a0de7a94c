//! Decoders, without any connection.

use support::{Case, Ended, Exchange, Rng};

use crate::peers::{Protocol, Split, bodies};

fn script(bytes: &[u8], split: Split) -> String {
    split
        .pieces(bytes)
        .iter()
        .map(|piece| {
            let hex: String = piece.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("feed {hex}\n")
        })
        .collect()
}

fn decode(case: &Case, args: &[&str], bytes: &[u8], split: Split) -> Ended {
    case.program("decode")
        .args(args)
        .stdin(script(bytes, split))
        .run()
}

/// The requests that were found, which must not depend on the pieces.
fn found(ended: &Ended) -> String {
    let text = ended.stdout_text();
    let answers = text.split(['\n', ',']).map(str::trim);
    answers
        .filter(|answer| answer.starts_with("whole"))
        .map(|answer| format!("{answer}\n"))
        .collect()
}

pub(super) fn decoders_see_the_same_whatever_the_pieces_are(case: &mut Case) {
    let bodies = [&b"one"[..], b"", b" two\r\n", b"0000000001"];
    let inputs = [
        ("frame", Protocol::Frame.requests(&bodies)),
        ("ten", Protocol::Ten.requests(&bodies)),
        ("line", b"one\n\n two\r\nthe last line\n".to_vec()),
    ];
    for (kind, bytes) in inputs {
        let whole = decode(case, &[kind], &bytes, Split::Whole);
        case.snapshot(&whole);
        let expected = found(&whole);
        for size in 1..bytes.len() {
            let ended = decode(case, &[kind], &bytes, Split::Every(size));
            let what = format!("what `decode {kind}` finds in pieces of {size} bytes");
            case.expect_same(&ended, &what, &expected, &found(&ended));
        }
    }
}

pub(super) fn bodies_are_what_they_are(case: &mut Case) {
    for (kind, bytes) in [
        ("frame", &b"\0\0\0\x03abc\0\0\0\0\0\0\0\x02 \n"[..]),
        ("ten", b"0000000003abc00000000000000000002 \n"),
    ] {
        let ended = decode(case, &[kind], bytes, Split::Every(2));
        case.snapshot(&ended);
    }
}

pub(super) fn ten_digits_are_ten_digits(case: &mut Case) {
    let headers: [&[u8]; 9] = [
        b"+000000005",
        b"-000000005",
        b" 000000005",
        b"000000005 ",
        b"00000005\r\n",
        b"0x00000005",
        b"00000 0005",
        b"\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5",
        b"000x",
    ];
    for header in headers {
        let ended = decode(case, &["ten"], header, Split::Whole);
        let shown = support::text::visible(header);
        case.expect(
            &ended,
            ended
                .stdout_text()
                .contains("a header must be ten decimal digits"),
            &format!("`a header must be ten decimal digits`, said of `{shown}`"),
            ended.stdout_text(),
        );
    }
}

pub(super) fn lengths_are_checked_before_the_body_comes(case: &mut Case) {
    for (kind, protocol) in [("frame", Protocol::Frame), ("ten", Protocol::Ten)] {
        let most = match protocol {
            Protocol::Frame => u64::from(u32::MAX),
            Protocol::Ten => 9_999_999_999,
        };
        for length in [10, 11, most] {
            let ended = decode(
                case,
                &[kind, "--max", "10"],
                &protocol.header(length),
                Split::Whole,
            );
            case.snapshot(&ended);
        }
    }
}

pub(super) fn lines_end_with_a_line_feed(case: &mut Case) {
    let ended = decode(
        case,
        &["line", "--max", "8"],
        b"short\r\n\r\n12345678\n\rx\n1234567\r\n12345678\r\n",
        Split::Every(3),
    );
    case.snapshot(&ended);
}

fn hostile(rng: &mut Rng, kind: &str) -> Vec<u8> {
    let protocol = match kind {
        "ten" => Protocol::Ten,
        _ => Protocol::Frame,
    };
    let mut bytes = protocol.requests(&bodies(rng, 6, 40));
    if kind == "line" {
        bytes = bytes
            .iter()
            .map(|&byte| if byte.is_multiple_of(16) { b'\n' } else { byte })
            .collect();
    }
    if rng.bool() {
        let at = rng.usize(..bytes.len());
        bytes[at] = rng.u8(..);
    }
    bytes
}

pub(super) fn drawn_bytes_are_decoded_like_the_reference_does(case: &mut Case) {
    case.seeded(9, |rng| {
        let kind = ["frame", "ten", "line"][rng.usize(..3)];
        let bytes = hostile(rng, kind);
        let split = Split::Drawn(rng.u64(..), rng.usize(1..20));
        Exchange::of("decode")
            .args([kind, "--max", "50"])
            .stdin(script(&bytes, split))
    });
}
