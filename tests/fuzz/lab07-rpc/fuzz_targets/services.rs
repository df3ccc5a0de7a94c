//! JSON-RPC over lines and HTTP: see the crate.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use nbnet::service::Service;
use nbnet::table::{Connection, Desk, End, Talk};
use rpc_fuzz::jsonrpc::error::Error;
use rpc_fuzz::jsonrpc::{Http, Lines, Methods, dispatch, examples};
use rpc_fuzz::source::{Source, pieces};

/// The longest text, in bytes.
const LONGEST: usize = 600;

fn methods() -> Methods {
    let mut methods = examples::methods();
    // A panic is caught by the server, and not by a fuzzer.
    methods.add("panic", |_| Err::<(), _>(Error::new(-32603)));
    methods
}

static DESK: LazyLock<Arc<Desk>> = LazyLock::new(|| Arc::new(Desk::open()));
static LINES: LazyLock<Arc<Lines>> = LazyLock::new(|| Arc::new(Lines::new(methods(), LONGEST)));
static HTTP: LazyLock<Arc<Http>> = LazyLock::new(|| Arc::new(Http::new(methods(), LONGEST)));

fn play<'a, S: Service>(service: &Arc<S>, pieces: impl Iterator<Item = &'a [u8]>) -> (String, End, usize) {
    let mut connection = Connection::open(Arc::clone(service), Arc::clone(&DESK), 1 << 20);
    for piece in pieces {
        connection.came(piece);
    }
    let taken = connection.taken();
    connection.ended();
    let said = String::from_utf8(connection.said().to_vec()).expect("text");
    (said, connection.end().clone(), taken)
}

/// Returns what lines are answered with.
fn lines(bytes: &[u8]) -> String {
    let methods = methods();
    let mut said = Vec::new();
    for line in bytes.split(|&byte| byte == b'\n') {
        if line.len() > LONGEST {
            return String::from_utf8(said).expect("text");
        }
        if !line.trim_ascii().is_empty()
            && let Some(mut answer) = dispatch(&methods, line)
        {
            said.append(&mut answer);
            said.push(b'\n');
        }
    }
    String::from_utf8(said).expect("text")
}

/// Returns answers without what depends on the clock, or on how fast the client is. Each must be whole.
fn answers(said: &str) -> Vec<String> {
    let mut answers = Vec::new();
    let mut left = said;
    while !left.is_empty() {
        if let Some(behind) = left.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n") {
            left = behind;
            continue;
        }
        let (head, behind) = left.split_once("\r\n\r\n").expect("a head");
        let fields: Vec<&str> = head.split("\r\n").collect();
        let length = fields
            .iter()
            .filter_map(|field| field.strip_prefix("Content-Length: "));
        let lengths: Vec<usize> = length.map(|length| length.parse().expect("a number")).collect();
        let [length] = lengths[..] else {
            panic!("{head}");
        };
        // An answer to HEAD has none of the bytes that it announces.
        let body = match behind.starts_with("HTTP/1.1 ") || behind.is_empty() {
            true => "",
            false => &behind[..length],
        };
        left = &behind[body.len()..];
        if fields.contains(&"Content-Type: application/json") {
            serde_json::from_str::<serde::de::IgnoredAny>(body).expect("JSON");
            assert_eq!(fields[0], "HTTP/1.1 200 OK");
        }
        let kept: Vec<&str> = fields
            .into_iter()
            .filter(|field| !field.starts_with("Date: "))
            .collect();
        answers.push(format!("{kept:?} {body}"));
    }
    answers
}

/// Returns bytes that are mostly requests.
fn requests(source: &mut Source<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !source.is_empty() && bytes.len() < 100_000 {
        let method = source.choose(&["POST", "POST", "POST", "POST", "GET", "HEAD", "PO"]);
        let version = source.choose(&["1.1", "1.1", "1.1", "1.0", "2.0"]);
        bytes.extend(format!("{method} / HTTP/{version}\r\nHost: a\r\n").bytes());
        for _ in 0..source.byte() % 4 {
            let field = source.choose(&[
                "Connection: close\r\n",
                "Connection: keep-alive\r\n",
                "Expect: 100-continue\r\n",
                "Content-Type: application/json\r\n",
                "Expect: 200-ok\r\n",
                "Host: b\r\n",
                "X: y\r\n",
            ]);
            bytes.extend(field.bytes());
        }
        let body: &[u8] = match source.byte() % 4 {
            0 => br#"{"jsonrpc":"2.0","method":"sum","params":[1,2],"id":1}"#,
            1 => br#"{"jsonrpc":"2.0","method":"update"}"#,
            _ => source.some(),
        };
        match source.byte() % 8 {
            0..=2 => {
                bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
                bytes.extend(body);
            }
            3 => {
                bytes.extend_from_slice(b"Content-Length: ");
                bytes.extend(source.some());
                bytes.extend_from_slice(b"\r\n\r\n");
            }
            _ => {
                bytes.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
                let step = usize::from(source.byte() % 40) + 1;
                for chunk in body.chunks(step) {
                    let extension = "x".repeat(usize::from(source.choose(&[0_u16, 0, 0, 3, 900, 1100])));
                    let extension = if extension.is_empty() {
                        extension
                    } else {
                        format!(";{extension}")
                    };
                    bytes.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes());
                    bytes.extend(chunk);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"0\r\n");
                for _ in 0..source.byte() % 3 {
                    bytes.extend(format!("T: {}\r\n", "y".repeat(usize::from(source.byte()) * 5)).bytes());
                }
                bytes.extend(b"\r\n");
            }
        }
        if source.byte() == 255 {
            bytes.extend(source.some());
        }
        // The same again: as long as what a connection reads at once.
        if source.byte() > 250 {
            bytes = bytes.repeat(1 + usize::from(source.byte()) % 64);
        }
    }
    bytes
}

fuzz_target!(|data: &[u8]| {
    let mut source = Source::new(data);
    let (how, seed, longest) = (source.byte(), source.byte(), source.byte());
    if how & 1 == 0 {
        let bytes = source.rest();
        let whole = play(&LINES, Some(bytes).into_iter().filter(|bytes| !bytes.is_empty()));
        assert_eq!(whole, play(&LINES, pieces(bytes, seed, longest)));
        let naive = lines(bytes);
        let refused = matches!(whole.1, End::Violated(_));
        assert!(if refused {
            whole.0.starts_with(&naive)
        } else {
            whole.0 == naive
        });
        return;
    }
    let bytes = match how & 2 {
        0 => requests(&mut source),
        _ => source.rest().to_vec(),
    };
    // What comes at once is no more than a connection reads at once.
    let whole = play(&HTTP, bytes.chunks(64 << 10));
    let cut = play(&HTTP, pieces(&bytes, seed, longest));
    assert_eq!(
        (answers(&whole.0), whole.1, whole.2),
        (answers(&cut.0), cut.1, cut.2)
    );
});
