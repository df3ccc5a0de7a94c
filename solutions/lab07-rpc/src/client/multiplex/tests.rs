//! The client against a server that does what a test says, over a pipe in memory.

// region:multiplex
use std::future::poll_fn;
use std::pin::pin;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::*;
use crate::Code;
use crate::frame::{self, Decoder, Kind, LAST};
use crate::message::{Call, Credit, Failure, GoAway, Hello, Push};

/// The server's side.
struct Peer {
    stream: DuplexStream,
    decoder: Decoder,
}

/// A frame that came: kind, flags, id and payload.
type Came = (Kind, u16, u64, Vec<u8>);

impl Peer {
    /// Takes the next frame; `None` is the end.
    async fn next(&mut self) -> Option<Came> {
        loop {
            if let Some(frame) = self.decoder.next().unwrap() {
                let header = frame.header;
                return Some((header.kind, header.flags, header.id, frame.payload.to_vec()));
            }
            let count = self.stream.read(self.decoder.room()).await.unwrap();
            if count == 0 {
                return None;
            }
            self.decoder.came(count);
        }
    }

    /// Takes the next frame, which must be a call of this method. Returns its id and its body.
    async fn call(&mut self, method: &str) -> (u64, Vec<u8>) {
        let (kind, _, id, payload) = self.next().await.unwrap();
        assert_eq!(kind, Kind::Call);
        let call = Call::decode(&payload).unwrap();
        assert_eq!(call.method, method);
        (id, call.body.to_vec())
    }

    /// Takes the next frame, which must be of this kind and of this call.
    async fn expect(&mut self, kind: Kind, id: u64) -> Vec<u8> {
        let (came, _, of, payload) = self.next().await.unwrap();
        assert_eq!((came, of), (kind, id));
        payload
    }

    async fn send(&mut self, kind: Kind, id: u64, payload: &[u8]) {
        let mut bytes = Vec::new();
        frame::append(&mut bytes, kind, 0, id, |out| out.extend_from_slice(payload));
        self.stream.write_all(&bytes).await.unwrap();
    }

    async fn hello(&mut self, max_payload: u32) {
        let mut payload = Vec::new();
        let hello = Hello {
            max_payload,
            ping_ms: 0,
        };
        hello.encode(&mut payload);
        self.send(Kind::Hello, 0, &payload).await;
    }

    async fn fail(&mut self, id: u64, code: Code) {
        let mut payload = Vec::new();
        Failure::new(code, "because").encode(&mut payload);
        self.send(Kind::Error, id, &payload).await;
    }

    async fn go_away(&mut self, last: u64) {
        let mut payload = Vec::new();
        let reason = "shutting down";
        GoAway { last, reason }.encode(&mut payload);
        self.send(Kind::GoAway, 0, &payload).await;
    }
}

fn run<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let limit = Duration::from_secs(20);
    runtime.block_on(async { tokio::time::timeout(limit, test).await.expect("it hangs") })
}

fn options() -> Options {
    Options {
        timeout: None,
        ping: None,
        ..Options::default()
    }
}

/// A client and its server, over a pipe that holds so many bytes. The client's HELLO has come.
async fn pair(holds: usize, options: &Options) -> (Multiplex, Peer) {
    let (near, far) = duplex(holds);
    let client = Multiplex::over(near, options);
    let mut peer = Peer {
        stream: far,
        decoder: Decoder::new(1 << 20),
    };
    assert_eq!(peer.next().await.unwrap().0, Kind::Hello);
    (client, peer)
}

/// As [`pair`], and the server has answered HELLO.
async fn ready_pair(options: &Options) -> (Multiplex, Peer) {
    let (client, mut peer) = pair(1 << 20, options).await;
    peer.hello(1 << 20).await;
    client.ready().await.unwrap();
    (client, peer)
}

