//! Items are sent when they are allowed, and what nobody wants ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc;
use std::time::Duration;

use super::peer::{Peer, serve};
use crate::code::Code;
use crate::frame::Kind;
use crate::message::Credit;
use crate::methods::{Call, Listener, Method, Methods, Over};
use crate::server::Settings;

/// How long the items of these tests are, in bytes.
const ITEM: usize = 10_000;

/// Sends items until nobody wants them, and says then how many it sent.
fn flood(sent: Arc<AtomicUsize>, ended: mpsc::Sender<()>) -> Method {
    Method::pooled(move |call, _| {
        while call.send(&[b'x'; ITEM]).is_ok() {
            sent.fetch_add(1, SeqCst);
        }
        let _ = ended.send(());
        Ok(Vec::new())
    })
}

/// Returns a server with a flood, how many items were put in, and who says that it is over.
fn flooded(settings: Settings) -> (Peer, Arc<AtomicUsize>, mpsc::Receiver<()>) {
    let sent = Arc::default();
    let (ended, ends) = mpsc::channel();
    let mut methods = Methods::default();
    methods.add("flood", flood(Arc::clone(&sent), ended));
    let mut peer = Peer::greeted(serve(settings, methods));
    peer.call(1, "flood", 0, b"");
    (peer, sent, ends)
}

#[test]
fn items_are_sent_as_far_as_they_are_allowed() {
    let (mut peer, sent, _ends) = flooded(Settings::default());
    // The last one is longer than what is left; then a single byte more than nothing is enough for another.
    let spent = 7 * ITEM as u32 - Credit::FIRST;
    for (expected, credit) in [(7, spent + 1), (1, ITEM as u32), (1, 0)] {
        for _ in 0..expected {
            assert_eq!(peer.hear().unwrap().kind, Kind::Item);
        }
        peer.say(Kind::Ping, 0, |out| out.extend_from_slice(b"12345678"));
        assert_eq!(peer.hear().unwrap().kind, Kind::Pong);
        peer.say(Kind::Credit, 1, |out| Credit(credit).encode(out));
    }
    assert!(sent.load(SeqCst) <= 9);
}

#[test]
fn who_does_not_read_is_waited_for_and_costs_no_more_than_the_buffer() {
    let settings = Settings {
        buffer: 100_000,
        ..Settings::default()
    };
    let (mut peer, sent, _ends) = flooded(settings);
    peer.say(Kind::Credit, 1, |out| Credit(1 << 30).encode(out));
    // The kernel has room for some megabytes, and then the flood stands still.
    let mut before = usize::MAX;
    while sent.load(SeqCst) != before {
        before = sent.load(SeqCst);
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!(before * ITEM < 50_000_000, "{before} items");
    for _ in 0..before + 100 {
        assert_eq!(peer.hear().unwrap().payload.len(), ITEM);
    }
}

#[test]
fn a_call_that_is_cancelled_ends_at_once_and_its_method_learns_of_it() {
    let (mut peer, _sent, ends) = flooded(Settings::default());
    assert_eq!(peer.hear().unwrap().kind, Kind::Item);
    peer.say(Kind::Cancel, 1, |_| {});
    let last = std::iter::from_fn(|| peer.hear()).find(|came| came.kind != Kind::Item);
    assert_eq!(last.map(|came| came.kind), Some(Kind::Error));
    ends.recv().unwrap();
    // It is over: what is said of it is passed over.
    peer.say(Kind::Cancel, 1, |_| {});
    peer.say(Kind::Credit, 1, |out| Credit(1).encode(out));
    peer.call(2, "nobody", 0, b"");
    assert_eq!(peer.hear_code(2), Code::UNKNOWN_METHOD);
}

#[test]
fn the_method_of_a_client_that_is_gone_learns_of_it() {
    let (mut peer, _sent, ends) = flooded(Settings::default());
    assert_eq!(peer.hear().unwrap().kind, Kind::Item);
    drop(peer);
    ends.recv().unwrap();
}

/// Counts the input of its call, and replies the sum after the last piece.
struct Sum {
    call: Arc<Call>,
    sum: usize,
}

impl Listener for Sum {
    fn input(&mut self, bytes: &[u8], last: bool) {
        self.sum += bytes.len();
        self.call.consumed(u32::try_from(bytes.len()).unwrap());
        if last {
            self.call.reply(self.sum.to_string().as_bytes());
        }
    }
}

#[test]
fn input_reaches_who_listens_as_far_as_it_is_allowed() {
    let mut methods = Methods::default();
    let sum = |call, _: &[u8]| Ok(Some(Box::new(Sum { call, sum: 0 }) as Box<dyn Listener>));
    methods.add("sum", Method::deferred(sum));
    methods.add(
        "deaf",
        Method::pooled(|call, _| {
            call.wait_until(std::time::Instant::now() + Duration::from_secs(20));
            Ok(Vec::new())
        }),
    );
    let mut peer = Peer::greeted(serve(Settings::default(), methods));
    peer.call(1, "sum", 0, b"");
    for _ in 0..20 {
        peer.say(Kind::Item, 1, |out| out.extend_from_slice(&[0; ITEM]));
        let granted = peer.hear().unwrap();
        assert_eq!((granted.kind, granted.id), (Kind::Credit, 1));
    }
    peer.call(2, "deaf", 0, b"");
    for _ in 0..8 {
        peer.say(Kind::Item, 2, |out| out.extend_from_slice(&[0; ITEM]));
    }
    assert_eq!(peer.hear_failure(0).message, "item without credit");
}

/// Sends items whenever it can.
struct Source {
    call: Arc<Call>,
    left: usize,
}

impl Source {
    fn go_on(&mut self) -> Result<(), Over> {
        while self.left > 0 && self.call.try_send(&[b'x'; ITEM])? {
            self.left -= 1;
        }
        if self.left == 0 {
            self.call.reply(b"");
        }
        Ok(())
    }
}

impl Listener for Source {
    fn credit(&mut self) {
        let _ = self.go_on();
    }
}

#[test]
fn who_cannot_send_now_is_told_when_it_can() {
    let source = |call, _: &[u8]| {
        let mut source = Source { call, left: 200 };
        let _ = source.go_on();
        Ok(Some(Box::new(source) as Box<dyn Listener>))
    };
    // With so small a buffer it is the room that is missing, and not only the credit.
    for buffer in [1, 30_000, 1 << 20] {
        let settings = Settings {
            buffer,
            ..Settings::default()
        };
        let mut methods = Methods::default();
        methods.add("source", Method::deferred(source));
        let mut peer = Peer::greeted(serve(settings, methods));
        peer.call(1, "source", 0, b"");
        for _ in 0..200 {
            assert_eq!(peer.hear().unwrap().kind, Kind::Item);
            peer.say(Kind::Credit, 1, |out| Credit(ITEM as u32).encode(out));
        }
        assert_eq!(peer.hear().unwrap().kind, Kind::Reply, "{buffer}");
    }
}

#[test]
fn more_credit_than_can_be_counted_is_a_violation() {
    let (mut peer, _sent, _ends) = flooded(Settings::default());
    peer.say(Kind::Credit, 1, |out| Credit(u32::MAX).encode(out));
    let last = std::iter::from_fn(|| peer.hear()).last().unwrap();
    assert_eq!((last.kind, last.id), (Kind::Error, 0));
    assert_eq!(last.payload[2..], *b"credit overflow");
}
