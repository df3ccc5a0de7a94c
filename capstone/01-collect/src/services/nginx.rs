use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use super::{
    Failure, PATIENCE, ServiceError,
    line::{Address, Line},
    tell,
};
use crate::{
    Collector, Metric, Page,
    Unit::Count,
    host::{Host, Round},
    page::quoted,
};

pub(crate) static METRICS: [Metric; 8] = [
    Metric::gauge(
        "nginx.up",
        Count,
        "1 if nginx has answered, 0 if it has not; absent where it is not asked.",
        "stub_status of nginx, result",
    ),
    Metric::gauge(
        "nginx.connections",
        Count,
        "Connections of clients that are open, idle ones included.",
        "stub_status of nginx, Active connections",
    ),
    Metric::counter(
        "nginx.accepted",
        Count,
        "Connections that were accepted.",
        "stub_status of nginx, accepts",
    ),
    Metric::counter(
        "nginx.handled",
        Count,
        "Connections that were accepted and not dropped for want of room.",
        "stub_status of nginx, handled",
    ),
    Metric::counter(
        "nginx.requests",
        Count,
        "Requests of clients, these questions included.",
        "stub_status of nginx, requests",
    ),
    Metric::gauge(
        "nginx.reading",
        Count,
        "Connections on which a request's head is being read.",
        "stub_status of nginx, Reading",
    ),
    Metric::gauge(
        "nginx.writing",
        Count,
        "Connections on which a request is being answered.",
        "stub_status of nginx, Writing",
    ),
    Metric::gauge(
        "nginx.waiting",
        Count,
        "Connections that are kept open for the next request.",
        "stub_status of nginx, Waiting",
    ),
];

/// The most that an answer may have, its head included, in bytes.
const LIMIT: usize = 16 << 10;

/// Asks nginx for its `stub_status`.
///
/// ```
/// let nginx = collect::Nginx::new("http://unix:/run/nginx/status.sock:/status")?;
/// assert_eq!(nginx.to_string(), "nginx at http://unix:/run/nginx/status.sock:/status");
/// # Ok::<(), collect::ServiceError>(())
/// ```
///
/// Source: <https://nginx.org/en/docs/http/ngx_http_stub_status_module.html>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nginx {
    url: String,
    address: Address,
    host: String,
    target: String,
}

impl Nginx {
    /// Takes `http://HOST[:PORT]/PATH`, or `http://unix:/SOCKET:/PATH` as nginx itself writes it. HOST is an address or
    /// `localhost`, which is 127.0.0.1.
    ///
    /// # Errors
    /// [`ServiceError::Url`].
    pub fn new(url: &str) -> Result<Nginx, ServiceError> {
        let parts = split(url).map_err(|what| ServiceError::Url {
            url: url.into(),
            what,
        });
        let (address, host, target) = parts?;
        Ok(Nginx {
            url: url.into(),
            address,
            host: host.into(),
            target: target.into(),
        })
    }

    fn ask(&self) -> Result<String, Failure> {
        let mut line = Line::connect(&self.address, PATIENCE, LIMIT)?;
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: muster\r\nConnection: close\r\n\r\n",
            self.target, self.host
        );
        line.send(request.as_bytes())?;
        body(&mut line)
    }
}

impl fmt::Display for Nginx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nginx at {}", self.url)
    }
}

impl Collector for Nginx {
    fn name(&self) -> &'static str {
        "nginx"
    }

    fn collect(&mut self, _: &mut Host, round: &mut Round<'_>) {
        let [up, ..] = &METRICS;
        tell(round, up, &self.to_string(), self.ask(), |text, page| {
            parse(&text, page);
        });
    }
}

