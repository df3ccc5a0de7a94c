//! A connection that is lost while both sides live.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::thread;

use rustix::fs::{CWD, FileType, Mode, mknodat};

use crate::harness::{Fleet, text, until};

/// Passes bytes on between an agent and its hub, until it is cut.
struct Proxy {
    address: String,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    fn new(to: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let streams = Arc::<Mutex<Vec<TcpStream>>>::default();
        let (to, known) = (to.to_owned(), Arc::clone(&streams));
        // It ends with the process of the tests.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, hub) = (stream.unwrap(), TcpStream::connect(&to).unwrap());
                let pairs = [(&stream, &hub), (&hub, &stream)];
                for (from, into) in
                    pairs.map(|(from, into)| (from.try_clone().unwrap(), into.try_clone().unwrap()))
                {
                    thread::spawn(move || pass(&from, &into));
                }
                known.lock().unwrap().extend([stream, hub]);
            }
        });
        Self { address, streams }
    }

    /// Cuts all connections that there are.
    fn cut(&self) {
        for stream in self.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn pass(mut from: &TcpStream, mut into: &TcpStream) -> io::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        match from.read(&mut buffer)? {
            0 => return into.shutdown(Shutdown::Write),
            count => into.write_all(&buffer[..count])?,
        }
    }
}

#[test]
fn a_command_goes_on_while_its_agent_has_no_connection_and_nothing_of_it_is_lost_or_doubled() {
    let mut fleet = Fleet::new();
    let proxy = Proxy::new(&fleet.address);
    fleet.add("web01");
    fleet.start_agent_of("web01", &proxy.address);
    fleet.until_all_up(1);
    let fifo = fleet.folder.0.join("go");
    mknodat(CWD, &fifo, FileType::Fifo, Mode::RWXU, 0).unwrap();
    let script = format!(
        "for n in $(seq 100); do echo $n; done; cat {}; echo end",
        fifo.display()
    );
    let mut run = fleet.command(&["run", "--all", "--", "sh", "-c", &script]);
    let run = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let log = fleet.folder.0.join("web01.log");
    let connected = |times| {
        until("it is connected again", || {
            let log = std::fs::read_to_string(&log).unwrap();
            (log.matches("connected, as web01").count() == times).then_some(())
        });
    };
    // Opening it waits for the command's own open: it runs then.
    let mut go = std::fs::File::options().write(true).open(&fifo).unwrap();
    proxy.cut();
    connected(2);
    go.write_all(b"between\n").unwrap();
    proxy.cut();
    drop(go);
    connected(3);
    let output = run.wait_with_output().unwrap();
    let numbers: String = (1..=100).map(|number| format!("{number}\n")).collect();
    assert_eq!(
        text(&output.stdout),
        format!("-- web01: done\n{numbers}between\nend\n")
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    until("batches go on", || {
        (fleet.batches("web01").len() > 5).then_some(())
    });
    let batches = fleet.batches("web01");
    assert!(
        batches
            .iter()
            .zip(1..)
            .all(|(batch, expected)| *batch == f64::from(expected)),
        "{batches:?}"
    );
}