/// Polls a future once.
async fn begin<F: Future + Unpin>(future: &mut F) {
    poll_fn(|context| {
        assert!(pin!(&mut *future).poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[test]
fn answers_find_their_callers_in_whatever_order_they_come() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let mut calls: Vec<_> = (0..100).map(|_| client.call("number", b"x")).collect();
        for call in &mut calls {
            begin(call).await;
        }
        let mut ids = Vec::new();
        for _ in 0..100 {
            ids.push(peer.call("number").await.0);
        }
        assert!(ids.is_sorted());
        assert_eq!(client.in_flight(), 100);
        for (number, id) in ids.iter().enumerate().rev() {
            peer.send(Kind::Reply, *id, number.to_string().as_bytes()).await;
        }
        for (number, call) in calls.into_iter().enumerate() {
            assert_eq!(call.await, Ok(number.to_string().into_bytes()));
        }
        assert_eq!(client.in_flight(), 0);
    });
}

#[test]
fn a_future_that_is_dropped_cancels_its_call_and_what_comes_later_is_ignored() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let mut call = client.call("slow", b"");
        begin(&mut call).await;
        let (id, _) = peer.call("slow").await;
        drop(call);
        peer.expect(Kind::Cancel, id).await;
        let next = async {
            let (next, _) = peer.call("next").await;
            peer.send(Kind::Item, id, b"late").await;
            peer.send(Kind::Reply, id, b"late").await;
            peer.send(Kind::Reply, next, b"in time").await;
        };
        let (reply, ()) = tokio::join!(client.call("next", b""), next);
        assert_eq!(reply, Ok(b"in time".to_vec()));
        // Whoever has its answer has nothing to cancel.
        drop(client);
        assert_eq!(peer.next().await, None);
    });
}

#[test]
fn a_call_that_was_never_polled_is_never_sent() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        drop(client.call("never", b""));
        drop(client);
        assert_eq!(peer.next().await, None);
    });
}

#[test]
fn a_call_without_an_answer_ends_when_its_time_is_over() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let limit = Duration::from_millis(30);
        let began = std::time::Instant::now();
        let mut patient = client.call("patient", b"");
        begin(&mut patient).await;
        let error = client.call("slow", b"").within(Some(limit)).await.unwrap_err();
        assert!(began.elapsed() >= limit);
        assert_eq!(error.to_string(), "deadline (3): not done within 30 ms");
        let (patient_id, _) = peer.call("patient").await;
        let (kind, _, id, payload) = peer.next().await.unwrap();
        assert_eq!((kind, Call::decode(&payload).unwrap().left_ms), (Kind::Call, 30));
        peer.expect(Kind::Cancel, id).await;
        peer.send(Kind::Reply, patient_id, b"").await;
        assert_eq!(patient.await, Ok(Vec::new()));
    });
}

#[test]
fn an_error_ends_its_call_alone() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let serve = async {
            let (id, _) = peer.call("a").await;
            peer.fail(id, Code(100)).await;
            let (id, _) = peer.call("b").await;
            peer.send(Kind::Reply, id, b"fine").await;
        };
        let calls = async {
            let error = client.call("a", b"").await.unwrap_err();
            assert_eq!(error.to_string(), "application (100): because");
            assert!(error.may_have_run());
            assert_eq!(client.call("b", b"").await, Ok(b"fine".to_vec()));
        };
        tokio::join!(serve, calls);
    });
}

#[test]
fn whoever_goes_away_answers_what_it_took_and_nothing_later() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let (mut early, mut late) = (client.call("early", b""), client.call("late", b""));
        begin(&mut early).await;
        begin(&mut late).await;
        let (early_id, _) = peer.call("early").await;
        let (late_id, _) = peer.call("late").await;
        peer.go_away(early_id).await;
        let error = late.await.unwrap_err();
        let sentence = "connection lost: the server is going away: shutting down";
        assert_eq!(
            (error.to_string().as_str(), error.may_have_run()),
            (sentence, false)
        );
        assert_eq!(client.ended().await, error);
        assert_eq!(client.call("later", b"").await, Err(error));
        peer.fail(late_id, Code::GOING_AWAY).await;
        peer.send(Kind::Reply, early_id, b"done").await;
        assert_eq!(early.await, Ok(b"done".to_vec()));
    });
}

#[test]
fn a_lost_connection_tells_which_calls_may_have_been_run() {
    run(async {
        let (client, mut peer) = pair(200, &options()).await;
        peer.hello(1 << 20).await;
        client.ready().await.unwrap();
        let body = [0; 100];
        let (mut sent, mut unsent) = (client.call("sent", &body), client.call("unsent", &body));
        begin(&mut sent).await;
        begin(&mut unsent).await;
        // The pipe holds the first one and half of the second one, which is not read.
        peer.call("sent").await;
        drop(peer);
        assert!(matches!(sent.await, Err(Error::Lost { sent: true, .. })));
        assert!(matches!(unsent.await, Err(Error::Lost { sent: false, .. })));
        let error = client.call("later", b"").await.unwrap_err();
        assert!(!error.may_have_run());
        assert_eq!(client.ended().await, error);
    });
}

