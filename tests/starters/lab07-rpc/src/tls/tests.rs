//! Both clients against a server, with certificates that `openssl` makes.

use std::fs;
use std::os::fd::BorrowedFd;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use nbnet::transport::{Transport, Wrap};

use super::*;
use crate::builtin;
use crate::client::{Multiplex, Options, blocking::Client};
use crate::methods::{Method, Methods};
use crate::server::{Server, Settings};

/// A folder with certificates that two authorities have signed, gone with its value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rpc-tls-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let folder = Self(folder);
        for authority in ["ca", "other-ca"] {
            folder.openssl(&format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={authority} \
                 -keyout {authority}.key -out {authority}.pem"
            ));
        }
        for (side, authority) in [("server", "ca"), ("client", "ca"), ("stranger", "other-ca")] {
            folder.openssl(&format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN={side} \
                 -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
                 -CA {authority}.pem -CAkey {authority}.key -keyout {side}.key -out {side}.pem"
            ));
        }
        folder
    }

    fn openssl(&self, line: &str) {
        let made = Command::new("openssl")
            .args(line.split_whitespace())
            .current_dir(&self.0)
            .output()
            .expect("openssl is installed");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// What a client needs that says to be this one.
    fn files(&self, side: &str) -> Files {
        Files {
            ca: self.path("ca.pem"),
            cert: self.path(&format!("{side}.pem")),
            key: self.path(&format!("{side}.key")),
            name: None,
        }
    }

    fn options(&self, side: &str) -> Options {
        Options {
            tls: Some(self.files(side)),
            ..Options::default()
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Starts a server, which lasts as long as the process of the tests. Returns its address.
fn serve(folder: &Folder) -> String {
    serve_over(transport(folder))
}

fn transport(folder: &Folder) -> nbnet::tls::Tls {
    let transport = server(
        &folder.path("server.pem"),
        &folder.path("server.key"),
        &folder.path("ca.pem"),
    );
    transport.unwrap()
}

fn serve_over(wrap: impl Wrap) -> String {
    let settings = Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        ..Settings::default()
    };
    let server = Server::bind(settings).unwrap().over(wrap);
    let address = server.address().to_string();
    thread::spawn(move || {
        let mut methods = Methods::default();
        builtin::register(&mut methods, server.stats());
        let certificate = Method::pooled(|call, _| Ok(call.certificate().unwrap_or_default().to_vec()));
        methods.add("certificate", certificate);
        server.serve(methods)
    });
    address
}

fn run<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let limit = Duration::from_secs(20);
    runtime.block_on(async { tokio::time::timeout(limit, test).await.expect("it hangs") })
}

#[test]
fn both_clients_call_a_server_that_knows_them() {
    let folder = Folder::new("calls");
    let address = serve(&folder);
    let body = vec![b'x'; 60_000];
    let mut client = Client::connect(&address, &folder.options("client")).unwrap();
    for _ in 0..3 {
        assert_eq!(client.call("echo", &body).as_ref(), Ok(&body));
    }
    run(async {
        let client = Multiplex::connect(&address, &folder.options("client"))
            .await
            .unwrap();
        let calls = [1; 20].map(|_| client.call("echo", &body));
        for call in calls {
            assert_eq!(call.await.as_ref(), Ok(&body));
        }
        let large = vec![b'y'; 1_000_000];
        assert_eq!(client.call("echo", &large).await.as_ref(), Ok(&large));
    });
}

#[test]
fn a_method_learns_whose_certificate_a_client_has_shown() {
    let folder = Folder::new("whose");
    let address = serve(&folder);
    for side in ["client", "server"] {
        let mut client = Client::connect(&address, &folder.options(side)).unwrap();
        let shown = client.call("certificate", b"").unwrap();
        let files = pem::chain(&folder.path(&format!("{side}.pem"))).unwrap();
        assert_eq!(shown, files[0].as_ref(), "{side}");
    }
}

/// Notes whether a server reads requests before it knows whose they are.
struct Watched {
    tls: nbnet::tls::Tls,
    early: Arc<AtomicBool>,
}

impl Wrap for Watched {
    fn wrap(&self, socket: TcpStream) -> io::Result<Box<dyn Transport>> {
        Ok(Box::new(WatchedConnection {
            inner: self.tls.wrap(socket)?,
            done: false,
            early: Arc::clone(&self.early),
        }))
    }
}

struct WatchedConnection {
    inner: Box<dyn Transport>,
    done: bool,
    early: Arc<AtomicBool>,
}

impl Transport for WatchedConnection {
    fn handshake(&mut self) -> io::Result<bool> {
        self.done = self.inner.handshake()?;
        Ok(self.done)
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.early.fetch_or(!self.done, Ordering::Relaxed);
        self.inner.read(into)
    }

    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        self.inner.write(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }

    fn has_unsent(&self) -> bool {
        self.inner.has_unsent()
    }

    fn has_unread(&self) -> bool {
        self.inner.has_unread()
    }

    fn end(&mut self) -> io::Result<()> {
        self.inner.end()
    }

    fn socket(&self) -> BorrowedFd<'_> {
        self.inner.socket()
    }
}

