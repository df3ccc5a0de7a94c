//! Frames, cut in all ways: see the crate.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpc_fuzz::frame::{self, Decode, Decoder, Header, LENGTH};
use rpc_fuzz::naive;
use rpc_fuzz::source::{Source, pieces};

/// What was found, and how it went on.
type Found = (Vec<naive::Frame>, Result<usize, String>);

fn plain(header: Header, payload: &[u8]) -> naive::Frame {
    naive::Frame {
        kind: header.kind.number(),
        flags: header.flags,
        id: header.id,
        payload: payload.to_vec(),
    }
}

/// By `decode` over what is left, all of it.
fn whole(mut bytes: &[u8], limit: u32) -> Found {
    let mut frames = Vec::new();
    loop {
        match frame::decode(bytes, limit) {
            Err(wrong) => return (frames, Err(wrong.to_string())),
            Ok(Decode::Partial { missing }) => {
                assert!(missing > 0);
                return (frames, Ok(missing));
            }
            Ok(Decode::Whole(header)) => {
                let payload = &bytes[LENGTH..header.size()];
                // What is written again is what came.
                let mut again = Vec::new();
                let write = |out: &mut Vec<u8>| out.extend_from_slice(payload);
                frame::append(&mut again, header.kind, header.flags, header.id, write);
                assert_eq!(again, &bytes[..header.size()]);
                frames.push(plain(header, payload));
                bytes = &bytes[header.size()..];
            }
        }
    }
}

/// By the decoder of clients, in pieces, asked after each or only now and then.
fn cut(bytes: &[u8], limit: u32, seed: u8, longest: u8, lazy: bool) -> Found {
    let mut decoder = Decoder::new(limit);
    let mut frames = Vec::new();
    let mut fed = 0;
    for (number, piece) in pieces(bytes, seed, longest).enumerate() {
        decoder.feed(piece);
        fed += piece.len();
        assert!(
            decoder.capacity() <= 2 * fed + (64 << 10),
            "what is announced takes no memory"
        );
        if lazy && number % 3 != 2 {
            continue;
        }
        loop {
            match decoder.next() {
                Ok(None) => break,
                Ok(Some(frame)) => frames.push(plain(frame.header, frame.payload)),
                Err(wrong) => {
                    assert_eq!(decoder.next().map(|_| ()), Err(wrong.clone()), "it stays wrong");
                    return (frames, Err(wrong.to_string()));
                }
            }
        }
    }
    loop {
        match decoder.next() {
            Ok(Some(frame)) => frames.push(plain(frame.header, frame.payload)),
            Ok(None) => return (frames, Ok(decoder.missing().expect("it was right"))),
            Err(wrong) => return (frames, Err(wrong.to_string())),
        }
    }
}

/// As the page says it.
fn simple(mut bytes: &[u8], limit: u32) -> (Vec<naive::Frame>, Option<String>) {
    let mut frames = Vec::new();
    loop {
        match naive::read(bytes, limit) {
            Ok(None) => return (frames, None),
            Ok(Some((frame, size))) => {
                frames.push(frame);
                bytes = &bytes[size..];
            }
            Err(wrong) => return (frames, Some(wrong)),
        }
    }
}

/// Returns bytes that are mostly frames.
fn traffic(source: &mut Source<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    while !source.is_empty() {
        let kind = source.byte();
        match kind % 16 {
            15 => bytes.extend_from_slice(source.some()),
            14 => {
                let mut frame = naive::frame(source.byte() % 12, 0, source.number(), source.some());
                let at = usize::from(source.byte()) % frame.len();
                frame[at] ^= source.byte();
                bytes.append(&mut frame);
            }
            13 => {
                // A header that is right, with any version and length.
                let mut frame = naive::frame(source.byte() % 13, 0x8000, u64::from(source.byte()), &[]);
                frame[4] = source.choose(&[1, 1, 2, 0]);
                frame[16..20].copy_from_slice(&(source.number() as u32).to_be_bytes());
                let check = naive::check(&frame[..20]);
                frame[20..24].copy_from_slice(&check.to_be_bytes());
                bytes.append(&mut frame);
            }
            12 => {
                let flags = source.choose(&[0, 0x8000, 0xffff, 1]);
                bytes.append(&mut naive::frame(
                    source.byte(),
                    flags,
                    source.number(),
                    source.some(),
                ));
            }
            kind => {
                let id = match kind {
                    1 | 9 | 10 | 11 => 0,
                    _ => u64::from(source.byte()),
                };
                let mut payload = source.some().to_vec();
                payload.resize(payload.len() * source.choose(&[1, 1, 1, 300, 1000]), 7);
                bytes.append(&mut naive::frame(kind, 0, id, &payload));
            }
        }
    }
    bytes
}

fuzz_target!(|data: &[u8]| {
    let mut source = Source::new(data);
    let (seed, longest, how) = (source.byte(), source.byte(), source.byte());
    let limit = source.choose(&[65_536, 0, 10, 63, 1 << 20, u32::MAX]);
    let bytes = match how & 1 {
        0 => traffic(&mut source),
        _ => source.rest().to_vec(),
    };
    let (frames, found) = whole(&bytes, limit);
    let (others, cut) = cut(&bytes, limit, seed, longest, how & 2 != 0);
    let (simple, wrong) = simple(&bytes, limit);
    assert!(frames == others && frames == simple);
    let same =
        |one: &Result<usize, String>, other: &str| one.as_ref().is_err_and(|one| naive::same(one, other));
    match wrong {
        None => assert!(found.is_ok() && found == cut),
        Some(wrong) => assert!(
            same(&found, &wrong) && same(&cut, &wrong),
            "{found:?} {cut:?} {wrong}"
        ),
    }
});