#[test]
fn a_stream_gives_credit_back_as_items_are_taken() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let mut stream = client.open("count", b"10", None).await.unwrap();
        let (id, _) = peer.call("count").await;
        for _ in 0..4 {
            peer.send(Kind::Item, id, &[7; 20_000]).await;
        }
        peer.send(Kind::Ping, 0, b"12345678").await;
        // Nothing was taken, so nothing is allowed: the PONG comes first.
        peer.expect(Kind::Pong, 0).await;
        for _ in 0..2 {
            assert_eq!(stream.next().await, Ok(Some(Event::Item(vec![7; 20_000]))));
        }
        let credit = peer.expect(Kind::Credit, id).await;
        assert_eq!(Credit::decode(&credit), Ok(Credit(40_000)));
        peer.send(Kind::Reply, id, b"end").await;
        peer.send(Kind::Ping, 0, b"12345678").await;
        peer.expect(Kind::Pong, 0).await;
        // The call has ended, so nobody needs credit; what came before is still there.
        for _ in 0..2 {
            assert_eq!(stream.next().await, Ok(Some(Event::Item(vec![7; 20_000]))));
        }
        assert_eq!(stream.next().await, Ok(Some(Event::Reply(b"end".to_vec()))));
        assert_eq!(stream.next().await, Ok(None));
        drop((stream, client));
        assert_eq!(peer.next().await, None);
    });
}

#[test]
fn items_that_nobody_wants_are_allowed_again_at_once() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let serve = async {
            let (id, _) = peer.call("count").await;
            for _ in 0..3 {
                peer.send(Kind::Item, id, &[7; 40_000]).await;
                let credit = peer.expect(Kind::Credit, id).await;
                assert_eq!(Credit::decode(&credit), Ok(Credit(40_000)));
            }
            peer.send(Kind::Reply, id, b"end").await;
        };
        let (reply, ()) = tokio::join!(client.call("count", b""), serve);
        assert_eq!(reply, Ok(b"end".to_vec()));
    });
}

#[test]
fn input_waits_for_credit_and_ends_with_the_call() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let stream = client.open("sum", b"", None).await.unwrap();
        let mut input = stream.input();
        let (id, _) = peer.call("sum").await;
        // The second one is sent although there is less room than it needs.
        assert_eq!(input.send(&[1; 65_535]).await, Ok(true));
        assert_eq!(input.send(&[2; 10_000]).await, Ok(true));
        let mut third = Box::pin(input.send(&[3; 10]));
        begin(&mut third).await;
        peer.expect(Kind::Item, id).await;
        peer.expect(Kind::Item, id).await;
        peer.send(Kind::Credit, id, &9_999_u32.to_be_bytes()).await;
        peer.send(Kind::Ping, 0, b"12345678").await;
        peer.expect(Kind::Pong, 0).await;
        begin(&mut third).await;
        peer.send(Kind::Credit, id, &1_u32.to_be_bytes()).await;
        assert_eq!(third.await, Ok(true));
        peer.expect(Kind::Item, id).await;
        peer.send(Kind::Credit, id, &10_u32.to_be_bytes()).await;
        let last = stream.input().finish(b"");
        assert_eq!(last.await, Ok(true));
        assert_eq!(peer.next().await, Some((Kind::Item, LAST, id, Vec::new())));
        peer.fail(id, Code::FAILED).await;
        assert!(client.in_flight() == 1);
        let mut stream = stream;
        assert_eq!(stream.next().await.unwrap_err().code(), Some(Code::FAILED));
        assert_eq!(input.send(b"more").await, Ok(false));
    });
}

#[test]
fn messages_come_with_their_numbers() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let mut stream = client.open("subscribe", b"", None).await.unwrap();
        let (id, _) = peer.call("subscribe").await;
        let mut payload = Vec::new();
        Push {
            seq: 7,
            body: b"news",
        }
        .encode(&mut payload);
        peer.send(Kind::Push, id, &payload).await;
        let body = b"news".to_vec();
        assert_eq!(stream.next().await, Ok(Some(Event::Push { seq: 7, body })));
        drop(stream);
        peer.expect(Kind::Cancel, id).await;
    });
}

