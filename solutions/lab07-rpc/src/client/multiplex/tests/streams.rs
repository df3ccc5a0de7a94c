//! Items, input and messages.

// region:multiplex
use super::*;

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
// endregion:multiplex
