//! A node_exporter over this host, for the examples of this suite.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};

/// A node_exporter, which ends with its value.
#[derive(Debug)]
pub(crate) struct Peer {
    child: Child,
    address: String,
    /// It ends when nobody can read what it says.
    log: BufReader<ChildStderr>,
}

impl Peer {
    /// Starts it with the collectors whose numbers `collect` has too.
    pub(crate) fn start() -> io::Result<Peer> {
        let collectors = [
            "cpu",
            "stat",
            "vmstat",
            "diskstats",
            "loadavg",
            "meminfo",
            "netdev",
            "pressure",
            "processes",
            "sockstat",
            "filesystem",
            "tcpstat",
        ];
        let child = Command::new("prometheus-node-exporter")
            .args([
                "--web.listen-address=127.0.0.1:0",
                "--collector.disable-defaults",
                "--no-collector.netdev.netlink",
                "--collector.netdev.device-exclude=^$",
            ])
            .args(collectors.map(|name| format!("--collector.{name}")))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child =
            child.map_err(|error| io::Error::other(format!("prometheus-node-exporter: {error}")))?;
        let Some(log) = child.stderr.take() else {
            return Err(io::Error::other("prometheus-node-exporter: no standard error"));
        };
        let mut peer = Peer {
            child,
            address: String::new(),
            log: BufReader::new(log),
        };
        let mut line = String::new();
        while peer.log.read_line(&mut line)? > 0 {
            if let Some((_, address)) = line.rsplit_once("address=")
                && line.contains("\"Listening on\"")
            {
                address.trim().clone_into(&mut peer.address);
                return Ok(peer);
            }
            line.clear();
        }
        Err(io::Error::other("prometheus-node-exporter has ended"))
    }

    /// Asks for its page.
    pub(crate) fn ask(&mut self) -> io::Result<String> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        Ok(text)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
