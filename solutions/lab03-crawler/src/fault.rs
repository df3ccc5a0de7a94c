//! What the HTTP library says when something breaks, in the words of [`Fault`].

use std::error::Error as _;
use std::io;

use url::Url;

use crate::error::Fault;

/// Explains why a request got no head of an answer.
pub fn before_answer(error: &reqwest::Error, url: &Url) -> Fault {
    for cause in causes(error) {
        if let Some(error) = cause.downcast_ref::<hyper::Error>() {
            if error.is_incomplete_message() {
                return Fault::Closed;
            }
            if error.is_parse() {
                return Fault::NoHttp;
            }
        }
        if let Some(error) = cause.downcast_ref::<io::Error>() {
            match error.kind() {
                io::ErrorKind::ConnectionRefused => return Fault::Refused,
                io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::UnexpectedEof => {
                    return Fault::Closed;
                }
                _ => {}
            }
        }
        // The resolver's error has no type that could be asked for.
        if cause.to_string() == "dns error" {
            return Fault::NoHost(url.host_str().unwrap_or_default().to_owned());
        }
    }
    other(error)
}

/// Explains why a body did not come to its end, after `got` bytes of perhaps `announced`.
pub fn inside_body(error: &reqwest::Error, got: u64, announced: Option<u64>) -> Fault {
    let io = causes(error).find_map(|cause| cause.downcast_ref::<io::Error>());
    match (io.map(io::Error::kind), announced) {
        (Some(io::ErrorKind::UnexpectedEof), Some(of)) => Fault::Short { got, of },
        (Some(io::ErrorKind::UnexpectedEof), None) => Fault::InsideChunk,
        (Some(io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData), _) => Fault::NoHttp,
        (Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe), _) => Fault::Reset,
        _ => other(error),
    }
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    let mut next = error.source();
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

/// The innermost cause says most.
fn other(error: &reqwest::Error) -> Fault {
    Fault::Other(
        causes(error)
            .last()
            .map_or_else(|| error.to_string(), ToString::to_string),
    )
}
