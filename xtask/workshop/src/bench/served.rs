//! A run in which the program is a server: it starts, a client drives it, and it is ended.
//!
//! What the client takes is the time; memory and processor are the server's.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use xtask::exit::{Result, Stop};
use xtask::measures::{Call, Client};
use xtask::t;

use super::arena::{Arena, Job, Ran, command, plain, why};
use super::input::Made;
use super::server::{self, empty};
use super::stopwatch::{self, Run};

/// How long a server may take until it listens.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often it is asked whether it listens already.
const ASK: Duration = Duration::from_millis(5);

/// The longest that a client may take.
const CLIENT_LIMIT: Duration = Duration::from_secs(120);

/// A server that listens. Dropping it ends it.
enum Running {
    /// The lab's, or a peer's.
    Program(Child),
    Nginx(server::Server),
}

/// Starts the server of `job`, lets `client` drive it, and ends it.
///
/// # Errors
/// A folder cannot be written. What server or client do wrong is in the result.
pub(crate) fn run(arena: &Arena<'_>, job: &Job, client: &Client, input: Option<&Made>) -> Result<Ran> {
    let scratch = arena.dir.join(".scratch");
    empty(&scratch).map_err(|error| Stop::io(&scratch, error))?;
    let (running, address) = match start(arena, job, input)? {
        Ok(started) => started,
        Err(why) => return Ok(failed(why)),
    };
    let said = arena.dir.join(".stdout");
    let errors = arena.dir.join(".stderr");
    let create = |path: &Path| File::create(path).map_err(|error| Stop::io(path, error));
    let mut driver = command(
        &Call::Program(client.words.clone()),
        &fill(arena, job, input, address),
    );
    driver
        .current_dir(&scratch)
        .stdout(create(&said)?)
        .stderr(create(&errors)?);
    let ended = stopwatch::drive(&mut driver, running.pid(), CLIENT_LIMIT);
    drop(running);
    let said = fs::read_to_string(&said).unwrap_or_default();
    let run: std::result::Result<Run, String> = match ended {
        Ok(run) if run.status.success() => Ok(run),
        // What the server said tells more than that the client was hung up on.
        Ok(_) => Err(why(&said_last(&arena.dir.join(".server"), &errors))),
        Err(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            Err(t!("bench.too_long", seconds = CLIENT_LIMIT.as_secs()))
        }
        Err(error) => Err(error.to_string()),
    };
    let answers = Vec::new();
    Ok(Ran { run, answers, said })
}

/// What the first of two files holds, or the second if that is nothing.
fn said_last(first: &Path, second: &Path) -> Vec<u8> {
    let read = |path| fs::read(path).unwrap_or_default();
    let said = read(first);
    if said.is_empty() { read(second) } else { said }
}

/// What stands for the names in braces.
fn fill(arena: &Arena<'_>, job: &Job, input: Option<&Made>, address: SocketAddr) -> Vec<(String, String)> {
    let mut fill = arena.fill(job, input);
    fill.push(("{address}".to_owned(), address.to_string()));
    fill.push(("{port}".to_owned(), address.port().to_string()));
    fill
}

/// Starts the server and waits until it listens; or says in one line why it does not.
fn start(
    arena: &Arena<'_>,
    job: &Job,
    input: Option<&Made>,
) -> Result<std::result::Result<(Running, SocketAddr), String>> {
    let errors = arena.dir.join(".server");
    let stderr = File::create(&errors).map_err(|error| Stop::io(&errors, error))?;
    if let Call::Nginx(name) = &job.call {
        let spec = arena.server(name).ok_or_else(|| Stop::failed(name.clone()))?;
        let nginx = server::Server::start(spec, &arena.dir, &arena.dir.join(".nginx"))?;
        let address = nginx.address();
        return Ok(Ok((Running::Nginx(nginx), address)));
    }
    let address = free_address().map_err(|error| Stop::failed(error.to_string()))?;
    let program = command(&job.call, &fill(arena, job, input, address));
    // However this process ends, the server does too.
    let mut under = Command::new("setpriv");
    plain(&mut under);
    let child = under
        .args(["--pdeathsig", "TERM", "--"])
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(arena.dir.join(".scratch"))
        .stderr(stderr)
        .spawn();
    let mut running = match child {
        Ok(child) => Running::Program(child),
        Err(error) => return Ok(Err(error.to_string())),
    };
    let begun = Instant::now();
    while TcpStream::connect(address).is_err() {
        if running.has_ended() || begun.elapsed() > PATIENCE {
            drop(running);
            return Ok(Err(why(&fs::read(&errors).unwrap_or_default())));
        }
        std::thread::sleep(ASK);
    }
    Ok(Ok((running, address)))
}

