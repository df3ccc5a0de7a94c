//! Subscriptions against a server that does what a test says.

// region:push
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::frame::{self, Decoder, Kind, LEAST_LIMIT};
use crate::message::{Call, Hello, Push};

/// A connection to a subscriber.
struct Peer {
    stream: TcpStream,
    /// Of its call.
    id: u64,
}

impl Peer {
    /// Waits for a subscriber of `news`, and says where the topic is.
    async fn accept(listener: &TcpListener, item: &str) -> Self {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut decoder = Decoder::new(LEAST_LIMIT);
        let id = loop {
            let count = stream.read(decoder.room()).await.unwrap();
            decoder.came(count);
            let mut id = None;
            while let Some(frame) = decoder.next().unwrap() {
                if frame.header.kind == Kind::Call {
                    let call = Call::decode(frame.payload).unwrap();
                    assert_eq!((call.left_ms, call.method), (0, "subscribe"));
                    assert_eq!(call.body, br#"{"topic":"news"}"#);
                    id = Some(frame.header.id);
                }
            }
            if let Some(id) = id {
                break id;
            }
        };
        let mut peer = Self { stream, id };
        let hello = Hello {
            max_payload: LEAST_LIMIT,
            ping_ms: 0,
        };
        peer.send(Kind::Hello, 0, |out| hello.encode(out)).await;
        peer.send(Kind::Item, id, |out| out.extend_from_slice(item.as_bytes()))
            .await;
        peer
    }

    async fn push(&mut self, seq: u64) {
        self.send(Kind::Push, self.id, |out| Push { seq, body: b"x" }.encode(out))
            .await;
    }

    async fn fail(&mut self, code: Code) {
        self.send(Kind::Error, self.id, |out| {
            Failure::new(code, "because").encode(out)
        })
        .await;
    }

    async fn send(&mut self, kind: Kind, id: u64, write: impl FnOnce(&mut Vec<u8>)) {
        let mut out = Vec::new();
        frame::append(&mut out, kind, 0, id, write);
        self.stream.write_all(&out).await.unwrap();
    }
}

/// Runs a test with a listener, and a subscription to it.
fn run(test: impl AsyncFnOnce(TcpListener, Subscription)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let limit = Duration::from_secs(20);
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let subscription = Subscription::new(&address, "news", Options::default());
        timeout(limit, test(listener, subscription))
            .await
            .expect("it hangs");
    });
}

fn message(seq: u64) -> Notice {
    let body = b"x".to_vec();
    Notice::Message { seq, body }
}

#[test]
fn what_is_missed_is_told_and_a_lost_connection_is_made_again() {
    run(async |listener, mut news| {
        let (mut peer, first) = tokio::join!(Peer::accept(&listener, r#"{"seq":4}"#), news.next());
        assert_eq!(first, Ok(Notice::Subscribed { seq: 4 }));
        for seq in [5, 8] {
            peer.push(seq).await;
        }
        assert_eq!(news.next().await, Ok(message(5)));
        assert_eq!(news.next().await, Ok(Notice::Missed { count: 2 }));
        assert_eq!(news.next().await, Ok(message(8)));

        drop(peer);
        assert!(matches!(
            news.next().await,
            Ok(Notice::Lost {
                why: Error::Lost { .. },
                ..
            })
        ));
        let (mut peer, again) = tokio::join!(Peer::accept(&listener, r#"{"seq":11}"#), news.next());
        assert_eq!(again, Ok(Notice::Subscribed { seq: 11 }));
        assert_eq!(news.next().await, Ok(Notice::Missed { count: 3 }));

        peer.fail(Code::GOING_AWAY).await;
        assert!(matches!(news.next().await, Ok(Notice::Lost { .. })));
        let (_peer, again) = tokio::join!(Peer::accept(&listener, r#"{"seq":2}"#), news.next());
        assert_eq!(again, Ok(Notice::Subscribed { seq: 2 }));
        assert_eq!(news.next().await, Ok(Notice::Anew { seq: 2 }));
    });
}

#[test]
fn what_the_server_would_say_again_is_the_end() {
    run(async |listener, mut news| {
        let (mut peer, first) = tokio::join!(Peer::accept(&listener, r#"{"seq":0}"#), news.next());
        assert_eq!(first, Ok(Notice::Subscribed { seq: 0 }));
        peer.fail(Code::REFUSED).await;
        assert_eq!(news.next().await.unwrap_err().code(), Some(Code::REFUSED));
    });
}

#[test]
fn waits_become_longer_while_nothing_goes_well() {
    run(async |listener, mut news| {
        drop(listener);
        let mut waits = Vec::new();
        for _ in 0..3 {
            match news.next().await {
                Ok(Notice::Lost { wait, .. }) => waits.push(wait.as_millis()),
                other => panic!("{other:?}"),
            }
        }
        let fits = |(wait, whole): (&u128, u128)| (whole / 2..=whole).contains(wait);
        assert!(waits.iter().zip([100, 200, 400]).all(fits), "{waits:?}");
    });
}

#[test]
fn a_server_that_says_no_number_is_asked_again_later() {
    run(async |listener, mut news| {
        let (_peer, first) = tokio::join!(Peer::accept(&listener, "{}"), news.next());
        assert!(matches!(first, Ok(Notice::Lost { .. })), "{first:?}");
    });
}
// endregion:push
