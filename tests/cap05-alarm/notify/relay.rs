//! A relay for mails that follows a script, and writes down what it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use support::Case;

/// A relay. Its threads end with the case's process.
pub(super) struct Relay {
    address: SocketAddr,
    told: Arc<Mutex<String>>,
    busy: Arc<AtomicBool>,
}

impl Relay {
    /// Starts one that answers each line by what `answer` says of it and of how often the like of it has come; the greeting is the line `""`,
    /// and the end of a mail is `.`.
    pub(super) fn start(answer: impl Fn(&str, usize) -> &'static str + Send + Sync + 'static) -> Relay {
        let listener =
            TcpListener::bind("127.0.0.1:0").unwrap_or_else(|error| panic!("a relay cannot listen: {error}"));
        let address = listener
            .local_addr()
            .unwrap_or_else(|error| panic!("a relay has no address: {error}"));
        let told: Arc<Mutex<String>> = Arc::default();
        let to = Arc::clone(&told);
        let busy = Arc::new(AtomicBool::new(false));
        let is_busy = Arc::clone(&busy);
        thread::spawn(move || {
            let mut before: Vec<String> = Vec::new();
            for stream in listener.incoming().flatten() {
                let mut say = |line: &str| {
                    let verb = line.split([' ', ':']).next().unwrap_or_default().to_owned();
                    let count = before.iter().filter(|other| **other == verb).count();
                    before.push(verb);
                    answer(line, count)
                };
                is_busy.store(true, Ordering::SeqCst);
                // A client that leaves in the middle is no failure of the relay's.
                let _ = session(&stream, &mut say, &to);
                is_busy.store(false, Ordering::SeqCst);
            }
        });
        Relay { address, told, busy }
    }

    /// A receiver of this name that uses it.
    pub(super) fn receiver(&self, name: &str, more: &str) -> String {
        format!(
            "[[receiver]]\nname = \"{name}\"\nsmtp = \"{}\"\nfrom = \"muster@example.org\"\nto = [\"ops@example.org\"]\nbackoff = \"1ms\"\n{more}\n",
            self.address
        )
    }

    /// All that it was told, each byte that ends a line made visible. A program that has ended may have said something that is read only now.
    pub(super) fn told(&self, case: &Case) -> String {
        case.wait_until("the relay has read all that it was told", || {
            !self.busy.load(Ordering::SeqCst)
        });
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn session(
    stream: &TcpStream,
    say: &mut impl FnMut(&str) -> &'static str,
    told: &Mutex<String>,
) -> std::io::Result<()> {
    let write_down = |line: &str| {
        let line = line.replace('\r', "\\r").replace('\n', "\\n\n");
        told.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_str(&line);
    };
    let mut from = BufReader::new(stream);
    let mut to = stream;
    write_down("connected\n");
    to.write_all(say("").as_bytes())?;
    loop {
        let mut line = Vec::new();
        if from.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        write_down(&line);
        let answer = say(line.trim_end());
        to.write_all(answer.as_bytes())?;
        if line.starts_with("DATA") && answer.starts_with("354") {
            let mut mail = Vec::new();
            while !mail.ends_with(b"\r\n.\r\n") {
                if from.read_until(b'\n', &mut mail)? == 0 {
                    return Ok(());
                }
            }
            write_down(&String::from_utf8_lossy(&mail));
            to.write_all(say(".").as_bytes())?;
        }
    }
}

/// The answers of a relay that takes everything.
pub(super) fn takes(line: &str) -> &'static str {
    match line.split([' ', ':']).next() {
        Some("") => "220-relay.example.org\r\n220 at your service\r\n",
        Some("EHLO") => "250-relay.example.org\r\n250-SIZE 1000000\r\n250 8BITMIME\r\n",
        Some("DATA") => "354 go on\r\n",
        Some("QUIT") => "221 bye\r\n",
        _ => "250 ok\r\n",
    }
}
