//! The pages, and samples that come while they are served.

use std::fs;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use dashboard::{Board, Settings, State};
use store::{Appended, Batch, Store, Writer};
use tokio::signal::unix::{SignalKind, signal};

use super::samples::Batches;

/// How long a batch waits when the store has too many already.
const REST: Duration = Duration::from_millis(2);

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(
    db: &Path,
    listen: SocketAddr,
    token_file: &Path,
    users: Option<&Path>,
    interval: Duration,
) -> anyhow::Result<()> {
    let text = fs::read_to_string(token_file).with_context(|| token_file.display().to_string())?;
    let token = text.lines().next().unwrap_or_default().trim().to_owned();
    let settings = Settings { token, interval };
    // Also what is written down when something is wrong must not hold the token.
    eprintln!("dashboard: {settings:?}");
    let store = Store::open(db)?;
    let state = State::new(db, settings)?;
    if let Some(users) = users {
        state.users().follow(users)?;
    }
    let (told, shown) = mpsc::channel();
    let mut feed = state.feed();
    let writer = Writer::start(store, move |committed| {
        feed(committed);
        // Nobody listens any more when the server ends.
        let _ = told.send(());
    })?;
    let listener = TcpListener::bind(listen).with_context(|| listen.to_string())?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut signals = {
        let _entered = runtime.enter();
        [SignalKind::terminate(), SignalKind::interrupt()]
            .map(signal)
            .into_iter()
            .collect::<io::Result<Vec<_>>>()?
    };
    let (ending, ended) = tokio::sync::oneshot::channel::<()>();
    let server = thread::spawn({
        let state = state.clone();
        move || {
            // Dropped when it ends, however it does.
            let _ending = ending;
            dashboard::serve(listener, state)
        }
    });
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {address}")?;
    out.flush()?;
    drop(out);
    let (hand, board) = (writer.clone(), state.board());
    // Nobody waits for it: it may read for ever.
    thread::spawn(move || {
        if let Err(why) = take(&hand, &board, &shown) {
            eprintln!("dashboard: {why:#}");
        }
    });
    runtime.block_on(async {
        let [first, second] = &mut signals[..] else { return };
        tokio::select! {
            _ = first.recv() => {}
            _ = second.recv() => {}
            // It ends by itself only if the system does not let it serve.
            _ = ended => {}
        }
    });
    state.stop();
    let ended = server.join().map_err(|_| anyhow!("the server has panicked"))?;
    writer.stop();
    Ok(ended?)
}

/// Stores what comes from standard input, and says what became of it when it is shown.
fn take(writer: &Writer, board: &Board, shown: &mpsc::Receiver<()>) -> anyhow::Result<()> {
    for piece in Batches::new(io::stdin().lock()) {
        let piece = piece?;
        if let Some(alarms) = piece.alarms {
            board.show(alarms);
        }
        let mut sum = Appended::default();
        let (done, results) = mpsc::channel();
        let count = piece.batches.len();
        for batch in piece.batches {
            queue(writer, &batch, &done)?;
        }
        for result in results.iter().take(count) {
            match result {
                Ok(appended) => sum += appended,
                Err(why) => bail!("{why}"),
            }
        }
        shown.iter().take(count).for_each(drop);
        let Appended {
            stored,
            repeated,
            refused,
        } = sum;
        let mut out = io::stdout().lock();
        writeln!(out, "{stored} stored, {repeated} repeated, {refused} refused")?;
        out.flush()?;
    }
    Ok(())
}

type Results = mpsc::Sender<Result<Appended, String>>;

/// Hands a batch to the writer, which has room sooner or later.
fn queue(writer: &Writer, batch: &Batch, done: &Results) -> anyhow::Result<()> {
    loop {
        let done = done.clone();
        let told = writer.append(batch.clone(), move |result| {
            // Whoever asked is waiting for it.
            let _ = done.send(result.map_err(|why| why.to_string()));
        });
        match told {
            Err(store::Error::Busy { .. }) => thread::sleep(REST),
            other => return Ok(other?),
        }
    }
}
