//! What the client that blocks reads: see the crate.
#![no_main]

use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use rpc_fuzz::client::Options;
use rpc_fuzz::client::blocking::{Channel, Client};
use rpc_fuzz::script::{Side, Speaker};
use rpc_fuzz::source::{Source, pieces};
use rpc_fuzz::{Error, naive};

/// A server that has said all beforehand.
struct Said {
    pieces: Vec<Option<Vec<u8>>>,
    heard: Arc<Mutex<Vec<u8>>>,
    /// How many writes go well.
    writes: u8,
}

impl Read for Said {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        match self.pieces.pop() {
            None => Ok(0),
            Some(None) => Err(io::ErrorKind::WouldBlock.into()),
            Some(Some(mut piece)) => {
                let count = piece.len().min(room.len());
                room[..count].copy_from_slice(&piece[..count]);
                let left = piece.split_off(count);
                if !left.is_empty() {
                    self.pieces.push(Some(left));
                }
                Ok(count)
            }
        }
    }
}

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writes = self.writes.wrapping_sub(1);
        match self.writes {
            0 => Err(io::ErrorKind::BrokenPipe.into()),
            number => {
                let count = bytes.len().min(1 + usize::from(number) * 97);
                self.heard
                    .lock()
                    .expect("nothing panics")
                    .extend_from_slice(&bytes[..count]);
                Ok(count)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Channel for Said {
    fn limit(&self, _time: Option<Duration>) -> io::Result<()> {
        Ok(())
    }
}

fuzz_target!(|data: &[u8]| {
    let mut source = Source::new(data);
    let (seed, longest, writes, breaks) = (source.byte(), source.byte(), source.byte(), source.byte());
    let mut speaker = Speaker::new(source, Side::Server(|choice| u64::from(choice) + 1));
    let mut bytes = speaker.hello();
    let mut said = Vec::new();
    while !speaker.source.is_empty() && bytes.len() < 1 << 20 {
        let frame = speaker.frame();
        if frame.is_empty() {
            // A pause.
            said.extend(pieces(&bytes, seed, longest).map(|piece| Some(piece.to_vec())));
            said.push(None);
            bytes.clear();
        }
        bytes.extend_from_slice(&frame);
    }
    said.extend(pieces(&bytes, seed, longest).map(|piece| Some(piece.to_vec())));
    let all = said.iter().flatten().flatten().copied().collect::<Vec<u8>>();
    said.reverse();
    let heard = Arc::<Mutex<Vec<u8>>>::default();
    let channel = Said {
        pieces: said,
        heard: Arc::clone(&heard),
        writes,
    };
    let options = Options {
        timeout: None,
        max_payload: 65_536,
        ping: Some(Duration::from_millis(1)),
        ..Options::default()
    };
    let mut client = Client::over(Box::new(channel), &options);
    let mut items = 0_u8;
    let mut lost = false;
    for id in 1..=4 {
        let body = if id == 3 { vec![b'x'; 66_000] } else { Vec::new() };
        let answer = client.call_within(None, "m", &body, |_| {
            items = items.wrapping_add(1);
            match items == breaks {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        if let Ok(reply) = &answer {
            assert!(!lost && has(&all, |frame| frame.kind == 3 && frame.payload == *reply));
        }
        // Whoever was lost stays so.
        assert!(
            !lost || matches!(answer, Err(Error::Lost { sent: false, .. })),
            "{answer:?}"
        );
        lost |= matches!(answer, Err(Error::Lost { .. } | Error::Wrong(_)));
    }
    drop(client);
    let heard = heard.lock().expect("nothing panics").clone();
    // The last frame may be unfinished.
    let mut left = &heard[..];
    while let Some((frame, size)) = naive::read(left, u32::MAX).expect("a client's frames are right") {
        assert!(matches!(frame.kind, 1 | 2 | 4 | 6 | 7 | 9 | 10));
        naive::payload(frame.kind, &frame.payload).expect("and what is in them");
        left = &left[size..];
    }
});

/// Returns whether there is such a frame among those that are right.
fn has(mut bytes: &[u8], is: impl Fn(&naive::Frame) -> bool) -> bool {
    while let Ok(Some((frame, size))) = naive::read(bytes, 65_536) {
        if is(&frame) {
            return true;
        }
        bytes = &bytes[size..];
    }
    false
}
