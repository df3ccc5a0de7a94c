use std::io::{self, BufRead, BufReader, Read, Write};
use std::time::Instant;

use super::Failure;
use super::mail::mail;
use super::timed::Timed;
use crate::Message;

/// The longest answer of a relay that is read, in bytes, all its lines together.
const LONGEST_REPLY: u64 = 16 << 10;

/// Hands a notification to a relay as a mail. Who has accepted it has it; a mail whose end was not answered is sent again, with the same `Message-ID`.
///
/// # Errors
/// A relay's 4xx, and what the system says, may be better later; its 5xx will not. If it takes some of the addresses, they get the mail,
/// and the others are a failure that no other try helps.
///
/// Source: RFC 5321, sections 3.3 and 4.5.2.
pub(super) fn submit(
    (host, port): &(String, u16),
    helo: &str,
    from: &str,
    to: &[String],
    message: &Message,
    deadline: Instant,
) -> Result<(), Failure> {
    let relay = format!("smtp {host}:{port}");
    let stream = Timed::connect(host, *port, deadline).map_err(|why| Failure::io(&relay, &why))?;
    let mut session = Session {
        relay,
        stream: BufReader::new(stream),
    };
    converse(&mut session, helo, from, to, &mail(message, from, to))
}

/// Says what is to be said, and reads what is answered.
#[expect(unused_variables, reason = "goes with the todo!")]
fn converse<S: Read + Write>(
    session: &mut Session<S>,
    helo: &str,
    from: &str,
    to: &[String],
    mail: &str,
) -> Result<(), Failure> {
    todo!(
        "notify: Wait for 220. EHLO, and HELO if that is answered by 5xx. MAIL FROM:<…>. RCPT TO:<…> for each; if no address is taken, that is the failure of the last, and if only some are, it is a failure at the end. DATA is answered by 354. Then the `stuffed` mail, which is answered by 250; only then is it the relay's. QUIT, whatever comes of that."
    )
}

struct Session<S> {
    relay: String,
    stream: BufReader<S>,
}

impl<S: Read + Write> Session<S> {
    fn send(&mut self, text: &str) -> Result<(), Failure> {
        let sent = self.stream.get_mut().write_all(text.as_bytes());
        sent.map_err(|why| Failure::io(&self.relay, &why))
    }

    /// Sends a line, and waits for an answer whose first digit is `class`.
    fn command(&mut self, line: &str, class: u16) -> Result<(), Failure> {
        self.send(&format!("{line}\r\n"))?;
        self.expect(line, class)
    }

    /// Waits for an answer whose first digit is `class`.
    fn expect(&mut self, asked: &str, class: u16) -> Result<(), Failure> {
        let (code, text) = reply(&mut self.stream).map_err(|why| Failure::io(&self.relay, &why))?;
        let what = format!("{}: {asked}: {code} {text}", self.relay);
        match code / 100 {
            found if found == class => Ok(()),
            5 => Err(Failure::Never(what)),
            _ => Err(Failure::Later(what)),
        }
    }
}

/// Reads an answer: its code, and the text of its last line as far as it can be shown.
///
/// # Errors
/// What is no answer is `InvalidData`, and so is one of more than [`LONGEST_REPLY`] bytes.
#[expect(unused_variables, reason = "goes with the todo!")]
fn reply(from: &mut impl BufRead) -> io::Result<(u16, String)> {
    todo!(
        "notify: Lines `DDD-text` as long as there are more, and `DDD text`, or `DDD` alone, for the last. All have the same code, from 200 to 599."
    )
}

/// Makes of a text what follows DATA: every line ends with CR LF, whichever line end it had, a line that begins with a dot gets another one
/// in front, and a line with nothing but a dot ends it.
///
/// ```
/// assert_eq!(alarm::notify::stuffed("a\n.\nb"), "a\r\n..\r\nb\r\n.\r\n");
/// ```
///
/// Source: RFC 5321, section 4.5.2. A line feed or a carriage return alone must not be sent: relays do not agree on what it is.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn stuffed(text: &str) -> String {
    todo!("notify: CR LF, LF and CR are all line ends. The last line may have none.")
}
