use std::io::{Read, Write};
use std::net::TcpStream;

use muster::wire::{self, Ask, Command, Hello, Targets, Welcome, batch};
use muster::{config, init};
use rpc::client::{Multiplex, Options, blocking::Channel};
use rpc::frame::{Header, Kind};
use rpc::message;
use rpc::tls::Files;
use rpc::{Code, Error};

use super::Row;
use crate::harness::{Fleet, LIMIT};

/// Calls methods as somebody, one after the other over one connection.
fn calls(fleet: &Fleet, who: Files, all: &[(&str, Vec<u8>)]) -> Vec<Result<Vec<u8>, Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = Options {
            tls: Some(who),
            ..Options::default()
        };
        let client = Multiplex::connect(&fleet.address, &options).await.unwrap();
        let mut answers = Vec::new();
        for (method, body) in all {
            answers.push(client.call(method, body).await);
        }
        answers
    })
}

fn agent(fleet: &Fleet, name: &str) -> Files {
    let path = fleet.files().join("agents").join(name).join("agent.toml");
    config::Agent::read(&path).unwrap().tls
}

fn operator(fleet: &Fleet) -> Files {
    config::Operator::read(&fleet.files().join("muster.toml"))
        .unwrap()
        .tls
}

pub(super) fn ask_hosts(fleet: &Fleet) -> String {
    let answers = calls(fleet, operator(fleet), &[(wire::HOSTS, Vec::new())]);
    String::from_utf8(answers.into_iter().next().unwrap().unwrap()).unwrap()
}

fn report(name: &str, sequence: u64, time_ms: u64, value: f64) -> Vec<u8> {
    let stamp = batch::Stamp {
        instance: 7,
        sequence,
        time_ms,
    };
    let entry = batch::Entry {
        name,
        kind: collect::Kind::Gauge,
        unit: collect::Unit::Count,
        labels: &collect::Labels::default(),
        value,
    };
    batch::encode(stamp, [entry])
}

fn now_ms() -> u64 {
    u64::try_from(store::now_ms()).unwrap()
}

/// Opens TLS as somebody, and says what a client says first.
fn greeted(fleet: &Fleet) -> Box<dyn Channel> {
    let stream = TcpStream::connect(&fleet.address).unwrap();
    let mut channel = rpc::tls::blocking(stream, "127.0.0.1", &agent(fleet, "web02")).unwrap();
    channel.limit(Some(LIMIT)).unwrap();
    let mut bytes = Vec::new();
    rpc::frame::append(&mut bytes, Kind::Hello, 0, 0, |out| {
        message::Hello {
            max_payload: 1 << 20,
            ping_ms: 0,
        }
        .encode(out);
    });
    channel.write_all(&bytes).unwrap();
    channel
}

