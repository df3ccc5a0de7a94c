//! What is written is read, and whatever else comes is refused.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use forward::{Answer, Client, ClientSettings, Labels, Limits, Malformed, Request, STALE, Sample, Series};
use forward::{block, names, request};

/// A series with texts of its own.
type Owned = (Vec<(String, String)>, Vec<Sample>);

fn drawn(rng: &mut Rng) -> Vec<Owned> {
    let text = |rng: &mut Rng| -> String {
        let length = rng.usize(1..12);
        (0..length).map(|_| rng.char(..)).collect()
    };
    let value = |rng: &mut Rng| match rng.u8(0..6) {
        0 => 0.0,
        1 => -0.0,
        2 => f64::from_bits(STALE),
        3 => f64::INFINITY,
        4 => f64::from_bits(rng.u64(..)),
        _ => rng.f64() * 1e6,
    };
    let time_ms = |rng: &mut Rng| match rng.u8(0..4) {
        0 => 0,
        1 => -rng.i64(0..i64::MAX),
        _ => 1_800_000_000_000 + rng.i64(0..1_000_000),
    };
    let series = |rng: &mut Rng| {
        let mut labels: Vec<(String, String)> = (0..rng.usize(0..8))
            .map(|n| (format!("{}{n}", text(rng)), text(rng)))
            .collect();
        labels.sort();
        let samples = (0..rng.usize(0..5))
            .map(|_| Sample {
                time_ms: time_ms(rng),
                value: value(rng),
            })
            .collect();
        (labels, samples)
    };
    (0..rng.usize(0..20)).map(|_| series(rng)).collect()
}

fn written(all: &[Owned]) -> Request {
    let mut request = Request::default();
    for (labels, samples) in all {
        request.push(
            &Labels::new(labels.iter().map(|(name, value)| (name, value))),
            samples,
        );
    }
    request
}

fn read(message: &[u8]) -> Result<Vec<Owned>, Malformed> {
    let (mut all, mut series) = (Vec::new(), Series::default());
    let mut reader = request::Reader::new(message, Limits::default());
    while reader.next_into(&mut series)? {
        let labels = series
            .labels
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()));
        all.push((labels.collect(), series.samples.clone()));
    }
    Ok(all)
}

/// Equal to the last bit, NaN as well.
fn assert_same(one: &[Owned], two: &[Owned]) {
    assert_eq!(one.len(), two.len());
    let bits = |samples: &[Sample]| -> Vec<(i64, u64)> {
        samples
            .iter()
            .map(|sample| (sample.time_ms, sample.value.to_bits()))
            .collect()
    };
    for (one, two) in one.iter().zip(two) {
        assert_eq!((&one.0, bits(&one.1)), (&two.0, bits(&two.1)));
    }
}

#[test]
fn whatever_is_written_is_read_to_the_last_bit() {
    let mut rng = Rng::with_seed(1);
    for _ in 0..2000 {
        let all = drawn(&mut rng);
        let request = written(&all);
        let samples: usize = all.iter().map(|(_, samples)| samples.len()).sum();
        assert_eq!(request.samples(), samples);
        let body = block::compress(request.bytes()).unwrap();
        let message = block::decompress(&body, 1 << 20).unwrap();
        assert_same(&read(&message).unwrap(), &all);
    }
}

#[test]
fn a_message_that_is_cut_or_changed_is_refused_or_another_and_never_more_than_that() {
    let mut rng = Rng::with_seed(2);
    let (mut refused, mut taken) = (0, 0);
    for _ in 0..3000 {
        let mut message = written(&drawn(&mut rng)).bytes().to_vec();
        if message.is_empty() {
            continue;
        }
        if rng.bool() {
            message.truncate(rng.usize(0..message.len()));
        } else {
            for _ in 0..rng.usize(1..4) {
                let at = rng.usize(0..message.len());
                message[at] = rng.u8(..);
            }
        }
        match read(&message) {
            Ok(_) => taken += 1,
            Err(_) => refused += 1,
        }
        // The same in a block, whose begin may lie.
        let _ = block::decompress(&message, 1 << 16);
    }
    assert!(refused > 1000 && taken > 100, "{refused} {taken}");
}

#[test]
fn what_a_later_release_adds_is_passed_over_and_what_is_no_field_is_refused() {
    let mut message = written(&[(vec![("a".into(), "b".into())], vec![])])
        .bytes()
        .to_vec();
    // Metadata, field 3, as Prometheus sends it; a number and four bytes in fields 9 and 10.
    message.extend([0x1a, 2, 0x08, 1, 0x48, 0xff, 0x01, 0x55, 1, 2, 3, 4]);
    assert_eq!(read(&message).unwrap().len(), 1);
    // A series that is a number.
    assert_eq!(
        read(&[0x08, 1]),
        Err(Malformed::Field {
            field: 1,
            kind: 0,
            at: 2
        })
    );
    // A label whose name is no UTF-8.
    assert_eq!(
        read(&[0x0a, 5, 0x0a, 3, 0x0a, 1, 0xff]),
        Err(Malformed::Text { at: 6 })
    );
}

