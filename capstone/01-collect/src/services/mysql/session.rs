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
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn log_in(packets: &mut Packets, options: &Options) -> Result<(), Failure> {
    todo!(
        "services: Read the greeting, send `response`, and look at the first byte of what comes: 0 is OK, 254 asks for another plugin. That may be PLUGIN, with a salt of its own, and only once; to prove the password in another way is refused."
    )
}

/// Runs a query whose rows are a name and a value.
///
/// Source: <https://mariadb.com/kb/en/result-set-packets/>
pub(super) fn query(packets: &mut Packets, query: &str) -> Result<Vec<(String, String)>, Failure> {
    packets.begin();
    packets.write(&[b"\x03", query.as_bytes()].concat())?;
    todo!(
        "services: The number of columns, which must be 2; so many packets that describe them, and an end; then a packet a row, until another end. An end begins with 254 and has less than 9 bytes. ERR may come in place of each."
    )
}

/// Says good-bye, or the server would count a client that is lost. It has answered already: whether it hears this does not matter.
pub(super) fn end(packets: &mut Packets) {
    packets.begin();
    let _ = packets.write(b"\x01");
}

/// Reads the greeting: version 10 of the protocol.
///
/// Source: <https://mariadb.com/kb/en/connection/#initial-handshake-packet>
#[expect(unused_variables, reason = "goes with the todo!")]
fn greeting(packet: &[u8]) -> Option<Greeting> {
    todo!(
        "services: 10; the server's version, up to a 0; 4 bytes; 8 of the salt; 1 + 2 + 1 + 2 + 2 bytes; 1 that says how long the salt is with a 0 behind it; 10 bytes; the other 12 of the salt."
    )
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
#[expect(unused_variables, reason = "goes with the todo!")]
fn refused(packet: &[u8]) -> Result<(), Failure> {
    todo!(
        "services: 255, two bytes of a number, then `#` and five characters if the log-in has begun, then the text."
    )
}

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