/// Splits a URL into where to connect, the host, and what to ask for.
fn split(url: &str) -> Result<(Address, &str, &str), &'static str> {
    const HOST: &str =
        "its host must be an address, localhost, or unix:/PATH, since a look-up of names may hang";
    if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("a URL has no blanks and nothing beyond ASCII");
    }
    let rest = url.strip_prefix("http://").ok_or("it must begin with http://")?;
    if let Some(rest) = rest.strip_prefix("unix:") {
        let (path, target) = rest.split_once(':').ok_or("unix:/SOCKET:/PATH has two colons")?;
        if !path.starts_with('/') || !target.starts_with('/') {
            return Err("unix:/SOCKET:/PATH has two paths");
        }
        return Ok((Address::Unix(path.into()), "localhost", target));
    }
    let slash = rest.find('/').ok_or("there must be a path behind the host")?;
    let (host, target) = rest.split_at(slash);
    let address = match host.parse::<SocketAddr>() {
        Ok(address) => address,
        Err(_) => {
            let (name, port) = match host.rsplit_once(':') {
                Some((name, port)) if !port.ends_with(']') => (name, port.parse().map_err(|_| HOST)?),
                _ => (host, 80),
            };
            let bare = name
                .strip_prefix('[')
                .and_then(|name| name.strip_suffix(']'))
                .unwrap_or(name);
            let ip = match name {
                "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
                _ => bare.parse().map_err(|_| HOST)?,
            };
            SocketAddr::new(ip, port)
        }
    };
    Ok((Address::Tcp(address), host, target))
}

/// Reads an answer of HTTP/1.1, and returns its body.
///
/// Source: RFC 9112, sections 4 to 6.
#[expect(unused_variables, reason = "goes with the todo!")]
fn body(line: &mut Line) -> Result<String, Failure> {
    todo!(
        "services: Read until the head has ended with an empty line. Its status must be 200. The body has Content-Length bytes, or ends with the connection; one that is chunked is refused."
    )
}

/// Reads the page.
#[expect(unused_variables, reason = "goes with the todo!")]
fn parse(text: &str, page: &mut Page<'_>) {
    todo!(
        "services: A line with a colon has pairs `Name: NUMBER`. A line `server NAME NAME …` says what the numbers of the next line are. Anything else is a fault."
    )
}

#[cfg(test)]
mod tests {
    use super::{parse, split};
    use crate::page::tests::run;

    #[test]
    fn numbers_are_found_by_their_names() {
        for (text, expected) in [
            (
                "Active connections: 291 \nserver accepts handled requests\n 16630948 16630947 31070465 \nReading: 6 Writing: 179 Waiting: 106 \n",
                "nginx.connections 291\nnginx.accepted 16630948\nnginx.handled 16630947\nnginx.requests 31070465\n\
                 nginx.reading 6\nnginx.writing 179\nnginx.waiting 106\n",
            ),
            (
                "server requests request_time accepts\n7 8 9\n",
                "nginx.requests 7\nnginx.accepted 9\n",
            ),
            (
                "Active connections: x\n<html>\nReading: 1",
                "nginx.reading 1\n2 faults, line 1: \"x\" is not a whole number\n",
            ),
            ("", ""),
        ] {
            assert_eq!(run(|page| parse(text, page)), expected, "{text}");
        }
    }

    #[test]
    fn a_url_names_an_address() {
        for (url, expected) in [
            ("http://127.0.0.1:8080/status", Ok("127.0.0.1:8080 /status")),
            ("http://localhost/s?x", Ok("127.0.0.1:80 /s?x")),
            ("http://[::1]/s", Ok("[::1]:80 /s")),
            ("http://[::1]:81/s", Ok("[::1]:81 /s")),
            ("http://unix:/run/n.sock:/s", Ok("/run/n.sock /s")),
            (
                "http://unix:/run/n.sock",
                Err("unix:/SOCKET:/PATH has two colons"),
            ),
            ("http://127.0.0.1", Err("there must be a path behind the host")),
            ("https://127.0.0.1/", Err("it must begin with http://")),
            (
                "http://127.0.0.1/a b",
                Err("a URL has no blanks and nothing beyond ASCII"),
            ),
        ] {
            let found = split(url).map(|(address, _, target)| match address {
                super::Address::Tcp(address) => format!("{address} {target}"),
                super::Address::Unix(path) => format!("{} {target}", path.display()),
            });
            assert_eq!(found, expected.map(str::to_owned), "{url}");
        }
        assert!(split("http://example.org/").is_err());
        assert!(split("http://127.0.0.1:x/").is_err());
    }
}
