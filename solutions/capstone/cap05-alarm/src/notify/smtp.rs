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
fn hello<S: Read + Write>(session: &mut Session<S>, helo: &str) -> Result<(), Failure> {
    // region:notify EHLO, and HELO if that is answered by 5xx; both expect 2xx.
    match session.command(&format!("EHLO {helo}"), 2) {
        Err(Failure::Never(_)) => session.command(&format!("HELO {helo}"), 2),
        answered => answered,
    }
    // endregion:notify
}

/// Hands over a mail, to a relay that knows by whom.
fn hand_over<S: Read + Write>(
    session: &mut Session<S>,
    from: &str,
    to: &[String],
    mail: &str,
) -> Result<(), Failure> {
    // region:notify MAIL FROM:<…>. RCPT TO:<…> for each; if no address is taken, that is the failure of the last, and if only some are, it is a failure at the end. DATA is answered by 354. Then the `stuffed` mail, which is answered by 250; only then is it the relay's. QUIT, whatever comes of that.
    session.command(&format!("MAIL FROM:<{from}>"), 2)?;
    let mut refused = None;
    let mut taken = 0;
    for address in to {
        match session.command(&format!("RCPT TO:<{address}>"), 2) {
            Ok(()) => taken += 1,
            Err(why) => refused = Some(why),
        }
    }
    if let (0, Some(why)) = (taken, &refused) {
        return Err(why.clone());
    }
    session.command("DATA", 3)?;
    session.send(&stuffed(mail))?;
    session.expect("the mail", 2)?;
    let _ = session.send("QUIT\r\n");
    match refused {
        None => Ok(()),
        Some(why) => Err(Failure::Never(format!(
            "taken for {taken} of {}: {why}",
            to.len()
        ))),
    }
    // endregion:notify
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
fn reply(from: &mut impl BufRead) -> io::Result<(u16, String)> {
    // region:notify Lines `DDD-text` as long as there are more, and `DDD text`, or `DDD` alone, for the last. All have the same code, from 200 to 599.
    let strange = || io::Error::new(io::ErrorKind::InvalidData, "that is no answer of SMTP");
    let mut from = from.take(LONGEST_REPLY);
    let mut code = None;
    loop {
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            return Err(strange());
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let found: u16 = line
            .get(..3)
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(strange)?;
        if !(200..600).contains(&found) || code.is_some_and(|code| code != found) {
            return Err(strange());
        }
        code = Some(found);
        let text = line.get(4..).unwrap_or_default();
        match line.as_bytes().get(3) {
            Some(b'-') => {}
            None | Some(b' ') => return Ok((found, text.escape_debug().to_string())),
            Some(_) => return Err(strange()),
        }
    }
    // endregion:notify
}

/// Makes of a text what follows DATA: every line ends with CR LF, whichever line end it had, a line that begins with a dot gets another one
/// in front, and a line with nothing but a dot ends it.
///
/// ```
/// assert_eq!(alarm::notify::stuffed("a\n.\nb"), "a\r\n..\r\nb\r\n.\r\n");
/// ```
///
/// Source: RFC 5321, section 4.5.2. A line feed or a carriage return alone must not be sent: relays do not agree on what it is.
pub fn stuffed(text: &str) -> String {
    // region:notify CR LF, LF and CR are all line ends. The last line may have none.
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut stuffed = String::new();
    for line in plain.strip_suffix('\n').unwrap_or(&plain).split('\n') {
        if line.starts_with('.') {
            stuffed.push('.');
        }
        stuffed.push_str(line);
        stuffed.push_str("\r\n");
    }
    stuffed + ".\r\n"
    // endregion:notify
}

// region:notify
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_one_code_however_many_lines() {
        for (text, expected) in [
            ("250 ok\r\n", Some((250, "ok"))),
            ("250-a\r\n250-b\r\n250 c\r\n", Some((250, "c"))),
            ("354\n", Some((354, ""))),
            ("250-a\r\n251 b\r\n", None),
            ("250", None),
            ("hi\r\n", None),
            ("999 x\r\n", None),
        ] {
            let found = reply(&mut text.as_bytes()).ok();
            assert_eq!(
                found.as_ref().map(|(code, text)| (*code, text.as_str())),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn no_text_ends_a_mail_before_its_end() {
        for (text, expected) in [
            ("", "\r\n.\r\n"),
            (".", "..\r\n.\r\n"),
            ("a\r\n.\r\nMAIL FROM:<x>\n", "a\r\n..\r\nMAIL FROM:<x>\r\n.\r\n"),
            ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\n\n", "a\r\n\r\n.\r\n"),
        ] {
            assert_eq!(stuffed(text), expected);
        }
    }
}
// endregion:notify
