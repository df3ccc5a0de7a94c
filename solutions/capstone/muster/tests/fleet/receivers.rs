//! Receivers in TLS: webhooks of https, and relays that want to know who one is.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use alarm::Message;
use alarm::notify::{Notifier, receivers};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use crate::harness::{Folder, Process};

/// Makes an authority, and a certificate of a server that it vouches for: `NAME-ca.pem`, `NAME.pem`, `NAME.key`.
fn certify(folder: &Path, name: &str, host: &str) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&key).unwrap();
    fs::write(folder.join(format!("{name}-ca.pem")), authority.pem()).unwrap();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let own = CertificateParams::new(vec![host.to_owned()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    fs::write(folder.join(format!("{name}.pem")), own.pem()).unwrap();
    fs::write(folder.join(format!("{name}.key")), key.serialize_pem()).unwrap();
}

/// Tells a receiver of a file of one notification; returns what became of it, and what was said.
fn tell(folder: &Path, receiver: &str) -> (String, String) {
    let text = format!("[[receiver]]\nname = \"it\"\nattempts = 1\n{receiver}\n");
    let all = receivers(&folder.join("receivers.toml"), &text).unwrap_or_else(|why| panic!("{why}"));
    let said = Arc::new(Mutex::new(String::new()));
    let log = {
        let said = Arc::clone(&said);
        move |line: &str| said.lock().unwrap().push_str(&format!("{line}\n"))
    };
    let mut notifier = Notifier::start(all, Arc::new(log)).unwrap();
    let message: Message = serde_json::from_value(serde_json::json!({
        "key": "k1", "time": 10_000, "kind": "firing", "rule": "busy", "severity": "warning",
        "alarms": [{"host": "web1", "labels": "", "since": 10_000}], "withheld": 0, "summary": "a test",
    }))
    .unwrap();
    notifier.send(&message);
    let report = notifier.finish().remove(0).to_string();
    let said = said.lock().unwrap().clone();
    (report, said)
}

/// What is wrong with a receiver, when its file is read.
fn refused(folder: &Path, receiver: &str) -> String {
    let text = format!("[[receiver]]\nname = \"it\"\n{receiver}\n");
    receivers(&folder.join("receivers.toml"), &text)
        .unwrap_err()
        .to_string()
}

/// Serves https with a certificate, and answers each request 204.
fn https(folder: &Path, name: &str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let chain = CertificateDer::pem_file_iter(folder.join(format!("{name}.pem")))
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join(format!("{name}.key"))).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard: Arc<Mutex<Vec<String>>> = Arc::default();
    let to = Arc::clone(&heard);
    // It ends with the test's process.
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let mut head = String::new();
            let mut byte = [0];
            while !head.ends_with("\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
                head.push(char::from(byte[0]));
            }
            // One that does not believe the certificate has left.
            if head.is_empty() {
                continue;
            }
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("Content-Length: "));
            let mut body = vec![0; length.unwrap().parse().unwrap()];
            stream.read_exact(&mut body).unwrap();
            to.lock().unwrap().push(head + &String::from_utf8(body).unwrap());
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n");
        }
    });
    (port, heard)
}

#[test]
fn a_webhook_of_https_is_told_if_its_certificate_is_vouched_for_and_names_it() {
    let folder = Folder::new();
    certify(&folder.0, "good", "localhost");
    certify(&folder.0, "other", "elsewhere.example.org");
    let (port, heard) = https(&folder.0, "good");
    let webhook = |port: u16, ca: &str| format!("webhook = \"https://localhost:{port}/hook\"\nca = \"{ca}\"");
    let (report, said) = tell(&folder.0, &webhook(port, "good-ca.pem"));
    assert_eq!(report, "it delivered=1 failed=0 dropped=0", "{said}");
    let told = heard.lock().unwrap().remove(0);
    assert!(
        told.starts_with(&format!("POST /hook HTTP/1.1\r\nHost: localhost:{port}\r\n"))
            && told.contains("\"key\":\"k1\""),
        "{told}"
    );
    // Another authority; and a certificate of another host.
    let (other, _) = https(&folder.0, "other");
    for (port, ca) in [(port, "other-ca.pem"), (other, "other-ca.pem")] {
        let (report, said) = tell(&folder.0, &webhook(port, ca));
        assert_eq!(report, "it delivered=0 failed=1 dropped=0", "{said}");
        assert!(said.contains("certificate"), "{said}");
    }
    assert!(heard.lock().unwrap().is_empty());
    let why = refused(&folder.0, &webhook(port, "missing.pem"));
    assert!(why.contains("missing.pem"), "{why}");
    let why = refused(&folder.0, "webhook = \"http://localhost/\"\nca = \"good-ca.pem\"");
    assert!(why.contains("ca is for https"), "{why}");
}

/// A relay by aiosmtpd: `starttls` or `implicit`, certificate, key, and a mechanism that it does not know.
const RELAY: &str = r#"
import asyncio, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

class Handler:
    async def handle_DATA(self, server, session, envelope):
        print("mail to", *envelope.rcpt_tos, "by", session.auth_data.login.decode(), flush=True)
        return "250 OK"

def known(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"muster" and data.password == b"s3cret-word", handled=False, auth_data=data)

