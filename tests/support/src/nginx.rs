//! A real nginx, for cases in which only the real thing will do.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::Signal;

use crate::case::Case;
use crate::report::{Failure, Outcome};
use crate::running::Running;
use crate::served::Told;

/// An nginx about to be started: what it serves, and how.
///
/// ```
/// use support::{Case, Nginx};
///
/// fn a_page_is_fetched_from_nginx(case: &mut Case) {
///     case.file("www/index.html", "<p>hello</p>");
///     let nginx = case.nginx(Nginx::new().root("www").limit_rate(1 << 20));
///     let ended = case.program("crawler").args(["fetch", &nginx.url("/")]).run();
///     case.snapshot(&ended);
/// }
/// ```
#[derive(Debug, Clone)]
#[must_use = "an nginx does nothing until `Case::nginx` starts it"]
pub struct Nginx {
    name: String,
    root: PathBuf,
    workers: usize,
    lines: String,
    http_lines: String,
}

impl Nginx {
    /// Serves the case's folder by a master and one worker, which snapshots call `nginx`.
    #[expect(
        clippy::new_without_default,
        reason = "what to serve is written down, never defaulted"
    )]
    pub fn new() -> Self {
        Self {
            name: "nginx".to_owned(),
            root: PathBuf::new(),
            workers: 1,
            lines: String::new(),
            http_lines: String::new(),
        }
    }

    /// Names it: snapshots and verdicts show `http://NAME/` where the program saw an address and a port.
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Serves the files in `root`, an absolute path or one inside the case's folder.
    pub fn root(mut self, root: impl AsRef<Path>) -> Self {
        root.as_ref().clone_into(&mut self.root);
        self
    }

    /// Runs so many workers.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// Bounds what each response gets, in bytes a second.
    pub fn limit_rate(self, bytes_per_second: u64) -> Self {
        self.server(&format!("limit_rate {bytes_per_second};"))
    }

    /// Adds lines to the block `server` of the configuration.
    pub fn server(mut self, lines: &str) -> Self {
        self.lines.push_str(lines);
        self.lines.push('\n');
        self
    }

    /// Adds lines to the block `http` of the configuration, in front of the server.
    pub fn http(mut self, lines: &str) -> Self {
        self.http_lines.push_str(lines);
        self.http_lines.push('\n');
        self
    }

    /// Writes the configuration. All of its paths are relative to nginx's own folder: nginx looks for variables in `root`, even in the
    /// part that comes from its prefix, and nothing takes back a `$` there.
    fn configuration(&self, address: SocketAddr) -> String {
        let workers = self.workers;
        // Workers of a master that is root would be somebody else, who cannot read the case's folder.
        let user = if rustix::process::geteuid().is_root() {
            "user root;\n"
        } else {
            ""
        };
        let (lines, http_lines) = (&self.lines, &self.http_lines);
        format!(
            "{user}daemon off; worker_processes {workers};
pid nginx.pid; error_log error.log;
events {{ worker_connections 1024; }}
http {{
access_log access.log combined;
client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
types {{
text/html html htm; text/css css; text/plain txt; text/xml xml; text/javascript js; application/json json;
image/gif gif; image/jpeg jpeg jpg; image/png png; image/svg+xml svg; font/woff2 woff2;
}}
default_type application/octet-stream;
sendfile on;
{http_lines}server {{
listen {address};
root root;
{lines}}}
}}
"
        )
    }
}

/// An nginx that serves. Dropping it kills it.
pub struct NginxServer {
    address: SocketAddr,
    dir: PathBuf,
    running: Running,
}

impl NginxServer {
    /// The address and the port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of `target`, which begins with a slash.
    pub fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// The process id of the master.
    pub fn pid(&self) -> u32 {
        self.running.pid()
    }

    /// The file to which it writes a line in the combined format for each request, once that is done.
    pub fn access_log(&self) -> PathBuf {
        self.dir.join("access.log")
    }

    /// Lets it finish what it is doing and waits for its end; then its log is complete.
    pub fn stop(self) {
        self.running.signal(Signal::QUIT);
        self.running.wait();
    }
}

impl Case {
    /// Starts nginx for as long as the server that is returned lives, with `CASE/nginx` as its folder.
    ///
    /// Where nginx is not installed the case ends as "not run". Snapshots and verdicts show it as [`Case::site`] says.
    pub fn nginx(&mut self, nginx: Nginx) -> NginxServer {
        self.try_nginx(&nginx).unwrap_or_else(|error| {
            Failure::new(Outcome::Fault, format!("nginx does not start: {error}")).raise()
        })
    }

