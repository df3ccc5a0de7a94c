use super::{
    options::Options,
    packets::{Packets, Parts},
    scramble::scramble,
};
use crate::services::{Failure, shown};

/// The only way to prove a password that is known here.
const PLUGIN: &[u8] = b"mysql_native_password";

/// What a server begins with.
#[derive(Debug, PartialEq, Eq)]
struct Greeting {
    /// What a proof of the password is made with: 20 bytes.
    salt: Vec<u8>,
}

/// Logs in.
///
/// Source: <https://mariadb.com/kb/en/connection/>
pub(super) fn log_in(packets: &mut Packets, options: &Options) -> Result<(), Failure> {
    // region:services/log_in Read the greeting, send `response`, and look at the first byte of what comes: 0 is OK, 254 asks for another plugin. That may be PLUGIN, with a salt of its own, and only once; to prove the password in another way is refused.
    let first = packets.read()?;
    refused(&first)?;
    let greeting = greeting(&first).ok_or_else(|| Failure::wrong("this is no greeting of MySQL"))?;
    let proof = scramble(options.password.as_bytes(), &greeting.salt);
    packets.write(&response(&options.user, &proof))?;
    let mut answer = packets.read()?;
    if let [254, rest @ ..] = &*answer {
        let mut parts = Parts(rest);
        let plugin = parts.until_0().unwrap_or_default();
        if plugin != PLUGIN {
            let plugin = String::from_utf8_lossy(plugin);
            return Err(Failure::Wrong(format!(
                "it wants {} and not mysql_native_password",
                shown(&plugin)
            )));
        }
        let salt = parts
            .bytes(20)
            .ok_or_else(|| Failure::wrong("there is no salt"))?;
        packets.write(&scramble(options.password.as_bytes(), salt))?;
        answer = packets.read()?;
    }
    refused(&answer)?;
    match answer.first() {
        Some(0) => Ok(()),
        _ => Err(Failure::wrong("this is no answer to a log-in")),
    }
    // endregion:services/log_in
}

/// Runs a query whose rows are a name and a value.
///
/// Source: <https://mariadb.com/kb/en/result-set-packets/>
pub(super) fn query(packets: &mut Packets, query: &str) -> Result<Vec<(String, String)>, Failure> {
    packets.begin();
    packets.write(&[b"\x03", query.as_bytes()].concat())?;
    // region:services/query The number of columns, which must be 2; so many packets that describe them, and an end; then a packet a row, until another end. An end begins with 254 and has less than 9 bytes. ERR may come in place of each.
    let first = packets.read()?;
    refused(&first)?;
    // A server may ask for a file of this host here (251), and gets none.
    if *first != [2] {
        return Err(Failure::wrong("the answer has not two columns"));
    }
    for _ in 0..2 {
        packets.read()?;
    }
    if !is_end(&packets.read()?) {
        return Err(Failure::wrong("there are more columns than it said"));
    }
    let mut rows = Vec::new();
    loop {
        let row = packets.read()?;
        refused(&row)?;
        if is_end(&row) {
            return Ok(rows);
        }
        let mut parts = Parts(&row);
        let (Some(name), Some(value)) = (parts.text(), parts.text()) else {
            return Err(Failure::wrong("a row has not two columns"));
        };
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        rows.push((text(name), text(value)));
    }
    // endregion:services/query
}

/// Says good-bye, or the server would count a client that is lost. It has answered already: whether it hears this does not matter.
pub(super) fn end(packets: &mut Packets) {
    packets.begin();
    let _ = packets.write(b"\x01");
}

