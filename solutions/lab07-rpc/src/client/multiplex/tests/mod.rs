//! The client against a server that does what a test says, over a pipe in memory.

// region:multiplex
mod calls;
mod ends;
mod streams;

use std::future::poll_fn;
use std::pin::pin;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::*;
use crate::Code;
use crate::frame::{self, Decoder, Kind, LAST};
use crate::message::{Call, Credit, Failure, GoAway, Hello, Push};

/// The server's side.
struct Peer {
    stream: DuplexStream,
    decoder: Decoder,
}

/// A frame that came: kind, flags, id and payload.
type Came = (Kind, u16, u64, Vec<u8>);

impl Peer {
    /// Takes the next frame; `None` is the end.
    async fn next(&mut self) -> Option<Came> {
        loop {
            if let Some(frame) = self.decoder.next().unwrap() {
                let header = frame.header;
                return Some((header.kind, header.flags, header.id, frame.payload.to_vec()));
            }
            let count = self.stream.read(self.decoder.room()).await.unwrap();
            if count == 0 {
                return None;
            }
            self.decoder.came(count);
        }
    }

    /// Takes the next frame, which must be a call of this method. Returns its id and its body.
    async fn call(&mut self, method: &str) -> (u64, Vec<u8>) {
        let (kind, _, id, payload) = self.next().await.unwrap();
        assert_eq!(kind, Kind::Call);
        let call = Call::decode(&payload).unwrap();
        assert_eq!(call.method, method);
        (id, call.body.to_vec())
    }

    /// Takes the next frame, which must be of this kind and of this call.
    async fn expect(&mut self, kind: Kind, id: u64) -> Vec<u8> {
        let (came, _, of, payload) = self.next().await.unwrap();
        assert_eq!((came, of), (kind, id));
        payload
    }

    async fn send(&mut self, kind: Kind, id: u64, payload: &[u8]) {
        let mut bytes = Vec::new();
        frame::append(&mut bytes, kind, 0, id, |out| out.extend_from_slice(payload));
        self.stream.write_all(&bytes).await.unwrap();
    }

    async fn hello(&mut self, max_payload: u32) {
        let mut payload = Vec::new();
        let hello = Hello {
            max_payload,
            ping_ms: 0,
        };
        hello.encode(&mut payload);
        self.send(Kind::Hello, 0, &payload).await;
    }

    async fn fail(&mut self, id: u64, code: Code) {
        let mut payload = Vec::new();
        Failure::new(code, "because").encode(&mut payload);
        self.send(Kind::Error, id, &payload).await;
    }

    async fn go_away(&mut self, last: u64) {
        let mut payload = Vec::new();
        let reason = "shutting down";
        GoAway { last, reason }.encode(&mut payload);
        self.send(Kind::GoAway, 0, &payload).await;
    }
}

fn run<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let limit = Duration::from_secs(20);
    runtime.block_on(async { tokio::time::timeout(limit, test).await.expect("it hangs") })
}

fn options() -> Options {
    Options {
        timeout: None,
        ping: None,
        ..Options::default()
    }
}

/// A client and its server, over a pipe that holds so many bytes. The client's HELLO has come.
async fn pair(holds: usize, options: &Options) -> (Multiplex, Peer) {
    let (near, far) = duplex(holds);
    let client = Multiplex::over(near, options);
    let mut peer = Peer {
        stream: far,
        decoder: Decoder::new(1 << 20),
    };
    assert_eq!(peer.next().await.unwrap().0, Kind::Hello);
    (client, peer)
}

/// As [`pair`], and the server has answered HELLO.
async fn ready_pair(options: &Options) -> (Multiplex, Peer) {
    let (client, mut peer) = pair(1 << 20, options).await;
    peer.hello(1 << 20).await;
    client.ready().await.unwrap();
    (client, peer)
}

/// Polls a future once.
async fn begin<F: Future + Unpin>(future: &mut F) {
    poll_fn(|context| {
        assert!(pin!(&mut *future).poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}
// endregion:multiplex