async def main(how, cert, key, without):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    starts = how == "starttls"
    more = {"tls_context": tls, "require_starttls": True} if starts else {"auth_require_tls": False}
    relay = lambda: SMTP(Handler(), hostname="relay", authenticator=known, auth_required=True, auth_exclude_mechanism=without.split(), **more)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(relay, "127.0.0.1", 0, ssl=None if starts else tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)

asyncio.run(main(*sys.argv[1:]))
"#;

#[test]
fn a_real_relay_in_tls_takes_mails_of_whom_it_knows() {
    if !Path::new("/usr/lib/python3/dist-packages/aiosmtpd").exists() {
        eprintln!("skipped: there is no python3-aiosmtpd");
        return;
    }
    let folder = Folder::new();
    certify(&folder.0, "relay", "localhost");
    let file = |name: &str, text: &str, mode: u32| {
        let path = folder.0.join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    file("relay.py", RELAY, 0o600);
    file("right", "s3cret-word\n", 0o600);
    file("wrong", "s3cret-guess\n", 0o640);
    file("open", "s3cret-word\n", 0o644);
    let receiver = |port: &str, how: &str, password: &str| {
        format!(
            "smtp = \"localhost:{port}\"\nfrom = \"muster@example.org\"\nto = [\"ops@example.org\"]\n\
             tls = \"{how}\"\nca = \"relay-ca.pem\"\nuser = \"muster\"\npassword_file = \"{password}\""
        )
    };
    for (how, without) in [("starttls", ""), ("implicit", ""), ("starttls", "PLAIN")] {
        let mut relay = Command::new("/usr/bin/python3")
            .arg(folder.0.join("relay.py"))
            .arg(how)
            .args([folder.0.join("relay.pem"), folder.0.join("relay.key")])
            .arg(without)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(relay.stdout.take().unwrap()).lines();
        let _relay = Process(relay);
        let port = lines.next().unwrap().unwrap();
        let (report, said) = tell(&folder.0, &receiver(&port, how, "right"));
        assert_eq!(
            report, "it delivered=1 failed=0 dropped=0",
            "{how}, without {without:?}: {said}"
        );
        assert_eq!(
            lines.next().unwrap().unwrap(),
            "mail to ops@example.org by muster"
        );
        let (report, said) = tell(&folder.0, &receiver(&port, how, "wrong"));
        assert_eq!(report, "it delivered=0 failed=1 dropped=0", "{said}");
        assert!(said.contains("535"), "{said}");
        assert!(!said.contains("s3cret") && !said.contains("czNjcmV0"), "{said}");
    }
    let why = refused(&folder.0, &receiver("25", "starttls", "open"));
    assert!(why.contains("open: everybody may use it"), "{why}");
    let in_the_clear = receiver("25", "starttls", "right").replace("tls = \"starttls\"\n", "");
    assert!(refused(&folder.0, &in_the_clear).contains("tls is missing"));
    let all = receivers(Path::new("r"), "").unwrap();
    assert!(all.is_empty());
}

/// Between the two somebody may speak for the relay as long as TLS has not begun.
#[test]
fn a_relay_that_begins_no_tls_gets_neither_password_nor_mail() {
    let folder = Folder::new();
    certify(&folder.0, "relay", "localhost");
    let password = folder.0.join("password");
    fs::write(&password, "s3cret\n").unwrap();
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
    for (answer, expected) in [
        ("502 no such thing\r\n", "502"),
        ("220 go on\r\n250 injected\r\n", "more than one answer"),
        ("220 go on\r\n", "localhost"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let relay = thread::spawn(move || converse(&listener.accept().unwrap().0, answer));
        let receiver = format!(
            "smtp = \"localhost:{port}\"\nfrom = \"muster@example.org\"\nto = [\"ops@example.org\"]\n\
             tls = \"starttls\"\nca = \"relay-ca.pem\"\nuser = \"muster\"\npassword_file = \"password\""
        );
        let (report, said) = tell(&folder.0, &receiver);
        assert_eq!(report, "it delivered=0 failed=1 dropped=0", "{said}");
        assert!(said.contains(expected), "{said}");
        let told = relay.join().unwrap();
        assert!(told.starts_with("EHLO localhost\r\nSTARTTLS\r\n"), "{told:?}");
        assert!(!told.contains("AUTH") && !told.contains("MAIL"), "{told:?}");
    }
}

/// A relay that answers STARTTLS so, and reads what comes then. Returns all that it was told.
fn converse(stream: &TcpStream, answer: &str) -> String {
    let mut to = stream;
    to.write_all(b"220 relay\r\n").unwrap();
    let mut told = Vec::new();
    let mut from = BufReader::new(stream);
    while from.read_until(b'\n', &mut told).is_ok_and(|count| count > 0) {
        let said = String::from_utf8_lossy(&told).into_owned();
        match said.lines().last() {
            Some(line) if line.starts_with("EHLO") => to.write_all(b"250 relay\r\n").unwrap(),
            Some(line) if line.starts_with("STARTTLS") => {
                to.write_all(answer.as_bytes()).unwrap();
                // What is no TLS ends it.
                if answer.ends_with("go on\r\n") {
                    let _ = to.write_all(b"nonsense\r\n");
                }
            }
            _ => break,
        }
    }
    String::from_utf8_lossy(&told).into_owned()
}
