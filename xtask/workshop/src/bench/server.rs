//! An nginx for one run: it begins with nothing and ends with a log that is complete.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};

use xtask::exit::{NOT_INSTALLED, Result, Stop};
use xtask::machine::find_program;
use xtask::measures::{self, NGINX_PACKAGE};
use xtask::t;

/// How long a server may take to end when nobody is connected any more.
const PATIENCE: Duration = Duration::from_secs(5);

/// An nginx that serves. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    dir: PathBuf,
    nginx: Child,
}

/// A request and what it was answered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Answer {
    /// What stood in the request's first line, byte for byte.
    pub(crate) target: String,
    pub(crate) status: u16,
}

/// Refuses to begin where what `server` needs is not installed.
pub(crate) fn installed(server: &measures::Server) -> Result {
    let lacks = |what: &str, package: &str| {
        let message = t!("bench.needs", what = what, package = package);
        Err(Stop::new(NOT_INSTALLED, message))
    };
    if find_program("nginx").is_none() {
        return lacks("nginx", NGINX_PACKAGE);
    }
    match &server.root {
        Some(root) if !root.path.is_dir() => lacks(&root.path.display().to_string(), &root.package),
        _ => Ok(()),
    }
}

impl Server {
    /// Starts nginx in the folder `dir`, which is emptied before, and waits for its first answer. Without a root of its own the
    /// server gets `inputs`.
    ///
    /// # Errors
    /// It cannot be started, or ends at once; then the message is nginx's own.
    pub(crate) fn start(server: &measures::Server, inputs: &Path, dir: &Path) -> Result<Self> {
        let failed =
            |error: io::Error| Stop::failed(t!("bench.no_server", server = server.name, error = error));
        let started = Self::try_start(server, inputs, dir).map_err(failed)?;
        // Whoever comes early waits in the socket's queue, so that the first answer shows that nginx serves. Where it does not start, the
        // socket goes with it, and the connection ends without an answer.
        match started.first_answer() {
            Ok(()) => Ok(started),
            Err(error) => Err(failed(started.why(error))),
        }
    }

