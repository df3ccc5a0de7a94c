//! How a connection ends.

// region:multiplex
use super::*;

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
            [hello.clone(), bytes(Kind::Ping, 0, &[0; 7])].concat(),
            "the payload of PING is too short",
        ),
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
