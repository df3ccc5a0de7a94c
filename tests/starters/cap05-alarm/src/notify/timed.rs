use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// A connection with one deadline for all that happens on it: a peer that sends a byte now and then does not get more time by that.
pub(super) struct Timed {
    stream: TcpStream,
    deadline: Instant,
}

impl Timed {
    /// Connects to the first address of a host that takes it.
    pub(super) fn connect(host: &str, port: u16, deadline: Instant) -> io::Result<Timed> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "it has no address");
        for address in (host, port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, left(deadline)?) {
                Ok(stream) => return Ok(Timed { stream, deadline }),
                Err(why) => last = why,
            }
        }
        Err(last)
    }
}

/// Returns how much time is left, if any is.
fn left(deadline: Instant) -> io::Result<Duration> {
    match deadline.saturating_duration_since(Instant::now()) {
        Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
        left => Ok(left),
    }
}

impl Read for Timed {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        todo!("notify: What is left until the deadline is the time that this read may take.")
    }
}

impl Write for Timed {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        todo!("notify: The same.")
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
