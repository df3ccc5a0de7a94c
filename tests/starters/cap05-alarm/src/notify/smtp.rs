use std::io::{self, BufRead, BufReader, Read, Write};
use std::time::Instant;

use super::mail::mail;
use super::timed::Timed;
use super::trust::{Stream, Trust};
use super::{Failure, Login};
use crate::Message;

/// The longest answer of a relay that is read, in bytes, all its lines together.
const LONGEST_REPLY: u64 = 16 << 10;

/// A relay, and how it is spoken with.
#[derive(Debug, Clone)]
pub struct Relay {
    /// Its host, without brackets if it is an address of IPv6.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// What is said to it of whoever asks.
    pub helo: String,
    /// Whether it is spoken with in TLS.
    pub security: Security,
    /// Who one is to it, if it wants to know.
    pub login: Option<Login>,
}

/// Whether, and from when on, a connection is in TLS.
#[derive(Debug, Clone)]
pub enum Security {
    /// It is not.
    None,
    /// From the command STARTTLS on. A relay that does not know it gets nothing.
    ///
    /// Source: RFC 3207.
    StartTls(Trust),
    /// From the beginning.
    ///
    /// Source: RFC 8314, section 3.3.
    Implicit(Trust),
}

/// Hands a notification to a relay as a mail. Who has accepted it has it; a mail whose end was not answered is sent again, with the same `Message-ID`.
///
/// # Errors
/// A relay's 4xx, and what the system says, may be better later; its 5xx will not. If it takes some of the addresses, they get the mail,
/// and the others are a failure that no other try helps.
///
/// Source: RFC 5321, sections 3.3 and 4.5.2.
pub(super) fn submit(
    relay: &Relay,
    from: &str,
    to: &[String],
    message: &Message,
    deadline: Instant,
) -> Result<(), Failure> {
    let name = format!("smtp {}:{}", relay.host, relay.port);
    let wrong = |why| Failure::io(&name, &why);
    let stream = Timed::connect(&relay.host, relay.port, deadline).map_err(wrong)?;
    let stream = match &relay.security {
        Security::Implicit(trust) => trust.secure(stream, &relay.host).map_err(wrong)?,
        _ => Stream::Plain(stream),
    };
    let mut session = Session::new(name.clone(), stream);
    session.expect("its greeting", 2)?;
    hello(&mut session, &relay.helo)?;
    if let Security::StartTls(trust) = &relay.security {
        session.command("STARTTLS", 2)?;
        session = session.secured(trust, &relay.host)?;
        hello(&mut session, &relay.helo)?;
    }
    if let Some(login) = &relay.login {
        login.say(&mut session)?;
    }
    hand_over(&mut session, from, to, &mail(message, from, to))
}

/// Says who one is.
#[expect(unused_variables, reason = "goes with the todo!")]
fn hello<S: Read + Write>(session: &mut Session<S>, helo: &str) -> Result<(), Failure> {
    todo!("notify: EHLO, and HELO if that is answered by 5xx; both expect 2xx.")
}

/// Hands over a mail, to a relay that knows by whom.
#[expect(unused_variables, reason = "goes with the todo!")]
fn hand_over<S: Read + Write>(
    session: &mut Session<S>,
    from: &str,
    to: &[String],
    mail: &str,
) -> Result<(), Failure> {
    todo!(
        "notify: MAIL FROM:<…>. RCPT TO:<…> for each; if no address is taken, that is the failure of the last, and if only some are, it is a failure at the end. DATA is answered by 354. Then the `stuffed` mail, which is answered by 250; only then is it the relay's. QUIT, whatever comes of that."
    )
}

/// A conversation with a relay.
pub(super) struct Session<S> {
    relay: String,
    stream: BufReader<S>,
}

impl Session<Stream> {
    /// Goes on in TLS.
    fn secured(self, trust: &Trust, host: &str) -> Result<Self, Failure> {
        // What came before TLS began was said by anybody, and must not be read as if it had come in it.
        if !self.stream.buffer().is_empty() {
            return Err(Failure::Later(format!(
                "{}: STARTTLS: it says more than one answer",
                self.relay
            )));
        }
        let stream = match self.stream.into_inner() {
            Stream::Plain(stream) => trust.secure(stream, host),
            #[cfg(feature = "tls")]
            secure @ Stream::Secure(_) => Ok(secure),
        };
        let stream = stream.map_err(|why| Failure::io(&self.relay, &why))?;
        Ok(Session::new(self.relay, stream))
    }
}

impl<S: Read + Write> Session<S> {
    fn new(relay: String, stream: S) -> Self {
        Session {
            relay,
            stream: BufReader::new(stream),
        }
    }

    pub(super) fn send(&mut self, text: &str) -> Result<(), Failure> {
        let sent = self.stream.get_mut().write_all(text.as_bytes());
        sent.map_err(|why| Failure::io(&self.relay, &why))
    }

    /// Sends a line, and waits for an answer whose first digit is `class`.
    pub(super) fn command(&mut self, line: &str, class: u16) -> Result<(), Failure> {
        self.send(&format!("{line}\r\n"))?;
        self.expect(line, class)
    }

    /// Waits for an answer whose first digit is `class`.
    pub(super) fn expect(&mut self, asked: &str, class: u16) -> Result<(), Failure> {
        let answer = self.answer()?;
        self.judge(asked, answer, class)
    }

    /// Waits for an answer.
    pub(super) fn answer(&mut self) -> Result<(u16, String), Failure> {
        reply(&mut self.stream).map_err(|why| Failure::io(&self.relay, &why))
    }

    /// Says whether the first digit of an answer is `class`.
    pub(super) fn judge(&self, asked: &str, (code, text): (u16, String), class: u16) -> Result<(), Failure> {
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
