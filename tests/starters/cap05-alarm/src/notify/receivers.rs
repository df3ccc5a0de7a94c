use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::{Login, Relay, Security, Trust, Webhook};
use crate::rules::{Fault, Severity};
use crate::span;

/// Who is told, and how.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
pub enum How {
    /// A POST of JSON.
    Webhook(Webhook),
    /// A program with its arguments, which gets JSON on its standard input. There is no shell.
    Command(Vec<String>),
    /// A mail, handed to a relay.
    Smtp {
        /// The relay.
        relay: Relay,
        /// The sender's address.
        from: String,
        /// The addresses of who gets it; at least one.
        to: Vec<String>,
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
    /// `"http://HOST[:PORT]/PATH"`, or with `https`.
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
    /// With smtp: whether it is in TLS; not, if not given.
    tls: Option<Tls>,
    /// With tls: who one is to the relay.
    user: Option<String>,
    /// With user: a file whose first line is the password.
    password_file: Option<PathBuf>,
    /// With tls or https: a file of certificates that are believed; those of the system if not given.
    ca: Option<PathBuf>,
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

/// How TLS begins.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tls {
    StartTls,
    Implicit,
}

/// Reads a file's text. `path` is for messages, and paths in it are seen from its folder.
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
        let receiver = receiver(form, path.parent().unwrap_or(Path::new("")))
            .map_err(|why| fault(at, format!("{name}: {why}")))?;
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

fn receiver(mut form: Form, folder: &Path) -> Result<Receiver, String> {
    if form.name.is_empty()
        || form
            .name
            .chars()
            .any(|char| char.is_control() || char.is_whitespace())
    {
        return Err("a name has no blanks and is not empty".to_owned());
    }
    for path in [&mut form.ca, &mut form.password_file].into_iter().flatten() {
        *path = folder.join(&*path);
    }
    let is_mail = form.smtp.is_some();
    let is_of_mail = form.from.is_some() || form.to.is_some() || form.helo.is_some();
    if !is_mail && (is_of_mail || form.tls.is_some() || form.user.is_some() || form.password_file.is_some()) {
        return Err("from, to, helo, tls, user and password_file are for smtp".to_owned());
    }
    let how = match (form.webhook.take(), form.command.take(), form.smtp.take()) {
        (Some(url), None, None) => How::Webhook(Webhook::parse(&url, form.ca.as_deref())?),
        (None, Some(_), None) if form.ca.is_some() => return Err("ca is for webhook and smtp".to_owned()),
        (None, Some(command), None) if command.first().is_none_or(String::is_empty) => {
            return Err("command: there is no program in it".to_owned());
        }
        (None, Some(command), None) => How::Command(command),
        (None, None, Some(relay)) => smtp(&mut form, &relay)?,
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

fn smtp(form: &mut Form, relay: &str) -> Result<How, String> {
    let (host, port) = relay.rsplit_once(':').ok_or("smtp: HOST:PORT is expected")?;
    let port = port.parse().map_err(|_| format!("smtp: {port:?} is no port"))?;
    let from = form.from.take().ok_or("from is missing")?;
    let to = form.to.take().unwrap_or_default();
    if to.is_empty() {
        return Err("to is missing".to_owned());
    }
    for mail_address in to.iter().chain([&from]) {
        address(mail_address)?;
    }
    let helo = form.helo.take().unwrap_or_else(|| "localhost".to_owned());
    crate::trace::host(&helo)?;
    let trust = || Trust::read(form.ca.as_deref());
    let security = match form.tls {
        Some(Tls::StartTls) => Security::StartTls(trust()?),
        Some(Tls::Implicit) => Security::Implicit(trust()?),
        None if form.user.is_some() => {
            return Err("user: a password is said in TLS only; tls is missing".to_owned());
        }
        None if form.ca.is_some() => return Err("ca: tls is missing".to_owned()),
        None => Security::None,
    };
    let login = match (&form.user, &form.password_file) {
        (Some(user), Some(path)) => Some(Login::read(user, path)?),
        (None, None) => None,
        _ => return Err("user and password_file belong together".to_owned()),
    };
    let relay = Relay {
        host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
        port,
        helo,
        security,
        login,
    };
    Ok(How::Smtp { relay, from, to })
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
