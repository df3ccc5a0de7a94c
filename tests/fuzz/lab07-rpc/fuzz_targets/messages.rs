//! Payloads: see the crate.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpc_fuzz::frame::{Kind, Wrong};
use rpc_fuzz::message::{Call, Credit, Failure, GoAway, Hello, Push, left_ms, nothing, ping};
use rpc_fuzz::naive;

/// Reads a payload, and returns it as it is written again.
fn again(kind: Kind, payload: &[u8]) -> Result<Vec<u8>, Wrong> {
    let mut out = Vec::new();
    match kind {
        Kind::Hello => Hello::decode(payload)?.encode(&mut out),
        Kind::Call => {
            let call = Call::decode(payload)?;
            assert_eq!(call.size(), payload.len());
            assert_eq!(left_ms(call.left()), call.left_ms);
            call.encode(&mut out);
        }
        Kind::Error => Failure::decode(payload)?.encode(&mut out),
        Kind::Credit => {
            let credit = Credit::decode(payload)?;
            let sum = i64::from(credit.0) - 70_000;
            let fits = sum <= Credit::MOST;
            assert_eq!(credit.added_to(-70_000).ok(), fits.then_some(sum));
            credit.encode(&mut out);
        }
        Kind::Push => Push::decode(payload)?.encode(&mut out),
        Kind::GoAway => GoAway::decode(payload)?.encode(&mut out),
        Kind::Ping | Kind::Pong => out.extend_from_slice(ping(kind, payload)?),
        Kind::Cancel => nothing(kind, payload)?,
        Kind::Reply | Kind::Item | Kind::Other(_) => out.extend_from_slice(payload),
    }
    Ok(out)
}

fuzz_target!(|data: &[u8]| {
    let Some((&number, payload)) = data.split_first() else {
        return;
    };
    let kind = Kind::ALL[usize::from(number) % Kind::ALL.len()];
    let found = again(kind, payload).map_err(|wrong| wrong.to_string());
    assert_eq!(found.clone().map(drop), naive::payload(kind.number(), payload));
    if let Ok(found) = found {
        // What stands behind a HELLO is for later versions.
        let kept = if kind == Kind::Hello { 8 } else { payload.len() };
        assert_eq!(found, &payload[..kept]);
    }
});