#[test]
fn large_calls_wait_until_the_server_says_that_it_takes_them() {
    run(async {
        let (client, mut peer) = pair(1 << 20, &options()).await;
        let (fits, too_large) = (vec![0; 100_000], vec![0; 200_000]);
        let (mut fits, mut too_large) = (client.call("fits", &fits), client.call("too large", &too_large));
        begin(&mut fits).await;
        begin(&mut too_large).await;
        let mut small = client.call("small", b"");
        begin(&mut small).await;
        let (small_id, _) = peer.call("small").await;
        peer.hello(150_000).await;
        let serve = async {
            let (id, body) = peer.call("fits").await;
            assert_eq!(body.len(), 100_000);
            peer.send(Kind::Reply, id, b"").await;
            peer.send(Kind::Reply, small_id, b"").await;
        };
        let (fits, too_large, small, ()) = tokio::join!(fits, too_large, small, serve);
        assert_eq!((fits, small), (Ok(Vec::new()), Ok(Vec::new())));
        assert_eq!(too_large.unwrap_err().code(), Some(Code::TOO_LARGE));
    });
}

#[test]
fn a_silent_server_is_asked_and_then_given_up() {
    run(async {
        let ping = Some(Duration::from_millis(20));
        let (client, mut peer) = ready_pair(&Options { ping, ..options() }).await;
        let mut call = client.call("slow", b"");
        begin(&mut call).await;
        peer.call("slow").await;
        let payload = peer.expect(Kind::Ping, 0).await;
        peer.send(Kind::Pong, 0, &payload).await;
        // It was heard, so it is asked again before it is given up.
        peer.expect(Kind::Ping, 0).await;
        assert_eq!(
            call.await,
            Err(Error::Lost {
                why: "silent for 40 ms".to_owned(),
                sent: true
            })
        );
        assert_eq!(peer.next().await, None);
    });
}

#[test]
fn a_server_that_breaks_the_protocol_is_told_how() {
    let bytes = |kind, id, payload: &[u8]| {
        let mut bytes = Vec::new();
        frame::append(&mut bytes, kind, 0, id, |out| out.extend_from_slice(payload));
        bytes
    };
    let hello = bytes(Kind::Hello, 0, &[0, 1, 0, 0, 0, 0, 0, 0]);
    let twice = [hello.clone(), hello.clone()].concat();
    for (sends, sentence) in [
        (b"HTTP/1.1 200 OK".to_vec(), "no rpc frame: begins with 48545450"),
        (bytes(Kind::Pong, 0, &[0; 8]), "PONG before HELLO"),
        (bytes(Kind::Hello, 0, &[0; 8]), "max_payload 0 is below 65536"),
        (twice, "a second HELLO"),
        (
            [hello.clone(), bytes(Kind::Call, 7, &[0; 8])].concat(),
            "CALL is not for this side",
        ),
        (
            [hello.clone(), bytes(Kind::Credit, 1 << 20, &[0; 3])].concat(),
            "the payload of CREDIT is too short",
        ),
        (
            [hello.clone(), bytes(Kind::Credit, 1 << 20, &[0xff; 4])].concat(),
            "credit overflow",
        ),
    ] {
        run(async {
            let (client, mut peer) = pair(1 << 20, &options()).await;
            let mut stream = client.open("any", b"", None).await.unwrap();
            peer.call("any").await;
            peer.stream.write_all(&sends).await.unwrap();
            assert_eq!(stream.next().await.unwrap_err().to_string(), sentence);
            let failure = peer.expect(Kind::Error, 0).await;
            assert_eq!(
                Failure::decode(&failure),
                Ok(Failure::new(Code::PROTOCOL, sentence))
            );
            assert_eq!(peer.next().await, None);
        });
    }
}

#[test]
fn an_error_of_the_connection_ends_all_calls() {
    run(async {
        let (client, mut peer) = ready_pair(&options()).await;
        let mut call = client.call("any", b"");
        begin(&mut call).await;
        peer.call("any").await;
        peer.fail(0, Code::PROTOCOL).await;
        let error = call.await.unwrap_err();
        assert_eq!(error.to_string(), "connection lost: protocol (11): because");
    });
}
// endregion:multiplex
