//! A server for one page.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

/// How long a client may take to ask, and how long to take the page.
const PATIENCE: Duration = Duration::from_secs(2);

/// The longest question, in bytes.
const LONGEST: usize = 8 << 10;

/// Serves `/metrics` from a thread of its own, to one client after the other, and says where.
///
/// # Errors
/// When the address cannot be had, or standard output cannot be written.
pub(super) fn start(address: SocketAddr, page: impl Fn() -> Vec<u8> + Send + 'static) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {address}"))?;
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {}", listener.local_addr()?)?;
    out.flush()?;
    thread::Builder::new().name("serve".to_owned()).spawn(move || {
        for client in listener.incoming().flatten() {
            // A client that is gone or too slow is its own affair.
            let _ = answer(client, &page);
        }
    })?;
    Ok(())
}

fn answer(mut client: TcpStream, page: &impl Fn() -> Vec<u8>) -> io::Result<()> {
    client.set_write_timeout(Some(PATIENCE))?;
    let head = read_head(&mut client)?;
    let (status, body) = match head.split_ascii_whitespace().take(2).collect::<Vec<_>>()[..] {
        ["GET", "/metrics"] => ("200 OK", page()),
        ["GET", _] => ("404 Not Found", b"there is only /metrics\n".to_vec()),
        _ => ("400 Bad Request", b"only GET is understood\n".to_vec()),
    };
    write!(
        client,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    client.write_all(&body)
}

/// Reads up to the empty line behind a request's head.
fn read_head(client: &mut TcpStream) -> io::Result<String> {
    let until = Instant::now() + PATIENCE;
    let mut head = Vec::new();
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || head.len() > LONGEST {
            return Err(io::ErrorKind::TimedOut.into());
        }
        client.set_read_timeout(Some(left))?;
        let mut piece = [0; 1024];
        match client.read(&mut piece)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => head.extend_from_slice(&piece[..count]),
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
