use std::future::pending;
use std::io;
use std::time::{Duration, Instant};

use rpc::exec::Outcome;
use rpc::exec::item::{LONGEST, Stream};
use rpc::exec::life::Life;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::{mpsc, watch};

use super::guard::Guard;
use super::process::Process;
use crate::wire::{Command, Ended};

/// What has happened to a command.
enum Happened {
    /// Its process may have ended.
    End,
    /// So many bytes came, or none for ever.
    Read(Stream, io::Result<usize>),
    /// Its time has come.
    Due,
    /// Nobody wants to hear of it any more.
    Cancelled,
}

/// Runs a command. What it writes goes to `output`, and no faster than it is taken from there; when nobody takes it, it is thrown away. It ends at its
/// time limit, at its output limit, and when `cancel` becomes true, with all that is in its process group, and so it does when the agent dies.
///
/// What is decided is [`Life`]'s; here is only what happens.
pub(super) async fn run(
    command: &Command,
    guard: &Guard,
    output: mpsc::Sender<(Stream, Vec<u8>)>,
    cancel: &mut watch::Receiver<bool>,
) -> Ended {
    match started(command, guard, output, cancel).await {
        Ok(outcome) => outcome.into(),
        Err(why) => Ended::not_run(format!(
            "cannot run {}: {why}",
            command.argv.first().map_or("nothing", String::as_str)
        )),
    }
}

async fn started(
    command: &Command,
    guard: &Guard,
    output: mpsc::Sender<(Stream, Vec<u8>)>,
    cancel: &mut watch::Receiver<bool>,
) -> io::Result<Outcome> {
    let mut process = Process::spawn(&command.argv, guard)?;
    let began = Instant::now();
    let timeout = Duration::from_millis(command.timeout_ms);
    let mut life = Life::begin(Some(timeout), Some(command.limit), Duration::ZERO);
    let mut buffers = [const { Vec::new() }; 2];
    let mut cancelled = false;
    loop {
        let now = began.elapsed();
        for stream in Stream::BOTH {
            if process.has(stream) && life.wants(stream, now) == 0 {
                process.close(stream);
            }
        }
        if let Some(outcome) = life.outcome()
            && !Stream::BOTH.iter().any(|&stream| process.has(stream))
        {
            return Ok(outcome);
        }
        let due = life.until(now).map(|at| began + at);
        let has_ended = process.has_ended();
        // What nobody wants is read all the same: the process could not write on, and not end in order.
        let room = || async {
            if life.is_unwanted() || output.is_closed() {
                return None;
            }
            output.reserve().await.ok()
        };
        let (end, outputs) = process.parts();
        let [out, err] = outputs;
        let [out_buffer, err_buffer] = &mut buffers;
        let (happened, permit) = tokio::select! {
            ready = end.readable(), if !has_ended => {
                ready?.clear_ready();
                (Happened::End, None)
            }
            (read, permit) = read(out, out_buffer, room()) => (Happened::Read(Stream::Out, read), permit),
            (read, permit) = read(err, err_buffer, room()) => (Happened::Read(Stream::Err, read), permit),
            () = until(due) => (Happened::Due, None),
            _ = cancel.wait_for(|cancelled| *cancelled), if !cancelled => (Happened::Cancelled, None),
        };
        let now = began.elapsed();
        let signal = match happened {
            Happened::End => {
                if let Some((how, owed)) = process.ended()? {
                    life.ended(how, owed, now);
                }
                None
            }
            Happened::Read(stream, Ok(count)) if count > 0 => {
                let (passed, signal) = life.came(stream, count, now);
                if let Some(permit) = permit
                    && passed > 0
                {
                    permit.send((stream, buffers[stream as usize][..passed].to_vec()));
                }
                signal
            }
            Happened::Read(stream, _) => {
                process.close(stream);
                None
            }
            Happened::Due => life.due(now),
            Happened::Cancelled => {
                cancelled = true;
                life.over(now)
            }
        };
        if let Some(signal) = signal {
            process.signal(signal);
        }
    }
}

/// Reads once, when what comes can be passed on. Never returns if there is nothing to read from.
async fn read<P>(
    from: &mut Option<Receiver>,
    into: &mut Vec<u8>,
    room: impl Future<Output = Option<P>>,
) -> (io::Result<usize>, Option<P>) {
    let Some(from) = from else { return pending().await };
    // Not before there is something: whoever has the room keeps it from the other stream.
    if let Err(error) = from.readable().await {
        return (Err(error), None);
    }
    let permit = room.await;
    into.resize(LONGEST, 0);
    (from.read(into).await, permit)
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => pending().await,
    }
}

impl From<Outcome> for Ended {
    fn from(outcome: Outcome) -> Self {
        let (status, signal) = match outcome.how {
            daemon::process::How::Exited(status) => (Some(status), None),
            daemon::process::How::Killed(signal) => (None, Some(signal)),
        };
        Self {
            status,
            signal,
            timed_out: outcome.timed_out,
            cut: outcome.cut,
            why: None,
            ms: outcome.took.as_millis().try_into().unwrap_or(u64::MAX),
        }
    }
}