/// Reads the greeting: version 10 of the protocol.
///
/// Source: <https://mariadb.com/kb/en/connection/#initial-handshake-packet>
fn greeting(packet: &[u8]) -> Option<Greeting> {
    // region:services/greeting 10; the server's version, up to a 0; 4 bytes; 8 of the salt; 1 + 2 + 1 + 2 + 2 bytes; 1 that says how long the salt is with a 0 behind it; 10 bytes; the other 12 of the salt.
    let mut parts = Parts(packet);
    if parts.number(1)? != 10 {
        return None;
    }
    parts.until_0()?;
    parts.bytes(4)?;
    let first = parts.bytes(8)?;
    parts.bytes(1 + 2 + 1 + 2 + 2)?;
    if parts.number(1)? != 21 {
        return None;
    }
    parts.bytes(10)?;
    Some(Greeting {
        salt: [first, parts.bytes(12)?].concat(),
    })
    // endregion:services/greeting
}

/// Makes the answer to a greeting: who asks, and a proof of the password.
///
/// Source: <https://mariadb.com/kb/en/connection/#handshake-response-packet>
fn response(user: &str, proof: &[u8]) -> Vec<u8> {
    const LONG_PASSWORD: u32 = 1;
    const PROTOCOL_41: u32 = 1 << 9;
    const SECURE_CONNECTION: u32 = 1 << 15;
    const PLUGIN_AUTH: u32 = 1 << 19;
    const UTF8: u8 = 33;
    let mut packet = Vec::new();
    // Without LOCAL_FILES: no server may ask for a file of this host.
    let capabilities = LONG_PASSWORD | PROTOCOL_41 | SECURE_CONNECTION | PLUGIN_AUTH;
    packet.extend(capabilities.to_le_bytes());
    packet.extend((1_u32 << 24).to_le_bytes());
    packet.push(UTF8);
    packet.extend([0; 23]);
    packet.extend(user.as_bytes());
    packet.push(0);
    // Twenty bytes or none.
    packet.push(proof.len() as u8);
    packet.extend(proof);
    packet.extend(PLUGIN);
    packet.push(0);
    packet
}

/// Makes a failure of a packet ERR, which may come in place of any answer.
///
/// Source: <https://mariadb.com/kb/en/err_packet/>
fn refused(packet: &[u8]) -> Result<(), Failure> {
    // region:services/refused 255, two bytes of a number, then `#` and five characters if the log-in has begun, then the text.
    let [255, low, high, text @ ..] = packet else {
        return Ok(());
    };
    let text = match text {
        [b'#', _, _, _, _, _, text @ ..] => text,
        _ => text,
    };
    Err(Failure::Wrong(format!(
        "it answers error {}: {}",
        u16::from_le_bytes([*low, *high]),
        shown(&String::from_utf8_lossy(text))
    )))
    // endregion:services/refused
}

// region:services
fn is_end(packet: &[u8]) -> bool {
    packet.first() == Some(&254) && packet.len() < 9
}
// endregion:services

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_has_its_salt_in_two_parts() {
        let packet = [
            &b"\x0a10.11.6-MariaDB\0"[..],
            &[1, 0, 0, 0],
            b"12345678",
            &[0, 0xff, 0xff, 33, 2, 0, 0xff, 0x81, 21],
            &[0; 10],
            b"abcdefghijkl\0mysql_native_password\0",
        ]
        .concat();
        let expected = Greeting {
            salt: b"12345678abcdefghijkl".to_vec(),
        };
        assert_eq!(greeting(&packet), Some(expected));
        for length in 0..packet.len() - 23 {
            assert_eq!(greeting(&packet[..length]), None, "{length}");
        }
        assert_eq!(greeting(b"\x09old"), None);
    }

    #[test]
    fn an_error_is_said_with_its_number() {
        for (packet, expected) in [
            (
                &b"\xff\x15\x04#28000Access denied"[..],
                Some("it answers error 1045: Access denied"),
            ),
            (
                b"\xff\x10\x04Too many connections",
                Some("it answers error 1040: Too many connections"),
            ),
            (b"\xff\x10", None),
            (b"", None),
            (b"\0", None),
        ] {
            let found = refused(packet).err().map(|failure| match failure {
                Failure::Wrong(what) => what,
                Failure::Gone => "gone".to_owned(),
            });
            assert_eq!(found.as_deref(), expected);
        }
    }
}