    fn try_nginx(&mut self, nginx: &Nginx) -> io::Result<NginxServer> {
        let dir = self.dir().join("nginx");
        let program = self.peer("nginx", "nginx-light");
        // The socket is there before nginx is, which takes it over as a new version would from the old one: no other program can take
        // the port in between, and a client that comes early waits in its queue. Without a master nginx 1.22 does not survive that.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("nginx.conf"), nginx.configuration(address))?;
        // A relative link is still right when the files of a case that failed are kept.
        std::os::unix::fs::symlink(Path::new("..").join(&nginx.root), dir.join("root"))?;
        // Whatever starts from now on inherits it; a case starts its programs one after the other.
        fcntl_setfd(&listener, FdFlags::empty())?;
        let running = program
            .dir("nginx")
            .args(["-p", ".", "-e", "error.log", "-c", "nginx.conf"])
            .env("NGINX", format!("{};", listener.as_raw_fd()))
            .for_the_whole_case()
            .spawn();
        drop(listener);
        let pid = dir.join("nginx.pid");
        self.wait_until("nginx runs", || {
            pid.exists() || running.watcher.as_ref().is_none_or(JoinHandle::is_finished)
        });
        if !pid.exists() {
            let said = String::from_utf8_lossy(&running.stderr()).into_owned();
            return Err(io::Error::other(said));
        }
        let server = NginxServer {
            address,
            dir,
            running,
        };
        let log = server.access_log();
        self.serves(&nginx.name, address, move || Told {
            asked: asked(&log),
            answers: Vec::new(),
        });
        Ok(server)
    }
}

/// Says what stands in an access log, as a verdict shows it.
fn asked(log: &Path) -> Vec<String> {
    let text = fs::read(log).unwrap_or_default();
    let line = |line: &str| {
        let mut quoted = line.split('"').skip(1);
        let (request, numbers) = (quoted.next()?, quoted.next()?);
        let (status, bytes) = numbers.trim().split_once(' ')?;
        Some(format!("{request}: {status}, {bytes} bytes"))
    };
    String::from_utf8_lossy(&text)
        .lines()
        .map(|text| line(text).unwrap_or_else(|| text.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::sync::{Mutex, PoisonError};
    use std::time::{Duration, Instant};

    use super::*;

    /// Runs `test` with a case of its own, unless nginx is missing; in CI it must not be.
    fn with_nginx(name: &str, test: impl FnOnce(&mut Case)) {
        if !Path::new("/usr/sbin/nginx").exists() && std::env::var_os("CI").is_none() {
            return;
        }
        // A case starts its programs one after the other; so do these tests, or one nginx would inherit another's socket.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let scratch = std::env::temp_dir().join(format!("nginx $x\"{name} {}", std::process::id()));
        fs::create_dir_all(&scratch).expect("a folder");
        test(&mut Case::in_folder(name, &scratch));
        fs::remove_dir_all(&scratch).expect("the folder goes");
    }

    fn start(case: &mut Case, nginx: Nginx) -> NginxServer {
        case.try_nginx(&nginx).expect("nginx starts")
    }

    fn ask(nginx: &NginxServer, target: &str) -> String {
        let mut stream = TcpStream::connect(nginx.address()).expect("nginx listens");
        write!(stream, "GET {target} HTTP/1.0\r\n\r\n").expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    #[test]
    fn files_are_served_and_their_log_is_complete_at_the_end() {
        with_nginx("files", |case| {
            case.file("www/a.html", "<p>a</p>");
            let nginx = start(
                case,
                Nginx::new().root("www").server("location /gone { return 410; }"),
            );
            let answer = ask(&nginx, "/a.html");
            assert!(answer.contains("Content-Type: text/html\r\n") && answer.ends_with("\r\n\r\n<p>a</p>"));
            assert!(ask(&nginx, "/gone").starts_with("HTTP/1.1 410 "));
            let (log, address) = (nginx.access_log(), nginx.address());
            nginx.stop();
            assert_eq!(asked(&log)[0], "GET /a.html HTTP/1.0: 200, 8 bytes");
            assert_eq!(fs::read_to_string(log).expect("a log").lines().count(), 2);
            assert!(TcpStream::connect(address).is_err());
            assert_eq!(case.redacted(&format!("http://{address}/")), "http://nginx/");
        });
    }

    #[test]
    fn workers_serve_at_the_rate_that_was_set_and_die_with_their_master() {
        with_nginx("workers", |case| {
            case.file("big", vec![b'x'; 300_000]);
            let nginx = start(case, Nginx::new().workers(2).limit_rate(200_000));
            case.wait_until("there are workers", || {
                crate::process::tree(nginx.pid()).len() == 3
            });
            let started = Instant::now();
            assert!(ask(&nginx, "/big").len() > 300_000);
            assert!(started.elapsed() > Duration::from_millis(400));
            let tree = crate::process::tree(nginx.pid());
            drop(nginx);
            case.wait_until("none is left", || tree.iter().all(|pid| !is_alive(*pid)));
        });
    }

    /// Whether a process runs; one that waits for its parent to ask for its end does not.
    fn is_alive(pid: u32) -> bool {
        fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[test]
    fn a_mistake_in_the_configuration_is_a_fault_that_shows_its_line() {
        with_nginx("mistake", |case| {
            let started = case.try_nginx(&Nginx::new().server("no_such_thing on;"));
            let error = started.err().expect("it cannot start").to_string();
            assert!(error.contains("unknown directive \"no_such_thing\""), "{error}");
        });
    }
}
