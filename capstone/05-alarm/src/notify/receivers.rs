use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use super::webhook::Url;
use crate::rules::{Fault, Severity};
use crate::span;

/// Who is told, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Its name, for messages.
    pub name: String,
    /// The way.
    pub how: How,
    /// It wants nothing less than this.
    pub severity: Severity,
    /// How long one try may take, all of it.
    pub timeout: Duration,
    /// How many tries there are.
    pub attempts: u32,
    /// How long to wait after the first try; twice as long after each further one, and at most a minute.
    pub backoff: Duration,
    /// How many notifications may wait for it.
    pub queue: usize,
}

/// The way to a receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// A POST of JSON.
    Webhook(Url),
    /// A program with its arguments, which gets JSON on its standard input. There is no shell.
    Command(Vec<String>),
    /// A mail, handed to a relay.
    Smtp {
        /// The relay's host and port.
        relay: (String, u16),
        /// The sender's address.
        from: String,
        /// The addresses of who gets it; at least one.
        to: Vec<String>,
        /// What it says of itself to the relay.
        helo: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    receiver: Vec<toml::Spanned<Form>>,
}

/// A receiver, under `[[receiver]]`; exactly one of `webhook`, `command` and `smtp`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    /// Its name, for messages.
    name: String,
    /// `"http://HOST[:PORT]/PATH"`.
    webhook: Option<String>,
    /// The program and its arguments.
    command: Option<Vec<String>>,
    /// `"HOST:PORT"` of a relay.
    smtp: Option<String>,
    /// With smtp: the sender's address.
    from: Option<String>,
    /// With smtp: the addresses of who gets it.
    to: Option<Vec<String>>,
    /// With smtp: `"localhost"` if not given.
    helo: Option<String>,
    /// `"info"` if not given: all.
    severity: Option<Severity>,
    /// `"10s"` if not given.
    timeout: Option<String>,
    /// 5 if not given.
    attempts: Option<u32>,
    /// `"1s"` if not given.
    backoff: Option<String>,
    /// 1000 if not given.
    queue: Option<usize>,
}

/// Reads a file's text. `path` is for messages only.
///
/// # Errors
/// What is wrong first.
pub fn receivers(path: &Path, text: &str) -> Result<Vec<Receiver>, Fault> {
    let fault = |at: usize, what: String| Fault {
        path: path.to_owned(),
        line: 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count(),
        what,
    };
    let file: File = toml::from_str(text)
        .map_err(|why| fault(why.span().map_or(0, |span| span.start), why.message().to_owned()))?;
    let mut all: Vec<Receiver> = Vec::new();
    for form in file.receiver {
        let at = form.span().start;
        let form = form.into_inner();
        let name = form.name.clone();
        let receiver = receiver(form).map_err(|why| fault(at, format!("{name}: {why}")))?;
        if all.iter().any(|other| other.name == receiver.name) {
            return Err(fault(
                at,
                format!("{name}: there is another receiver of this name"),
            ));
        }
        all.push(receiver);
    }
    Ok(all)
}

fn receiver(form: Form) -> Result<Receiver, String> {
    if form.name.is_empty()
        || form
            .name
            .chars()
            .any(|char| char.is_control() || char.is_whitespace())
    {
        return Err("a name has no blanks and is not empty".to_owned());
    }
    let is_mail = form.smtp.is_some();
    if !is_mail && (form.from.is_some() || form.to.is_some() || form.helo.is_some()) {
        return Err("from, to and helo are for smtp".to_owned());
    }
    let how = match (form.webhook, form.command, form.smtp) {
        (Some(url), None, None) => How::Webhook(Url::parse(&url)?),
        (None, Some(command), None) if command.first().is_none_or(String::is_empty) => {
            return Err("command: there is no program in it".to_owned());
        }
        (None, Some(command), None) => How::Command(command),
        (None, None, Some(relay)) => {
            let (host, port) = relay.rsplit_once(':').ok_or("smtp: HOST:PORT is expected")?;
            let port = port.parse().map_err(|_| format!("smtp: {port:?} is no port"))?;
            let from = form.from.ok_or("from is missing")?;
            let to = form.to.unwrap_or_default();
            if to.is_empty() {
                return Err("to is missing".to_owned());
            }
            for mail_address in to.iter().chain([&from]) {
                address(mail_address)?;
            }
            let helo = form.helo.unwrap_or_else(|| "localhost".to_owned());
            crate::trace::host(&helo)?;
            let relay = (host.to_owned(), port);
            How::Smtp {
                relay,
                from,
                to,
                helo,
            }
        }
        _ => return Err("exactly one of webhook, command and smtp is expected".to_owned()),
    };
    let time = |key: &str, given: Option<String>, default| match given {
        Some(text) => span(&text).map_err(|why| format!("{key}: {why}")),
        None => Ok(default),
    };
    let (attempts, queue) = (form.attempts.unwrap_or(5), form.queue.unwrap_or(1000));
    if attempts == 0 || !(1..=100_000).contains(&queue) {
        return Err("attempts: at least 1; queue: 1 to 100000".to_owned());
    }
    Ok(Receiver {
        name: form.name,
        how,
        severity: form.severity.unwrap_or(Severity::Info),
        timeout: time("timeout", form.timeout, Duration::from_secs(10))?,
        attempts,
        backoff: time("backoff", form.backoff, Duration::from_secs(1))?,
        queue,
    })
}

/// Checks an address: it stands in a command of SMTP and in a header, where a line feed would begin another.
///
/// # Errors
/// Says that it is none.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn address(text: &str) -> Result<(), String> {
    todo!(
        "notify: Visible characters of ASCII, at most 254, none of them `<`, `>`, `,`, `\"` or a backslash; one `@`, and something on both sides of it."
    )
}
