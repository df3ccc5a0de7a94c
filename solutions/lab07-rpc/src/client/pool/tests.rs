//! Pools against servers that do what their names say.

// region:pool
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::*;
use crate::frame::{self, Decoder, Kind, LEAST_LIMIT};
use crate::message::Hello;

/// What a server does with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Replies with its own address.
    Answers,
    /// Has too much to do.
    IsBusy,
    /// Hangs up when a call has come.
    HangsUp,
    /// Accepts, and says nothing at all.
    IsSilent,
}

/// A server that ends with its value.
struct Server {
    address: String,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(habit: Habit) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), habit).await
    }

    async fn start_at(address: SocketAddr, habit: Habit) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let name = address.clone();
        let task = tokio::spawn(async move {
            // The connections end with the listener.
            let mut sessions = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                sessions.spawn(session(stream, habit, name.clone()));
            }
        });
        Self { address, task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn session(mut stream: TcpStream, habit: Habit, name: String) {
    let mut decoder = Decoder::new(LEAST_LIMIT);
    loop {
        let count = stream.read(decoder.room()).await.unwrap_or(0);
        if count == 0 {
            return;
        }
        decoder.came(count);
        let mut out = Vec::new();
        while let Some(frame) = decoder.next().unwrap() {
            let id = frame.header.id;
            match (habit, frame.header.kind) {
                (Habit::IsSilent, _) => {}
                (_, Kind::Hello) => frame::append(&mut out, Kind::Hello, 0, 0, |out| {
                    let hello = Hello {
                        max_payload: LEAST_LIMIT,
                        ping_ms: 0,
                    };
                    hello.encode(out);
                }),
                (Habit::HangsUp, _) => return,
                (Habit::IsBusy, _) => frame::append(&mut out, Kind::Error, 0, id, |out| {
                    Failure::new(Code::OVERLOADED, "busy").encode(out);
                }),
                (Habit::Answers, _) => frame::append(&mut out, Kind::Reply, 0, id, |out| {
                    out.extend_from_slice(name.as_bytes());
                }),
            }
        }
        stream.write_all(&out).await.unwrap();
    }
}

fn run<F: Future>(test: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let limit = Duration::from_secs(20);
    runtime.block_on(async {
        timeout_at((Instant::now() + limit).into(), test)
            .await
            .expect("it hangs")
    })
}

const REQUEST: Request<'_> = Request {
    method: "who",
    body: b"",
    key: None,
    timeout: Some(Duration::from_secs(10)),
};

/// An address at which nobody listens.
async fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().to_string()
}

/// Waits until each of the members is up or down.
async fn settled(pool: &Pool) {
    let mut changes = pool.inner.changes.subscribe();
    while pool
        .inner
        .members
        .iter()
        .any(|member| member.candidate() == Candidate::New)
    {
        changes.changed().await.unwrap();
    }
}

#[test]
fn equals_take_turns() {
    run(async {
        let servers = [
            Server::start(Habit::Answers).await,
            Server::start(Habit::Answers).await,
        ];
        let pool = Pool::new(
            &servers.each_ref().map(|server| &*server.address),
            Settings::default(),
        );
        settled(&pool).await;
        let (first, second) = (
            pool.call(REQUEST).await.unwrap(),
            pool.call(REQUEST).await.unwrap(),
        );
        assert_eq!(first.peer.as_bytes(), first.body);
        assert_ne!(first.peer, second.peer);
    });
}

#[test]
fn what_was_not_run_goes_elsewhere() {
    run(async {
        let good = Server::start(Habit::Answers).await;
        let busy = Server::start(Habit::IsBusy).await;
        let pool = Pool::new(
            &[&nobody().await, &busy.address, &good.address],
            Settings::default(),
        );
        settled(&pool).await;
        for _ in 0..6 {
            assert_eq!(*pool.call(REQUEST).await.unwrap().peer, *good.address);
        }
    });
}