/// An address of this machine at which nobody listens. Not every server can take over a socket, or say which port it was given.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

fn failed(why: String) -> Ran {
    Ran {
        run: Err(why),
        answers: Vec::new(),
        said: String::new(),
    }
}

impl Running {
    fn pid(&self) -> u32 {
        match self {
            Self::Program(child) => child.id(),
            Self::Nginx(nginx) => nginx.pid(),
        }
    }

    fn has_ended(&mut self) -> bool {
        match self {
            Self::Program(child) => !matches!(child.try_wait(), Ok(None)),
            Self::Nginx(_) => false,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Self::Program(child) = self else { return };
        if !matches!(child.try_wait(), Ok(None)) {
            return;
        }
        server::end(child, Signal::TERM);
    }
}

#[cfg(test)]
mod tests {
    use xtask::measures::Spec;

    use super::super::programs::Programs;
    use super::*;

    /// A server that answers every connection with one line.
    const SERVER: &str = "import socket, sys\n\
        s = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n\
        while True:\n c = s.accept()[0]; c.sendall(b'hello\\n'); c.close()\n";
    const CLIENT: &str = "import socket, sys\n\
        host, port = sys.argv[1].split(':')\n\
        print(len(socket.create_connection((host, int(port))).makefile().read()), 'bytes came')\n";

    fn drive(name: &str, server: &[&str], client: &[&str]) -> Ran {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let dir = std::env::temp_dir().join(format!("bench served {name} {}", std::process::id()));
        let spec = Spec {
            inputs: Vec::new(),
            servers: Vec::new(),
            programs: Vec::new(),
            same_urls: Vec::new(),
            measures: Vec::new(),
        };
        let arena = Arena {
            spec: &spec,
            entrants: Vec::new(),
            inputs: Vec::new(),
            dir: dir.clone(),
            rounds: 1,
            programs: Programs::default(),
        };
        let client = Client {
            words: owned(client),
            package: String::new(),
            counted: None,
        };
        let job = Job::of_lab("python3".as_ref(), &owned(server), &[0], Some(&client));
        let ran = run(&arena, &job, &client, None).expect("the folders can be written");
        fs::remove_dir_all(&dir).expect("the folder goes");
        ran
    }

    #[test]
    fn a_client_drives_a_server_and_the_time_is_the_clients() {
        let ran = drive(
            "talk",
            &["-c", SERVER, "{port}"],
            // The lab's own program may be the client of its server.
            &["{subject}", "-c", CLIENT, "{address}"],
        );
        assert_eq!(ran.said, "6 bytes came\n");
        let run = ran.run.expect("both do their work");
        assert!(!run.wall.is_zero() && run.peak_kib > 0, "{run:?}");
    }

    #[test]
    fn a_server_that_does_not_start_says_why() {
        let ran = drive("dead", &["-c", "import sys; sys.exit('no such luck')"], &["true"]);
        assert!(ran.run.expect_err("it has ended").ends_with("no such luck"));
    }

    #[test]
    fn a_client_that_fails_is_no_measure() {
        let client = ["python3", "-c", "import sys; sys.exit('refused')"];
        let ran = drive("refused", &["-c", SERVER, "{port}"], &client);
        assert!(ran.run.expect_err("the client's status").ends_with("refused"));
    }
}
