//! Frames and lines: their decoders, and the servers of both.
#![no_main]

use std::fmt::Debug;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use nbnet_fuzz::chat::Chat;
use nbnet_fuzz::codec::{self, Decode, Frame, Header, Line, Ten, Wrong};
use nbnet_fuzz::echo::Echo;
use nbnet_fuzz::service::Service;
use nbnet_fuzz::talk::{End, Nobody, Office, Outcome, pieces, play};

thread_local! {
    static OFFICE: Office = Office::open();
}

fuzz_target!(|data: &[u8]| {
    let Some((&[which, limit, seed, longest], bytes)) = data.split_first_chunk() else {
        return;
    };
    // Small limits are met, and some that are larger than anything that comes.
    let limit = if limit > 250 {
        usize::MAX >> (limit - 251)
    } else {
        limit.into()
    };
    let work = (which & 4 != 0).then_some(Duration::ZERO);
    match which & 3 {
        0 => {
            prefixes(bytes, limit, |bytes| codec::frame::<Frame>(bytes, limit));
            echo::<Frame>(bytes, limit, work, seed, longest);
        }
        1 => {
            prefixes(bytes, limit, |bytes| codec::frame::<Ten>(bytes, limit));
            echo::<Ten>(bytes, limit, work, seed, longest);
        }
        2 => {
            prefixes(bytes, usize::MAX, |bytes| Line::decode(bytes, limit));
            assert!(Line::text(bytes).len() + 2 >= bytes.len());
        }
        _ => {
            same(bytes, seed, longest, || Chat::new(limit));
        }
    }
});

/// Every beginning of `bytes` must be told what all of them are told, or how much is missing.
fn prefixes(bytes: &[u8], limit: usize, decode: impl Fn(&[u8]) -> Result<Decode, Wrong>) {
    let whole = decode(bytes);
    if let Ok(Decode::Whole { header, body }) = whole {
        assert!(header > 0 && header + body <= bytes.len() && body <= limit);
    }
    for came in 0..bytes.len().min(300) {
        match decode(&bytes[..came]) {
            Ok(Decode::Header { missing }) => assert!(missing > 0),
            Ok(Decode::Body { missing }) => {
                assert!(missing > 0);
                match whole {
                    Ok(Decode::Whole { header, body }) => assert_eq!(came + missing, header + body),
                    Ok(Decode::Body { missing: still }) => assert_eq!(came + missing, bytes.len() + still),
                    ref other => panic!("{other:?} behind a header that was right"),
                }
            }
            other => assert_eq!(other, whole, "{came} of {} bytes", bytes.len()),
        }
    }
}

/// What comes back is what was sent, up to the first frame that is none.
fn echo<H: Header + Debug>(bytes: &[u8], limit: usize, work: Option<Duration>, seed: u8, longest: u8) {
    let outcome = same(bytes, seed, longest, || Echo::<H>::new(limit, work));
    assert!(bytes.starts_with(&outcome.said));
    if outcome.end == End::Open {
        assert_eq!(outcome.said.len() + outcome.left, bytes.len());
    }
}

/// Plays `bytes` in one piece and in many, and expects the same.
fn same<S: Service>(bytes: &[u8], seed: u8, longest: u8, service: impl Fn() -> S) -> Outcome {
    OFFICE.with(|office| {
        let whole = play(&service(), office, 4096, std::iter::once(bytes), &mut Nobody);
        let cut = play(
            &service(),
            office,
            4096,
            pieces(bytes, seed, longest),
            &mut Nobody,
        );
        assert_eq!(whole, cut);
        whole
    })
}