#[test]
fn what_nobody_runs_fails_as_the_last_one_said() {
    run(async {
        let busy = [
            Server::start(Habit::IsBusy).await,
            Server::start(Habit::IsBusy).await,
        ];
        let pool = Pool::new(
            &busy.each_ref().map(|server| &*server.address),
            Settings::default(),
        );
        let failed = pool.call(REQUEST).await.unwrap_err();
        assert_eq!(failed.error.code(), Some(Code::OVERLOADED));
        let pool = Pool::new(&[nobody().await], Settings::default());
        let failed = pool.call(REQUEST).await.unwrap_err();
        assert!(matches!(failed.error, Error::Connect { .. }), "{failed:?}");
        assert!(failed.peer.is_some());
    });
}

#[test]
fn what_may_have_been_run_is_run_again_only_if_that_is_wanted() {
    run(async {
        let rude = Server::start(Habit::HangsUp).await;
        let pool = Pool::new(&[&rude.address], Settings::default());
        let failed = pool.call(REQUEST).await.unwrap_err();
        assert!(
            matches!(failed.error, Error::Lost { sent: true, .. }),
            "{failed:?}"
        );

        let good = Server::start(Habit::Answers).await;
        let retry = Retry::MayRunTwice;
        let settings = Settings {
            retry,
            ..Settings::default()
        };
        let pool = Pool::new(&[&rude.address, &good.address], settings);
        settled(&pool).await;
        for _ in 0..2 {
            assert_eq!(*pool.call(REQUEST).await.unwrap().peer, *good.address);
        }
    });
}

#[test]
fn a_server_that_comes_back_is_found_again() {
    run(async {
        let server = Server::start(Habit::Answers).await;
        let address = server.address.clone();
        let retry = Retry::MayRunTwice;
        let pool = Pool::new(
            &[&address],
            Settings {
                retry,
                ..Settings::default()
            },
        );
        pool.call(REQUEST).await.unwrap();
        let mut changes = pool.inner.changes.subscribe();
        drop(server);
        while pool.inner.members[0].candidate() != Candidate::Down {
            changes.changed().await.unwrap();
        }
        let call = pool.call(REQUEST);
        let back = async {
            let _server = Server::start_at(address.parse().unwrap(), Habit::Answers).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            answer = call => assert_eq!(*answer.unwrap().peer, *address),
            () = back => unreachable!(),
        }
    });
}

#[test]
fn a_key_finds_the_same_server_each_time_and_another_when_that_is_gone() {
    run(async {
        let mut servers = Vec::new();
        for _ in 0..3 {
            servers.push(Server::start(Habit::Answers).await);
        }
        let addresses: Vec<_> = servers.iter().map(|server| server.address.clone()).collect();
        let route = Route::Key;
        let pool = Pool::new(
            &addresses,
            Settings {
                route,
                ..Settings::default()
            },
        );
        settled(&pool).await;
        let who = async |key: &str| {
            let key = Some(key.as_bytes());
            pool.call(Request { key, ..REQUEST }).await.unwrap().peer
        };
        let owner = who("key").await;
        for _ in 0..5 {
            assert_eq!(who("key").await, owner);
        }
        let ring = Ring::new(&addresses, POINTS);
        let at = ring.owner(b"key").unwrap();
        assert_eq!(*owner, *addresses[at]);
        let mut changes = pool.inner.changes.subscribe();
        servers.remove(at);
        while pool.inner.members[at].candidate() != Candidate::Down {
            changes.changed().await.unwrap();
        }
        let next = ring.place(b"key", |node| node != at).unwrap();
        assert_eq!(*who("key").await, *addresses[next]);
    });
}

#[test]
fn to_wait_for_a_connection_takes_time_from_the_call() {
    run(async {
        let silent = Server::start(Habit::IsSilent).await;
        let pool = Pool::new(&[&silent.address], Settings::default());
        let timeout = Some(Duration::from_millis(30));
        let failed = pool.call(Request { timeout, ..REQUEST }).await.unwrap_err();
        assert_eq!(failed.error.to_string(), "deadline (3): not done within 30 ms");
        assert_eq!(failed.peer, None);
    });
}
// endregion:pool
