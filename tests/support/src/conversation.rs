//! Speaking to a program that listens: what an exchange sends over a socket, and what comes back.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use rustix::process::Signal;

use crate::ended::Ended;
use crate::program::Program;

/// What a server prints in front of its address once it serves.
const LISTENING: &str = "listening on ";

/// Starts `program`, sends it each of `pieces` by a write of its own, shuts down the writing side, reads until the server closes the
/// connection or has been silent for `patience`, and ends the server by SIGTERM.
///
/// What came back is the standard output of the [`Ended`] that is returned. A program that never listens fails the case.
pub(crate) fn hold(program: Program, pieces: &[Vec<u8>], patience: Duration) -> Ended {
    // Should the case fail, this is what `nc` may be fed by hand.
    crate::suite::keep_input(&pieces.concat());
    let mut running = program.spawn();
    let lines = running.wait_for_lines(1);
    let address = lines
        .first()
        .and_then(|line| line.strip_prefix(LISTENING)?.parse().ok());
    let answer = address.map(|address| speak(address, pieces, patience));
    running.signal(Signal::TERM);
    let mut ended = running.wait();
    // Without an address its own output is what differs.
    if let Some(answer) = answer {
        ended.stdout = answer;
    }
    ended
}

/// Returns all that came until the connection was over. A server that resets the connection, or is silent, is no error: what is missing
/// tells.
fn speak(address: SocketAddr, pieces: &[Vec<u8>], patience: Duration) -> Vec<u8> {
    let mut answer = Vec::new();
    let Ok(mut stream) = TcpStream::connect(address) else {
        return answer;
    };
    // Each piece is to leave at once; and a peer that reads nothing must not keep the case for ever.
    let _ = stream.set_nodelay(true);
    let _ = stream.set_write_timeout(Some(patience));
    let _ = stream.set_read_timeout(Some(patience));
    std::thread::scope(|scope| {
        if let Ok(mut writing) = stream.try_clone() {
            scope.spawn(move || {
                let sent = pieces.iter().try_for_each(|piece| writing.write_all(piece));
                let _ = sent.and_then(|()| writing.shutdown(Shutdown::Write));
            });
        }
        let _ = stream.read_to_end(&mut answer);
        // Whoever still writes does so in vain.
        let _ = stream.shutdown(Shutdown::Both);
    });
    answer
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn all_pieces_are_sent_and_all_answers_read() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let echo = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a peer");
            let mut all = Vec::new();
            stream.read_to_end(&mut all).expect("it shuts down");
            stream.write_all(&all).expect("it reads");
        });
        let pieces = [b"one ".to_vec(), b"two".to_vec()];
        assert_eq!(speak(address, &pieces, Duration::from_secs(10)), b"one two");
        echo.join().expect("it ends");
    }
}