/// Reads until the other side ends it.
fn rest(channel: &mut dyn Channel) -> String {
    let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = channel.read(&mut buffer) {
        all.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8_lossy(&all).into_owned()
}

pub(super) const ROWS: &[Row] = &[
    ("an agent claims another's name", |scene| {
        let hello = br#"{"instance":9,"version":"0","name":"web01"}"#.to_vec();
        let mut answers = calls(
            &scene.fleet,
            agent(&scene.fleet, "web02"),
            &[
                (wire::HELLO, hello),
                (wire::REPORT, report("claimed", 1, now_ms(), 1.0)),
            ],
        );
        answers.pop().unwrap().unwrap();
        let welcome: Welcome = wire::read(&answers.pop().unwrap().unwrap()).unwrap();
        assert_eq!(welcome.name, "web02");
        // What it reports is its own.
        assert_eq!(
            (
                scene.fleet.values("web01", "claimed").len(),
                scene.fleet.values("web02", "claimed").len()
            ),
            (0, 1)
        );
    }),
    ("an agent does what operators do", |scene| {
        let run = wire::write(&Ask {
            targets: Targets::All,
            command: Command {
                argv: vec!["true".to_owned()],
                timeout_ms: 1000,
                limit: 1000,
            },
        });
        let name = wire::write(&"muster://agent/web01");
        let ack = br#"{"rule":"load-high","host":"web01"}"#.to_vec();
        let hush = br#"{"id":"x","ms":1000,"why":"","host":"web01"}"#.to_vec();
        let asked = [
            (wire::RUN, run),
            (wire::HOSTS, Vec::new()),
            (wire::ALARMS, Vec::new()),
            (wire::ACK, ack),
            (wire::SILENCE, hush),
            (wire::RETIRE, name.clone()),
            (wire::REVOKE, name),
        ];
        for (answer, (method, _)) in calls(&scene.fleet, agent(&scene.fleet, "web02"), &asked)
            .iter()
            .zip(&asked)
        {
            assert_eq!(
                answer.as_ref().unwrap_err().code(),
                Some(Code::REFUSED),
                "{method}"
            );
        }
    }),
    ("an operator does what agents do", |scene| {
        let hello = wire::write(&Hello {
            instance: 1,
            version: String::new(),
        });
        let asked = [
            (wire::HELLO, hello),
            (wire::REPORT, report("x", 1, now_ms(), 1.0)),
            (wire::ORDERS, Vec::new()),
            (wire::OUTPUT, Vec::new()),
            (wire::DONE, b"{}".to_vec()),
        ];
        for (answer, (method, _)) in calls(&scene.fleet, operator(&scene.fleet), &asked)
            .iter()
            .zip(&asked)
        {
            assert_eq!(
                answer.as_ref().unwrap_err().code(),
                Some(Code::REFUSED),
                "{method}"
            );
        }
    }),
    (
        "names of hosts are paths, markup, options, or too long",
        |scene| {
            let long = "a".repeat(300);
            for name in [
                "../web01",
                "<img src=x>",
                "-rf",
                "a/b",
                "web 01",
                "",
                "w\u{0}",
                &long,
            ] {
                assert!(
                    init::add_host(&scene.fleet.files(), name, "x:1").is_err(),
                    "{name:?}"
                );
                let asked = [
                    (wire::RETIRE, wire::write(&name)),
                    (wire::REVOKE, wire::write(&format!("muster://agent/{name}"))),
                ];
                for answer in calls(&scene.fleet, operator(&scene.fleet), &asked) {
                    assert!(answer.is_err(), "{name:?}");
                }
            }
        },
    ),
    ("names of metrics are SQL and markup", |scene| {
        let names = [
            "x'; DROP TABLE recent; --",
            "<script>alert(1)</script>",
            "a\nb 1",
            "{}",
            "../../x",
        ];
        let asked: Vec<_> = names
            .iter()
            .enumerate()
            .map(|(n, name)| (wire::REPORT, report(name, n as u64, now_ms(), 1.0)))
            .collect();
        for answer in calls(&scene.fleet, agent(&scene.fleet, "web02"), &asked) {
            // Stored as the text that it is, or refused.
            assert!(
                answer
                    .as_ref()
                    .map_or_else(|why| why.code() == Some(Code::BAD_PARAMS), Vec::is_empty),
                "{answer:?}"
            );
        }
        // A line feed in a name would be a line of its own there.
        for line in scene.fleet.page("/metrics").lines().chain(
            scene
                .fleet
                .page("/federate?match[]=%7B__name__=~%22.%2B%22%7D")
                .lines(),
        ) {
            assert!(
                line.is_empty() || line.starts_with('#') || line.starts_with("muster_"),
                "{line}"
            );
        }
    }),
    ("reports come twice, and in another order", |scene| {
        let now = now_ms();
        let order = [5, 3, 3, 4, 1, 5, 2, 1];
        let asked = order.map(|n| {
            (
                wire::REPORT,
                report("order", n, now - 10_000 + n * 1000, n as f64),
            )
        });
        for answer in calls(&scene.fleet, agent(&scene.fleet, "web02"), &asked) {
            answer.unwrap();
        }
        assert_eq!(scene.fleet.values("web02", "order"), [1.0, 2.0, 3.0, 4.0, 5.0]);
    }),
    ("clocks are years away", |scene| {
        let year = 365 * 86_400_000;
        let asked = [now_ms() + 10 * year, u64::MAX, now_ms() + 2 * 3_600_000]
            .map(|at| (wire::REPORT, report("clock", 1, at, 1.0)));
        for answer in calls(&scene.fleet, agent(&scene.fleet, "web02"), &asked) {
            let why = answer.unwrap_err();
            assert_eq!(why.code(), Some(Code::BAD_PARAMS), "{why}");
        }
        // What is long past is taken, and judged by no rule.
        let asked = [
            (wire::REPORT, report("clock", 1, 0, 1.0)),
            (wire::REPORT, report("clock", 2, now_ms() - year, 2.0)),
        ];
        for answer in calls(&scene.fleet, agent(&scene.fleet, "web02"), &asked) {
            answer.unwrap();
        }
    }),
    ("frames are cut off, absurdly long, or none", |scene| {
        // Half a head, and then nothing.
        let mut channel = greeted(&scene.fleet);
        let header = Header {
            kind: Kind::Call,
            flags: 0,
            id: 1,
            length: 1000,
        }
        .encode();
        channel.write_all(&header[..10]).unwrap();
        drop(channel);
        // Half a body.
        let mut channel = greeted(&scene.fleet);
        channel.write_all(&header).unwrap();
        channel.write_all(&[0; 500]).unwrap();
        drop(channel);
        for length in [u32::MAX, (1 << 20) + 1, 1 << 30] {
            let mut channel = greeted(&scene.fleet);
            channel
                .write_all(
                    &Header {
                        kind: Kind::Call,
                        flags: 0,
                        id: 1,
                        length,
                    }
                    .encode(),
                )
                .unwrap();
            let said = rest(&mut *channel);
            assert!(said.contains(&length.to_string()), "{length}: {said}");
        }
        let mut channel = greeted(&scene.fleet);
        channel.write_all(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n").unwrap();
        rest(&mut *channel);
        // Not even TLS.
        let mut stream = TcpStream::connect(&scene.fleet.address).unwrap();
        stream.set_read_timeout(Some(LIMIT)).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n").unwrap();
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said);
        assert!(!said.starts_with(b"HTTP"), "{}", String::from_utf8_lossy(&said));
    }),
    ("numbers of calls go back", |scene| {
        let mut channel = greeted(&scene.fleet);
        let mut bytes = Vec::new();
        for id in [5, 4] {
            rpc::frame::append(&mut bytes, Kind::Call, 0, id, |out| {
                message::Call {
                    left_ms: 0,
                    method: wire::HELLO,
                    body: b"{}",
                }
                .encode(out);
            });
        }
        channel.write_all(&bytes).unwrap();
        // It is told, and the connection ends.
        assert!(!rest(&mut *channel).is_empty());
    }),
    ("five hundred connections say nothing", |scene| {
        let silent: Vec<_> = (0..500)
            .map(|_| TcpStream::connect(&scene.fleet.address).unwrap())
            .collect();
        let greeted: Vec<_> = (0..20).map(|_| greeted(&scene.fleet)).collect();
        // An agent that comes now is taken in.
        let hello = wire::write(&Hello {
            instance: 3,
            version: String::new(),
        });
        calls(
            &scene.fleet,
            agent(&scene.fleet, "web02"),
            &[(wire::HELLO, hello)],
        )
        .pop()
        .unwrap()
        .unwrap();
        ask_hosts(&scene.fleet);
        // Nobody may stay who says nothing: they are given up.
        let mut one = silent.into_iter().next().unwrap();
        one.set_read_timeout(Some(LIMIT)).unwrap();
        let mut buffer = [0; 64];
        assert!(!matches!(one.read(&mut buffer), Ok(1..)));
        drop(greeted);
    }),
    ("an agent reports what it must not be believed", |scene| {
        let name = "x".repeat(100_000);
        let mut many = Vec::new();
        for value in [f64::NAN, f64::INFINITY] {
            many.push((wire::REPORT, report("n", 1, now_ms(), value)));
        }
        many.push((wire::REPORT, report(&name, 1, now_ms(), 1.0)));
        many.push((wire::REPORT, report("", 1, now_ms(), 1.0)));
        for answer in calls(&scene.fleet, agent(&scene.fleet, "web02"), &many) {
            if let Err(why) = answer {
                assert_eq!(why.code(), Some(Code::BAD_PARAMS), "{why}");
            }
        }
        let values = scene.fleet.values("web02", "n");
        assert!(values.iter().all(|value| value.is_finite()), "{values:?}");
    }),
];
