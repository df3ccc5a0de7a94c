//! Calls, and what becomes of them.

// region:multiplex
use super::*;

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
// endregion:multiplex