    fn try_start(server: &measures::Server, inputs: &Path, dir: &Path) -> io::Result<Self> {
        empty(dir)?;
        // nginx looks for variables in the words `root` and `listen`; a link's name has none.
        let root = server.root.as_ref().map_or(inputs, |root| &root.path);
        symlink(root, dir.join("root"))?;
        // The socket is there before nginx, which takes it over as a new version would from the old one: no other program can take the
        // port in between. As its standard input no other child can inherit it.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        fs::write(dir.join("nginx.conf"), configuration(server, address))?;
        // However this process ends, nginx does too.
        let nginx = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "--"])
            .arg(find_program("nginx").unwrap_or_else(|| "nginx".into()))
            .args(["-p", ".", "-e", "error.log", "-c", "nginx.conf"])
            .env("NGINX", "0;")
            .current_dir(dir)
            .stdin(OwnedFd::from(listener))
            .stdout(Stdio::null())
            .stderr(fs::File::create(dir.join("stderr"))?)
            .spawn()?;
        Ok(Self {
            address,
            dir: dir.to_owned(),
            nginx,
        })
    }

    /// The beginning of all of its URLs, without a slash at its end.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of its first process.
    pub(crate) fn pid(&self) -> u32 {
        self.nginx.id()
    }

    /// Lets it end and returns what it was asked, in the order in which the answers were complete.
    pub(crate) fn stop(mut self) -> Result<Vec<Answer>> {
        end(&mut self.nginx, Signal::QUIT);
        let path = self.dir.join("access.log");
        let log = fs::read(&path).map_err(|error| Stop::io(&path, error))?;
        Ok(answers(&String::from_utf8_lossy(&log)))
    }

    fn first_answer(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /.ready HTTP/1.0\r\n\r\n")?;
        stream.read_exact(&mut [0; 12])
    }

    /// What nginx said before it ended, or else `error`.
    fn why(&self, error: io::Error) -> io::Error {
        match fs::read_to_string(self.dir.join("stderr")) {
            Ok(said) if !said.trim().is_empty() => io::Error::other(said.trim().to_owned()),
            _ => error,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` it is gone, and its pid may be anybody's.
        if matches!(self.nginx.try_wait(), Ok(None)) {
            end(&mut self.nginx, Signal::TERM);
        }
    }
}

/// Sends a server `signal` and waits for its end; who does not hear is killed.
pub(crate) fn end(server: &mut Child, signal: Signal) {
    let pid = Pid::from_child(server);
    if let Ok(ended) = pidfd_open(pid, PidfdFlags::empty()) {
        let _ = kill_process(pid, signal);
        let timeout = Timespec {
            tv_sec: PATIENCE.as_secs().cast_signed(),
            tv_nsec: 0,
        };
        let _ = poll(&mut [PollFd::new(&ended, PollFlags::IN)], Some(&timeout));
    }
    let _ = server.kill();
    let _ = server.wait();
}

/// Makes a folder that holds nothing.
pub(crate) fn empty(dir: &Path) -> io::Result<()> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(dir)
}

/// Writes nginx's configuration, whose paths are relative to its own folder.
fn configuration(server: &measures::Server, address: SocketAddr) -> String {
    // Workers of a master that is root would be somebody else, who may not read the folder.
    let user = match rustix::process::geteuid().is_root() {
        true => "user root;\n",
        false => "",
    };
    let (workers, lines) = (server.workers, server.lines.trim());
    format!(
        "{user}daemon off; worker_processes {workers};
pid nginx.pid; error_log error.log;
events {{ worker_connections 1024; }}
http {{
log_format asked '$status $request_uri'; access_log access.log asked;
client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
types {{
text/html html htm; text/css css; text/plain txt; text/xml xml; text/javascript js; application/json json;
image/gif gif; image/jpeg jpeg jpg; image/png png; image/svg+xml svg; font/woff2 woff2;
}}
default_type application/octet-stream;
sendfile on;
server {{
listen {address};
root root;
location = /.ready {{ access_log off; return 204; }}
{lines}
}}
}}
"
    )
}

/// Reads a log in the format `asked`.
fn answers(log: &str) -> Vec<Answer> {
    let answer = |line: &str| {
        let (status, target) = line.split_once(' ')?;
        Some(Answer {
            target: target.to_owned(),
            status: status.parse().ok()?,
        })
    };
    log.lines().filter_map(answer).collect()
}

#[cfg(test)]
mod tests {
    use xtask::measures::Root;

    use super::*;

    /// Runs `test` with a folder `www` beside the server's, unless nginx is missing; in CI it must not be.
    fn with_nginx(name: &str, lines: &str, test: impl FnOnce(&measures::Server, &Path, &Path)) {
        if find_program("nginx").is_none() && std::env::var_os("CI").is_none() {
            return;
        }
        let scratch = std::env::temp_dir().join(format!("bench $x {name} {}", std::process::id()));
        let www = scratch.join("www");
        empty(&www).expect("a folder");
        fs::write(www.join("a b.html"), "<p>a</p>").expect("a page");
        let server = measures::Server {
            name: "site".into(),
            about: String::new(),
            root: None,
            workers: 1,
            lines: lines.into(),
        };
        test(&server, &www, &scratch.join("nginx"));
        fs::remove_dir_all(&scratch).expect("the folder goes");
    }

    fn ask(server: &Server, target: &str) -> String {
        let mut stream = TcpStream::connect(server.address).expect("nginx listens");
        write!(stream, "GET {target} HTTP/1.0\r\n\r\n").expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    #[test]
    fn what_was_asked_is_known_at_the_end_and_the_server_is_gone() {
        with_nginx("asked", "location /gone { return 410; }", |spec, www, dir| {
            let server = Server::start(spec, www, dir).expect("it starts");
            let (url, pid) = (server.url(), server.nginx.id());
            assert!(ask(&server, "/a%20b.html?x=%C3%A9").ends_with("<p>a</p>"));
            ask(&server, "/gone");
            let answer = |target: &str, status| Answer {
                target: target.into(),
                status,
            };
            assert_eq!(
                server.stop().expect("a log"),
                [answer("/a%20b.html?x=%C3%A9", 200), answer("/gone", 410)]
            );
            assert!(TcpStream::connect(url.trim_start_matches("http://")).is_err());
            assert!(!Path::new(&format!("/proc/{pid}")).exists());
            // The next one begins with an empty log.
            let again = Server::start(spec, www, dir).expect("it starts again");
            assert_eq!(again.stop().expect("a log"), []);
        });
    }

    #[test]
    fn a_server_that_is_dropped_ends_also_in_a_panic() {
        with_nginx("dropped", "", |spec, www, dir| {
            let server = Server::start(spec, www, dir).expect("it starts");
            let pid = server.nginx.id();
            let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
                let _server = server;
                panic!("in the middle of a run");
            }));
            assert!(panicked.is_err() && !Path::new(&format!("/proc/{pid}")).exists());
        });
    }

    #[test]
    fn a_mistake_in_its_lines_is_shown_in_the_words_of_nginx() {
        with_nginx("mistake", "no_such_thing on;", |spec, www, dir| {
            let stop = Server::start(spec, www, dir).expect_err("it cannot start");
            assert!(
                stop.message.contains("unknown directive \"no_such_thing\""),
                "{}",
                stop.message
            );
        });
    }

    #[test]
    fn a_folder_that_is_missing_is_named_with_its_package() {
        with_nginx("missing", "", |spec, www, _| {
            let root = Root {
                path: www.join("none"),
                package: "docs-doc".into(),
            };
            let spec = measures::Server {
                root: Some(root),
                about: String::new(),
                lines: String::new(),
                name: spec.name.clone(),
                workers: 1,
            };
            let stop = installed(&spec).expect_err("there is no such folder");
            assert_eq!(stop.status, NOT_INSTALLED);
            assert!(
                stop.message.ends_with("apt-get install docs-doc"),
                "{}",
                stop.message
            );
        });
    }
}
