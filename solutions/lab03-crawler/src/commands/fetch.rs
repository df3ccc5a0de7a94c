//! `crawler fetch`

use std::io::Write;
use std::process::ExitCode;

use crawler::json::Object;
use crawler::{Answer, Client, Error, Fault, Fetched, Limits, Want, fetch};
use url::Url;

use super::Out;

pub(super) fn run(
    url: &Url,
    limits: Limits,
    max_redirects: usize,
    json: bool,
    out: &mut Out,
) -> anyhow::Result<ExitCode> {
    let client = Client::new(limits, 1)?;
    let fetched = super::block_on(fetch(&client, url, max_redirects, Want::Body))?;
    if json {
        writeln!(out, "{}", describe(url, &fetched)).map_err(Error::Output)?;
    } else if let Ok(answer) = &fetched.answer {
        match answer.text() {
            Some((_, text)) => out.write_all(text.as_bytes()),
            None => out.write_all(&answer.body),
        }
        .map_err(Error::Output)?;
    }
    Ok(match &fetched.answer {
        Ok(answer) if answer.head.status.is_success() => ExitCode::SUCCESS,
        Ok(answer) => super::failed(&fetched.last, &Fault::Status(answer.head.status)),
        Err(fault) => super::failed(&fetched.last, fault),
    })
}

fn describe(url: &Url, fetched: &Fetched) -> Object {
    let mut url = url.clone();
    url.set_fragment(None);
    let redirects = fetched.redirects.iter().map(|hop| {
        Object::new()
            .with("status", hop.status.0)
            .with("to", hop.to.as_str())
    });
    let answer = fetched.answer.as_ref();
    let media = answer.ok().and_then(|answer| answer.head.media.as_ref());
    let charset = answer
        .ok()
        .and_then(Answer::text)
        .map(|(encoding, _)| encoding.name().to_ascii_lowercase());
    Object::new()
        .with("url", url.as_str())
        .with("status", answer.map(|answer| answer.head.status.0).ok())
        .with("final", fetched.last.as_str())
        .with_list("redirects", redirects)
        .with("type", media.map(|media| &*media.essence))
        .with("charset", charset)
        .with("bytes", answer.map(|answer| answer.bytes).ok())
        .with("error", answer.err().map(ToString::to_string))
}
