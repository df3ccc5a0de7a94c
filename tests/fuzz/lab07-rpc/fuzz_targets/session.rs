//! A connection to the server: see the crate.
#![no_main]

use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use nbnet::server::{Door, door};
use nbnet::table::{End, Talk};
use rpc_fuzz::methods::{Call, Listener, Method, Methods};
use rpc_fuzz::model::Model;
use rpc_fuzz::script::{Side, Speaker};
use rpc_fuzz::server::{Server, Settings, Stats};
use rpc_fuzz::source::{Source, pieces};
use rpc_fuzz::{Failure, builtin, naive};

/// The largest payload that the server takes.
const LIMIT: u32 = 65_536;

/// Within which time every call must end when it was cancelled.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends its input back, as far as that is allowed, and replies when it ends.
struct Mirror {
    call: Arc<Call>,
    waits: Vec<Vec<u8>>,
    last: bool,
}

impl Mirror {
    fn go(&mut self) {
        while let Some(item) = self.waits.first() {
            if self.call.try_send(item) != Ok(true) {
                return;
            }
            self.call.consumed(item.len() as u32);
            self.waits.remove(0);
        }
        if self.last {
            self.call.reply(b"whole");
        }
    }
}

impl Listener for Mirror {
    fn credit(&mut self) {
        self.go();
    }

    fn input(&mut self, bytes: &[u8], last: bool) {
        self.last |= last;
        self.waits.push(bytes.to_vec());
        self.go();
    }

    fn drain(&mut self) {
        self.call.fail(Failure::failed("the server ends"));
    }
}

/// Keeps the call, and grants nothing.
struct Keep {
    _call: Arc<Call>,
}

impl Listener for Keep {}

/// Sends without end.
struct Pour {
    call: Arc<Call>,
}

impl Listener for Pour {
    fn credit(&mut self) {
        while self.call.try_send(&[b'p'; 3000]) == Ok(true) {}
    }
}

struct Subject {
    door: Door,
    stats: Arc<Stats>,
}

fn subject(buffer: usize) -> Mutex<Subject> {
    let settings = Settings {
        workers: 2,
        queue: 6,
        max_payload: LIMIT,
        max_calls: 8,
        ping: None,
        buffer,
        ..Settings::default()
    };
    let server = Server::bind(settings).expect("it needs nothing");
    let stats = Arc::clone(server.stats());
    let mut methods = Methods::default();
    builtin::register(&mut methods, &stats);
    // A panic is caught by the server, and not by a fuzzer.
    methods.add("panic", Method::inline(|_, _| Err(Failure::failed("asked to"))));
    methods.add(
        "mirror",
        Method::deferred(|call, _| {
            let (waits, last) = (Vec::new(), false);
            Ok(Some(Box::new(Mirror { call, waits, last })))
        }),
    );
    methods.add(
        "keep",
        Method::deferred(|call, _| Ok(Some(Box::new(Keep { _call: call })))),
    );
    methods.add(
        "pour",
        Method::deferred(|call, _| {
            let mut pour = Pour { call };
            pour.credit();
            Ok(Some(Box::new(pour)))
        }),
    );
    server.serve(methods).expect("it needs nothing");
    let door = door().expect("it was left there");
    Mutex::new(Subject { door, stats })
}

static WIDE: LazyLock<Mutex<Subject>> = LazyLock::new(|| subject(256 << 10));
static NARROW: LazyLock<Mutex<Subject>> = LazyLock::new(|| subject(200));

/// Hears threads for a moment.
fn pause(talk: &mut dyn Talk) {
    for _ in 0..3 {
        thread::yield_now();
        talk.hear();
    }
}

fuzz_target!(|data: &[u8]| {
    let mut source = Source::new(data);
    let (seed, longest, how) = (source.byte(), source.byte(), source.byte());
    let subject = if how & 1 == 0 { &WIDE } else { &NARROW };
    let subject = subject.lock().expect("nothing panics");
    let mut talk = (subject.door)();
    let mut speaker = Speaker::new(source, Side::Client);
    let mut sent = Vec::new();
    let mut frame = speaker.hello();
    while *talk.end() == End::Open {
        sent.extend_from_slice(&frame);
        match how & 6 {
            0 => talk.came(&frame),
            _ => pieces(&frame, seed, longest).for_each(|piece| talk.came(piece)),
        }
        if speaker.source.is_empty() || sent.len() > 1 << 20 {
            break;
        }
        frame = speaker.frame();
        if frame.is_empty() {
            match speaker.source.byte() % 16 {
                0..4 => talk.stall(true),
                4..8 => talk.stall(false),
                8 => talk.drain(),
                _ => pause(talk.as_mut()),
            }
        }
        talk.hear();
    }
    talk.stall(false);
    let mut model = Model::default();
    // Who can still be heard cancels all that is under way: then each call ends, and each once.
    let asked = talk.taken() == sent.len() && *talk.end() == End::Open && !model_calls(&sent).is_empty();
    if asked {
        for id in model_calls(&sent) {
            let cancel = naive::frame(7, 0, id, &[]);
            sent.extend_from_slice(&cancel);
            talk.came(&cancel);
        }
        let until = Instant::now() + PATIENCE;
        while *talk.end() == End::Open && !all_ended(&sent, talk.said()) {
            while talk.hear() == 0 {
                assert!(Instant::now() < until, "a call never ends");
                thread::sleep(Duration::from_micros(20));
            }
        }
    }
    talk.hear();
    talk.stall(false);
    let last = model.follow(&sent, LIMIT, talk.taken(), talk.end());
    if let Some(last) = last {
        assert!(talk.said().ends_with(&last), "the client is told what is wrong");
    }
    let said = naive::read_all(talk.said(), u32::MAX);
    let ends = model.check(&said);
    assert!(!asked || ends.values().all(|&count| count == 1) || *talk.end() != End::Open);
    drop(talk);
    let stats = subject.stats.snapshot();
    assert_eq!((stats.connections, stats.calls), (0, 0));
});

/// Returns the ids of all calls in what was sent and is right.
fn model_calls(mut sent: &[u8]) -> Vec<u64> {
    let mut ids = Vec::new();
    while let Ok(Some((frame, size))) = naive::read(sent, LIMIT) {
        if frame.kind == 2 {
            ids.push(frame.id);
        }
        sent = &sent[size..];
    }
    ids
}

fn all_ended(sent: &[u8], said: &[u8]) -> bool {
    let said = naive::read_all(said, u32::MAX);
    let ended = said.iter().filter(|frame| matches!(frame.kind, 3 | 4)).count();
    ended == model_calls(sent).len()
}