#[test]
fn nothing_is_read_before_the_handshake_is_done() {
    let folder = Folder::new("early");
    let early = Arc::new(AtomicBool::new(false));
    let watched = Watched {
        tls: transport(&folder),
        early: Arc::clone(&early),
    };
    let address = serve_over(watched);
    for _ in 0..10 {
        let mut client = Client::connect(&address, &folder.options("client")).unwrap();
        assert_eq!(client.call("echo", b"1"), Ok(b"1".to_vec()));
    }
    // A read then could take the first request along with the end of the handshake, and nobody would answer it.
    assert!(!early.load(Ordering::Relaxed));
}

#[test]
fn a_stranger_is_not_heard_and_a_wrong_name_is_not_believed() {
    let folder = Folder::new("strangers");
    let address = serve(&folder);
    let called = Client::connect(&address, &folder.options("stranger"))
        .and_then(|mut client| client.call("echo", b"1"));
    assert!(called.is_err(), "{called:?}");
    run(async {
        let called = match Multiplex::connect(&address, &folder.options("stranger")).await {
            Ok(client) => client.call("echo", b"1").await,
            Err(error) => Err(error),
        };
        assert!(called.is_err(), "{called:?}");
        let mut options = folder.options("client");
        options.tls.as_mut().unwrap().name = Some("example.org".to_owned());
        let error = Multiplex::connect(&address, &options)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("not valid for name"), "{error}");
        // Without TLS nothing is understood at all.
        let client = Multiplex::connect(&address, &Options::default()).await.unwrap();
        assert!(client.call("echo", b"1").await.is_err());
    });
}

#[test]
fn errors_name_the_file() {
    let folder = Folder::new("files");
    fs::write(folder.path("empty.pem"), "").unwrap();
    fs::write(
        folder.path("broken.pem"),
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    for (cert, key, ca, sentence) in [
        (
            "missing.pem",
            "server.key",
            "ca.pem",
            "cannot read missing.pem: No such file",
        ),
        (
            "empty.pem",
            "server.key",
            "ca.pem",
            "empty.pem: there is no certificate",
        ),
        ("broken.pem", "server.key", "ca.pem", "broken.pem: "),
        (
            "server.pem",
            "missing.key",
            "ca.pem",
            "cannot read missing.key: No such file",
        ),
        (
            "server.pem",
            "empty.pem",
            "ca.pem",
            "empty.pem: there is no private key",
        ),
        (
            "server.pem",
            "server.pem",
            "ca.pem",
            "server.pem: there is no private key",
        ),
        ("server.pem", "client.key", "ca.pem", "client.key: "),
        (
            "server.pem",
            "server.key",
            "empty.pem",
            "empty.pem: there is no certificate",
        ),
    ] {
        let made = server(&folder.path(cert), &folder.path(key), &folder.path(ca));
        let error = made.map(|_| ()).unwrap_err().to_string();
        let error = error.replace(&format!("{}/", folder.0.display()), "");
        assert!(error.starts_with(sentence), "{error}");
    }
}
