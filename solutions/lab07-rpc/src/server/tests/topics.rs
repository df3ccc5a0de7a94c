//! Messages reach who has subscribed, in order, and nobody is waited for.

use std::sync::Arc;
use std::thread;

use super::peer::{Peer, serve};
use crate::builtin;
use crate::code::Code;
use crate::frame::Kind;
use crate::message::Push;
use crate::methods::Methods;
use crate::server::Settings;

/// Subscribes to a topic, and returns the number of its last message.
fn subscribe(peer: &mut Peer, id: u64) -> String {
    peer.call(id, "subscribe", 0, br#"{"topic":"t"}"#);
    let first = peer.hear().unwrap();
    assert_eq!((first.kind, first.id), (Kind::Item, id));
    String::from_utf8(first.payload).unwrap()
}

/// Publishes a string of `length` characters, and returns what the server says.
fn publish(peer: &mut Peer, id: u64, length: usize) -> String {
    let params = format!(r#"{{"topic":"t","data":"{}"}}"#, "x".repeat(length));
    peer.call(id, "publish", 0, params.as_bytes());
    String::from_utf8(peer.hear().unwrap().payload).unwrap()
}

/// Waits for a message, and returns its number.
fn hear(peer: &mut Peer, id: u64) -> u64 {
    let came = peer.hear().unwrap();
    assert_eq!((came.kind, came.id), (Kind::Push, id));
    Push::decode(&came.payload).unwrap().seq
}

fn settings() -> Settings {
    Settings {
        buffer: 100_000,
        ping: None,
        ..Settings::default()
    }
}

#[test]
fn who_has_subscribed_hears_everything_from_then_on() {
    let mut methods = Methods::default();
    builtin::register(&mut methods, &Arc::default());
    let address = serve(settings(), methods);
    let mut speaker = Peer::greeted(address);
    assert_eq!(publish(&mut speaker, 1, 1), r#"{"seq":1,"subscribers":0}"#);
    let mut first = Peer::greeted(address);
    assert_eq!(subscribe(&mut first, 1), r#"{"seq":1}"#);
    let mut second = Peer::greeted(address);
    assert_eq!(subscribe(&mut second, 9), r#"{"seq":1}"#);
    assert_eq!(publish(&mut speaker, 2, 1), r#"{"seq":2,"subscribers":2}"#);
    assert_eq!((hear(&mut first, 1), hear(&mut second, 9)), (2, 2));

    first.say(Kind::Cancel, 1, |_| {});
    assert_eq!(first.hear_code(1), Code::CANCELLED);
    assert_eq!(publish(&mut speaker, 3, 1), r#"{"seq":3,"subscribers":1}"#);
    assert_eq!(hear(&mut second, 9), 3);
}

#[test]
fn who_does_not_read_misses_messages_and_sees_how_many() {
    let mut methods = Methods::default();
    builtin::register(&mut methods, &Arc::default());
    let address = serve(settings(), methods);
    let (mut speaker, mut slow) = (Peer::greeted(address), Peer::greeted(address));
    subscribe(&mut slow, 1);
    // More than the kernel keeps for it.
    for id in 1..=300 {
        publish(&mut speaker, id, 60_000);
    }
    // As soon as it has kept up, it hears what is published then.
    let reader = thread::spawn(move || {
        let mut heard = vec![0];
        while heard.last().is_some_and(|&last| last <= 300) {
            heard.push(hear(&mut slow, 1));
        }
        heard
    });
    let mut id = 300;
    while !reader.is_finished() {
        id += 1;
        publish(&mut speaker, id, 1);
    }
    let heard = reader.join().unwrap();
    let missed = |pair: &[u64]| pair[1] - pair[0] > 1;
    assert!(heard.is_sorted());
    assert!(heard.windows(2).any(missed), "{heard:?}");
}
