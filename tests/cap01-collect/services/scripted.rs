//! Servers that do what a case says, one step after the other, for each connection.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What a server does next.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Waits until something has come.
    Hear,
    /// Sends this.
    Say(Vec<u8>),
    /// Sends it a byte at a time, 20 a second.
    Drip(Vec<u8>),
    /// Sends it again and again until nobody takes it.
    Flood(Vec<u8>),
    /// Says nothing, until the other side has ended the connection.
    Hold,
}

/// A server. What came in over all connections can be looked at.
pub(super) struct Scripted {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Scripted {
    /// Starts it; it ends with the case. Behind the last step a connection is closed.
    pub(super) fn new(steps: Vec<Step>) -> Scripted {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (steps, all) = (steps.clone(), Arc::clone(&all));
                thread::spawn(move || serve(stream, &steps, &all));
            }
        });
        Scripted { address, heard }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Does the steps. An error is the other side's end, which is what most cases are about.
fn serve(mut stream: TcpStream, steps: &[Step], all: &Mutex<Vec<u8>>) {
    let hear = |stream: &mut TcpStream| {
        let mut piece = [0; 4096];
        loop {
            match stream.read(&mut piece) {
                Ok(length) => {
                    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                    all.extend_from_slice(&piece[..length]);
                    return length;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return 0,
            }
        }
    };
    for step in steps {
        let went = match step {
            Step::Hear => hear(&mut stream) > 0,
            Step::Say(bytes) => stream.write_all(bytes).is_ok(),
            Step::Drip(bytes) => bytes.iter().all(|byte| {
                // The pace of a server that is to be given up: the case waits for that, not for this.
                thread::sleep(Duration::from_millis(50));
                stream.write_all(&[*byte]).is_ok()
            }),
            Step::Flood(bytes) => {
                while stream.write_all(bytes).is_ok() {}
                false
            }
            Step::Hold => {
                while hear(&mut stream) > 0 {}
                false
            }
        };
        if !went {
            return;
        }
    }
    // What is still to come would make the kernel reset the connection, and lose what was sent.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    while hear(&mut stream) > 0 {}
}