#[test]
fn a_bound_is_met_before_what_it_bounds_is_in_memory() {
    let limits = Limits {
        samples: 3,
        series: 2,
        labels: 2,
    };
    let read = |message: &[u8]| {
        let mut reader = request::Reader::new(message, limits);
        let mut series = Series::default();
        loop {
            match reader.next_into(&mut series) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(Malformed::TooMany { what, most }) => return Some((what, most)),
                Err(other) => panic!("{other}"),
            }
        }
    };
    let label = [0x0a, 0];
    let sample = [0x12, 0];
    let series = |parts: &[[u8; 2]]| -> Vec<u8> {
        let parts = parts.concat();
        [&[0x0a, parts.len() as u8], &parts[..]].concat()
    };
    assert_eq!(read(&series(&[label, label, sample, sample, sample])), None);
    assert_eq!(read(&series(&[label; 3])), Some(("labels of a series", 2)));
    let twice = [series(&[sample; 2]), series(&[sample; 2])].concat();
    assert_eq!(read(&twice), Some(("samples", 3)));
    assert_eq!(read(&[0x0a, 0].repeat(3)), Some(("series", 2)));
}

#[test]
fn labels_are_sorted_and_an_empty_one_is_none() {
    let labels = Labels::new([("b", "2"), ("__name__", "up"), ("a", "1"), ("none", "")]);
    let mut request = Request::default();
    request.push(&labels, &[]);
    let read = &read(request.bytes()).unwrap()[0];
    let labels: Vec<_> = read
        .0
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(labels, ["__name__=up", "a=1", "b=2"]);
}

#[test]
fn names_are_letters_digits_and_little_else() {
    for name in ["up", "_x", "node:cpu:rate5m", "A9"] {
        assert!(names::is_metric(name), "{name}");
    }
    for name in ["", "9a", "a-b", "a b", "ü", "a\"", "<b>", "a;--", "cpu.user"] {
        assert!(!names::is_metric(name) && !names::is_label(name), "{name}");
    }
    assert!(!names::is_label("a:b") && names::is_label("a_b"));
}

/// Answers one request, and returns what it was.
fn answer(listener: &TcpListener, text: &str) -> String {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    let head = head.to_ascii_lowercase();
    let length = head
        .split("content-length: ")
        .nth(1)
        .unwrap()
        .split('\r')
        .next()
        .unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut body).unwrap();
    assert_eq!(body, b"body");
    reader.get_mut().write_all(text.as_bytes()).unwrap();
    head
}

#[test]
fn an_answer_is_taken_refused_or_a_reason_to_try_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/v1/write", listener.local_addr().unwrap());
    let client = Client::new(ClientSettings {
        url: url.clone(),
        token: Some("the-secret".into()),
        ca: None,
        timeout: Duration::from_secs(60),
    })
    .unwrap();
    let close = "Content-Length: 4\r\nConnection: close\r\n\r\nno.\n";
    let refused = |status| Answer::Refused {
        status,
        why: format!("{url}: status {status}: no."),
    };
    let later = |status, wait: Option<u64>| Answer::Later {
        why: format!("{url}: status {status}: no."),
        wait: wait.map(Duration::from_secs),
    };
    for (head, expected) in [
        (
            "204 No Content\r\nConnection: close\r\n\r\n".to_owned(),
            Answer::Taken,
        ),
        (format!("200 OK\r\n{close}"), Answer::Taken),
        (format!("400 Bad Request\r\n{close}"), refused(400)),
        (format!("401 Unauthorized\r\n{close}"), refused(401)),
        // The token goes to nobody else.
        (
            format!("307 Moved\r\nLocation: http://127.0.0.2:9/\r\n{close}"),
            refused(307),
        ),
        (
            format!("429 Too Many\r\nRetry-After: 7\r\n{close}"),
            later(429, Some(7)),
        ),
        (format!("503 Busy\r\n{close}"), later(503, None)),
    ] {
        let text = format!("HTTP/1.1 {head}");
        let asked = thread::scope(|scope| {
            let asked = scope.spawn(|| answer(&listener, &text));
            assert_eq!(client.send(b"body"), expected, "{head}");
            asked.join().unwrap()
        });
        for line in [
            "post /api/v1/write http/1.1",
            "content-encoding: snappy",
            "content-type: application/x-protobuf",
            "x-prometheus-remote-write-version: 0.1.0",
            "authorization: bearer the-secret",
        ] {
            assert!(asked.lines().any(|found| found == line), "{line}: {asked}");
        }
    }
    assert!(!format!("{client:?}").contains("secret"));
    drop(listener);
    assert!(matches!(client.send(b"body"), Answer::Later { wait: None, .. }));
}

#[test]
fn a_url_that_is_none_is_told_at_once() {
    let client = |url: &str, ca: Option<&[u8]>| {
        let (url, ca) = (url.to_owned(), ca.map(<[u8]>::to_vec));
        let made = Client::new(ClientSettings {
            url,
            token: None,
            ca,
            timeout: Duration::from_secs(1),
        });
        made.err().map(|why| why.to_string()).unwrap_or_default()
    };
    assert_eq!(client("https://metrics.example/api/v1/write", None), "");
    for (url, part) in [
        ("metrics:9090", "neither http:// nor https://"),
        ("ftp://a/", "neither http:// nor https://"),
        (
            "http://me:secret@a/",
            "a name and a password do not belong into it",
        ),
        ("http:///x", "is no URL"),
        ("", "is no URL"),
    ] {
        let said = client(url, None);
        assert!(said.contains(part), "{url}: {said}");
    }
    assert!(client("https://a/", Some(b"no PEM")).contains("there are none in the file"));
}
