//! What the client with many calls reads: see the crate.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use rpc_fuzz::client::multiplex::Event;
use rpc_fuzz::client::{Multiplex, Options};
use rpc_fuzz::naive::{self, Frame};
use rpc_fuzz::script::{Side, Speaker};
use rpc_fuzz::source::{Source, pieces};
use rpc_fuzz::{Code, Error, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;

/// The largest payload that the client takes.
const LIMIT: u32 = 65_536;

/// Within which time all calls must end when the server is gone.
const PATIENCE: Duration = Duration::from_secs(60);

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
}

/// Calls, as a stream or not, and returns how it ends, with what came before.
async fn call(client: Multiplex, number: u8, slow: bool) -> (Vec<Event>, Result<Vec<u8>>) {
    let body = if number == 5 {
        vec![b'x'; 70_000]
    } else {
        vec![b'x'; 10]
    };
    if number % 2 == 0 {
        return (Vec::new(), client.call("m", &body).await);
    }
    let mut events = Vec::new();
    let mut stream = match client.open("m", &body, None).await {
        Ok(stream) => stream,
        Err(error) => return (events, Err(error)),
    };
    let mut input = stream.input();
    tokio::spawn(async move {
        for length in [10, 65_536, 1, 40_000] {
            if !matches!(input.send(&vec![b'i'; length]).await, Ok(true)) {
                return;
            }
        }
        let _ = input.finish(b"end").await;
    });
    loop {
        if slow {
            yield_now().await;
        }
        match stream.next().await {
            Ok(Some(Event::Reply(reply))) => return (events, Ok(reply)),
            Ok(Some(event)) => events.push(event),
            Ok(None) => panic!("no end"),
            Err(error) => return (events, Err(error)),
        }
        // This one has enough.
        if number == 3 && events.len() == 2 {
            return (events, Err(Error::Connect { why: String::new() }));
        }
    }
}

/// Returns the frames that are right, and whether all is.
fn right(mut bytes: &[u8]) -> (Vec<Frame>, Option<String>) {
    let mut frames: Vec<Frame> = Vec::new();
    loop {
        let (frame, size) = match naive::read(bytes, LIMIT) {
            Ok(None) => return (frames, None),
            Ok(Some(found)) => found,
            Err(sentence) => return (frames, Some(sentence)),
        };
        let name = |kind| match kind {
            1..=11 => naive::name(kind),
            _ => "frame of another kind",
        };
        if frame.kind == 4 && frame.id == 0 {
            let judged = naive::payload(4, &frame.payload).err();
            return (frames, judged);
        }
        let wrong = match frame.kind {
            1 if !frames.is_empty() => Some("a second HELLO".to_owned()),
            kind if kind != 1 && frames.is_empty() => Some(format!("{} before HELLO", name(kind))),
            2 | 7 => Some(format!("{} is not for this side", name(frame.kind))),
            1 | 4 | 6 | 8..=11 => naive::payload(frame.kind, &frame.payload).err(),
            _ => None,
        };
        if wrong.is_some() {
            return (frames, wrong);
        }
        frames.push(frame);
        bytes = &bytes[size..];
    }
}

async fn play(said: &[u8], seed: u8, longest: u8, slow: bool) {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let options = Options {
        timeout: None,
        max_payload: LIMIT,
        ping: None,
        ..Options::default()
    };
    let client = Multiplex::over(ours, &options);
    let calls: Vec<_> = (0..6)
        .map(|number| tokio::spawn(call(client.clone(), number, slow)))
        .collect();
    let (mut reader, mut writer) = tokio::io::split(theirs);
    let heard = tokio::spawn(async move {
        let mut heard = Vec::new();
        let _ = reader.read_to_end(&mut heard).await;
        heard
    });
    // All have begun before the server says anything.
    for _ in 0..4 {
        yield_now().await;
    }
    for piece in pieces(said, seed, longest) {
        if writer.write_all(piece).await.is_err() {
            break;
        }
        yield_now().await;
    }
    let _ = writer.shutdown().await;
    let (frames, wrong) = right(said);
    for (number, call) in calls.into_iter().enumerate() {
        let (events, outcome) = call.await.expect("no panic");
        let has = |is: &dyn Fn(&Frame) -> bool| frames.iter().any(is);
        match outcome {
            Ok(reply) => assert!(
                has(&|frame| frame.kind == 3 && frame.payload == reply),
                "{number}"
            ),
            Err(Error::Failed(failure)) if failure.code != Code::TOO_LARGE => {
                let mut payload = Vec::new();
                failure.encode(&mut payload);
                assert!(
                    has(&|frame| frame.kind == 4 && frame.payload == payload),
                    "{failure}"
                );
            }
            Err(_) => {}
        }
        for event in events {
            let found = match event {
                Event::Item(item) => has(&|frame| frame.kind == 5 && frame.payload == item),
                Event::Push { seq, body } => has(&|frame| {
                    frame.kind == 8 && naive::front(&frame.payload, 8) == seq && frame.payload[8..] == body
                }),
                Event::Reply(_) => panic!("two ends"),
            };
            assert!(found);
        }
    }
    assert_eq!(client.in_flight(), 0);
    let ended = client.ended().await;
    drop(client);
    drop(writer);
    let heard = heard.await.expect("no panic");
    let told = naive::read_all(&heard, u32::MAX);
    assert_eq!(told[0].kind, 1);
    for frame in &told {
        assert!(matches!(frame.kind, 1 | 2 | 4 | 5 | 6 | 7 | 10), "{frame:?}");
        naive::payload(frame.kind, &frame.payload).expect("a client says what is right");
    }
    let pings = frames
        .iter()
        .filter(|frame| frame.kind == 9)
        .map(|frame| &frame.payload);
    let pongs = told
        .iter()
        .filter(|frame| frame.kind == 10)
        .map(|frame| &frame.payload);
    assert!(pongs.zip(pings).all(|(pong, ping)| pong == ping));
    let accused = told.last().filter(|frame| frame.kind == 4 && frame.id == 0);
    if let (Some(sentence), None) = (&wrong, accused) {
        panic!("{sentence}: the server is not told ({ended})");
    }
    if let Some(accused) = accused {
        let sentence = String::from_utf8_lossy(&accused.payload[2..]).into_owned();
        let perhaps = ["item without credit", "credit overflow"].contains(&&*sentence);
        assert!(
            perhaps || wrong.as_ref().is_some_and(|wrong| naive::same(wrong, &sentence)),
            "{sentence} for {wrong:?}"
        );
    }
}

fuzz_target!(|data: &[u8]| {
    let mut source = Source::new(data);
    let (seed, longest, how) = (source.byte(), source.byte(), source.byte());
    // The ids of calls that were begun one after the other, and some that nobody has.
    let id = |choice| match choice {
        0..6 => (u64::from(choice) + 1) << 20 | u64::from(choice),
        6 => 1,
        _ => u64::MAX,
    };
    let mut speaker = Speaker::new(source, Side::Server(id));
    let mut said = match how & 2 {
        0 => speaker.hello(),
        _ => Vec::new(),
    };
    while !speaker.source.is_empty() && said.len() < 1 << 18 {
        said.extend(speaker.frame());
    }
    // What comes byte by byte takes long.
    let longest = if said.len() > 4000 {
        longest | 0xf0
    } else {
        longest
    };
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let played = play(&said, seed, longest, how & 1 != 0);
            tokio::time::timeout(PATIENCE, played)
                .await
                .expect("a call never ends");
        });
    });
});
