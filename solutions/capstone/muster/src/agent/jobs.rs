use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rpc::exec::item::Stream;
use tokio::sync::{Semaphore, mpsc, watch};

use super::command;
use super::guard::Guard;
use super::uplink::{Told, Uplink};
use crate::wire::{self, Command, Done, Ended, Piece};

/// The commands that run or wait for their turn.
pub(super) struct Jobs {
    allowed: bool,
    turns: Semaphore,
    uplink: Uplink,
    guard: Guard,
    /// For each of them what tells it to end.
    under_way: Mutex<HashMap<u64, watch::Sender<bool>>>,
}

impl Jobs {
    /// Makes it, for so many commands at once, or for none.
    pub(super) fn new(allowed: bool, at_once: usize, uplink: Uplink, guard: Guard) -> Arc<Self> {
        Arc::new(Self {
            allowed,
            turns: Semaphore::new(at_once),
            uplink,
            guard,
            under_way: Mutex::default(),
        })
    }

    /// Begins a job. One that is under way already is not begun again.
    pub(super) fn begin(self: &Arc<Self>, job: u64, command: Command) {
        let cancel = match self.lock().entry(job) {
            Entry::Occupied(_) => return,
            Entry::Vacant(entry) => entry.insert(watch::Sender::new(false)).subscribe(),
        };
        let jobs = Arc::clone(self);
        tokio::spawn(async move {
            jobs.run(job, &command, cancel).await;
            jobs.lock().remove(&job);
        });
    }

    /// Tells a job to end, if there is one.
    pub(super) fn cancel(&self, job: u64) {
        if let Some(cancel) = self.lock().get(&job) {
            cancel.send_replace(true);
        }
    }

    /// Tells all of them to end.
    pub(super) fn kill_all(&self) {
        for cancel in self.lock().values() {
            cancel.send_replace(true);
        }
    }

    async fn run(&self, job: u64, command: &Command, mut cancel: watch::Receiver<bool>) {
        let ended = match self.allowed {
            false => Ended::not_run("commands are off here: commands = false in agent.toml"),
            true => {
                let turn = tokio::select! {
                    turn = self.turns.acquire() => turn,
                    _ = cancel.wait_for(|cancelled| *cancelled) => return,
                };
                let (output, pieces) = mpsc::channel(1);
                let passing = self.pass_on(job, pieces, cancel.clone());
                let (ended, ()) =
                    tokio::join!(command::run(command, &self.guard, output, &mut cancel), passing);
                drop(turn);
                ended
            }
        };
        let body = wire::write(&Done { job, ended });
        tokio::select! {
            _ = self.uplink.tell(wire::DONE, &body) => {}
            // Nobody wants to hear of it.
            _ = cancel.wait_for(|cancelled| *cancelled) => {}
        }
    }

    /// Passes on what a command writes, one piece after the other: the hub's answer is the right to send the next, and so an operator who does not read
    /// stops the command.
    async fn pass_on(
        &self,
        job: u64,
        mut pieces: mpsc::Receiver<(Stream, Vec<u8>)>,
        mut cancel: watch::Receiver<bool>,
    ) {
        let mut number = 0;
        while let Some((stream, bytes)) = pieces.recv().await {
            let body = Piece {
                job,
                number,
                stream,
                bytes: &bytes,
            }
            .encode();
            number += 1;
            let told = tokio::select! {
                told = self.uplink.tell(wire::OUTPUT, &body) => told,
                _ = cancel.wait_for(|cancelled| *cancelled) => Told::Unwanted,
            };
            if told == Told::Unwanted {
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, watch::Sender<bool>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
