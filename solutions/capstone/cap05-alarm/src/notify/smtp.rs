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
fn converse<S: Read + Write>(
    session: &mut Session<S>,
    helo: &str,
    from: &str,
    to: &[String],
    mail: &str,
) -> Result<(), Failure> {
    // region:notify Wait for 220. EHLO, and HELO if that is answered by 5xx. MAIL FROM:<…>. RCPT TO:<…> for each; if no address is taken, that is the failure of the last, and if only some are, it is a failure at the end. DATA is answered by 354. Then the `stuffed` mail, which is answered by 250; only then is it the relay's. QUIT, whatever comes of that.
    session.expect("its greeting", 2)?;
    match session.command(&format!("EHLO {helo}"), 2) {
        Err(Failure::Never(_)) => session.command(&format!("HELO {helo}"), 2)?,
        answered => answered?,
    }
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
