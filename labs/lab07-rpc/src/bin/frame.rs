//! Plays a script that feeds bytes to a decoder; a line each on standard input:
//!
//! | line | |
//! |---|---|
//! | `limit N` | begins anew with an empty decoder, for payloads of up to N bytes (65536 at first) |
//! | `feed HEX` | these bytes came |
//! | `encode KIND FLAGS ID [HEX]` | prints the frame with this payload as one line of hex; a kind is its name or its number |
//!
//! `feed` prints each frame that is whole, with what its payload says behind it, and then `need N`: so many bytes are missing. Payloads are
//! written again from what was read, and if that is not the same, `written HEX` says so. What breaks the protocol is `wrong SENTENCE`, from
//! then on.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use rpc::frame::{self, Decoder, Frame, Header, Kind, LEAST_LIMIT, Wrong};
use rpc::message::{Call, Credit, Failure, GoAway, Hello, PING, Push};

fn main() -> ExitCode {
    let mut out = io::stdout().lock();
    let mut decoder = Decoder::new(LEAST_LIMIT);
    for (number, line) in (1..).zip(io::stdin().lines()) {
        let played = line
            .context("standard input")
            .and_then(|line| play(&line, &mut decoder, &mut out));
        if let Err(error) = played {
            eprintln!("frame: line {number}: {error:#}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Does what one line of a script says.
fn play(line: &str, decoder: &mut Decoder, out: &mut impl Write) -> anyhow::Result<()> {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match words[..] {
        [] => {}
        ["limit", limit] => *decoder = Decoder::new(limit.parse().with_context(|| limit.to_owned())?),
        ["feed", text] => {
            decoder.feed(&unhex(text)?);
            feed(decoder, out)?;
        }
        ["encode", kind, flags, id] => encode(kind, flags, id, "", out)?,
        ["encode", kind, flags, id, payload] => encode(kind, flags, id, payload, out)?,
        _ => bail!("{line}: a line is `limit N`, `feed HEX` or `encode KIND FLAGS ID [HEX]`"),
    }
    Ok(())
}

/// Prints all frames that are whole, and what is missing.
fn feed(decoder: &mut Decoder, out: &mut impl Write) -> io::Result<()> {
    loop {
        match decoder.next() {
            Ok(Some(frame)) => print(&frame, out)?,
            Ok(None) => break,
            Err(wrong) => return writeln!(out, "wrong {wrong}"),
        }
    }
    match decoder.missing() {
        Ok(missing) => writeln!(out, "need {missing}"),
        Err(wrong) => writeln!(out, "wrong {wrong}"),
    }
}

/// Prints a frame, and what its payload says.
fn print(frame: &Frame<'_>, out: &mut impl Write) -> io::Result<()> {
    let Header {
        kind,
        flags,
        id,
        length,
    } = frame.header;
    if let Kind::Other(number) = kind {
        return writeln!(out, "skip {number} flags={flags:#06x} id={id} length={length}");
    }
    writeln!(out, "frame {kind} flags={flags:#06x} id={id} length={length}")?;
    let read = match read(kind, frame.payload) {
        Ok(read) => read,
        Err(wrong) => return writeln!(out, "  bad payload: {wrong}"),
    };
    for (name, value) in read.fields {
        writeln!(out, "  {}", format!("{name} {value}").trim_end())?;
    }
    // A later version may say more in a HELLO.
    match frame.payload.starts_with(&read.written)
        && (kind == Kind::Hello || read.written.len() == frame.payload.len())
    {
        true => Ok(()),
        false => writeln!(out, "  written {}", hex(&read.written)),
    }
}

/// What a payload says, and the bytes that say it again.
#[derive(Default)]
struct Read {
    fields: Vec<(&'static str, String)>,
    written: Vec<u8>,
}

impl Read {
    fn of<const N: usize>(
        fields: [(&'static str, &dyn ToString); N],
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Self {
        let mut written = Vec::new();
        write(&mut written);
        Self {
            fields: fields.map(|(name, value)| (name, value.to_string())).into(),
            written,
        }
    }

    fn body(payload: &[u8]) -> Self {
        Self::of([("body", &hex(payload))], |out| out.extend_from_slice(payload))
    }
}

fn read(kind: Kind, payload: &[u8]) -> Result<Read, Wrong> {
    Ok(match kind {
        Kind::Hello => {
            let hello = Hello::decode(payload)?;
            let fields: [(_, &dyn ToString); 2] =
                [("max_payload", &hello.max_payload), ("ping_ms", &hello.ping_ms)];
            Read::of(fields, |out| hello.encode(out))
        }
        Kind::Call => {
            let call = Call::decode(payload)?;
            let fields: [(_, &dyn ToString); 3] = [
                ("left_ms", &call.left_ms),
                ("method", &call.method),
                ("body", &hex(call.body)),
            ];
            Read::of(fields, |out| call.encode(out))
        }
        Kind::Error => {
            let failure = Failure::decode(payload)?;
            let code = format!("{} {}", failure.code.0, failure.code.name());
            Read::of([("code", &code), ("message", &failure.message)], |out| {
                failure.encode(out)
            })
        }
        Kind::Credit => {
            let credit = Credit::decode(payload)?;
            Read::of([("bytes", &credit.0)], |out| credit.encode(out))
        }
        Kind::Push => {
            let push = Push::decode(payload)?;
            Read::of([("seq", &push.seq), ("body", &hex(push.body))], |out| {
                push.encode(out)
            })
        }
        Kind::GoAway => {
            let going = GoAway::decode(payload)?;
            Read::of([("last", &going.last), ("reason", &going.reason)], |out| {
                going.encode(out)
            })
        }
        Kind::Cancel if payload.is_empty() => Read::default(),
        Kind::Ping | Kind::Pong if payload.len() < PING => return Err(Wrong::Short(kind)),
        Kind::Cancel => return Err(Wrong::Long(kind)),
        Kind::Ping | Kind::Pong if payload.len() > PING => return Err(Wrong::Long(kind)),
        Kind::Reply | Kind::Item | Kind::Ping | Kind::Pong | Kind::Other(_) => Read::body(payload),
    })
}

/// Prints a frame.
fn encode(kind: &str, flags: &str, id: &str, payload: &str, out: &mut impl Write) -> anyhow::Result<()> {
    let kind: Kind = kind.parse().map_err(anyhow::Error::msg)?;
    let flags = match flags.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16),
        None => flags.parse(),
    }
    .with_context(|| format!("flags {flags}"))?;
    let id = id.parse().with_context(|| format!("id {id}"))?;
    let payload = unhex(payload)?;
    let mut frame = Vec::new();
    frame::append(&mut frame, kind, flags, id, |out| out.extend_from_slice(&payload));
    writeln!(out, "{}", hex(&frame))?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> anyhow::Result<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.with_context(|| format!("{text}: no bytes in hexadecimal"))?;
    let (pairs, []) = digits.as_chunks::<2>() else {
        bail!("{text}: half a byte");
    };
    let bytes = pairs.iter().map(|[high, low]| (high << 4 | low) as u8);
    Ok(bytes.collect())
}
