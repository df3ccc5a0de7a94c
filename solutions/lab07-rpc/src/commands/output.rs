//! Lines for standard output, from tasks that must not wait for it.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How many bytes may wait before who has a line waits, too. A line that is longer waits until nothing else does.
const MOST: usize = 1 << 20;

/// A thread that writes lines. Connections are kept alive by tasks while it waits for whoever reads its output.
pub(crate) struct Output {
    thread: JoinHandle<io::Result<()>>,
    lines: Lines,
}

/// Takes lines.
#[derive(Clone)]
pub(crate) struct Lines {
    sender: UnboundedSender<Vec<u8>>,
    /// A permit for each byte that may still wait.
    room: Arc<Semaphore>,
}

/// Nobody reads the output any more.
pub(crate) struct Unread;

impl Output {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let (sender, receiver) = unbounded_channel();
        let room = Arc::new(Semaphore::new(MOST));
        let theirs = Arc::clone(&room);
        let thread = thread::spawn(move || {
            let written = write(receiver, &theirs);
            theirs.close();
            written
        });
        Self {
            thread,
            lines: Lines { sender, room },
        }
    }

    /// Returns what takes lines.
    pub(crate) fn lines(&self) -> Lines {
        self.lines.clone()
    }

    /// Waits until all lines are written; all others that take lines must be gone.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn finish(self) -> io::Result<()> {
        drop(self.lines);
        self.thread.join().unwrap_or(Ok(()))
    }
}

impl Lines {
    /// Waits until there is room for a line, which has its end.
    ///
    /// # Errors
    /// [`Unread`] when one could not be written.
    pub(crate) async fn send(&self, line: Vec<u8>) -> Result<(), Unread> {
        let room = self.room.acquire_many(cost(&line)).await.map_err(|_| Unread)?;
        // The thread gives it back when the line is written.
        room.forget();
        self.sender.send(line).map_err(|_| Unread)
    }
}

fn cost(line: &[u8]) -> u32 {
    line.len().min(MOST) as u32
}

fn write(mut lines: UnboundedReceiver<Vec<u8>>, room: &Semaphore) -> io::Result<()> {
    let mut out = io::stdout().lock();
    while let Some(mut batch) = lines.blocking_recv() {
        let mut costs = cost(&batch) as usize;
        // Who waits for a line gets it at once; who is slow gets many in one write.
        while let Ok(line) = lines.try_recv() {
            costs += cost(&line) as usize;
            batch.extend_from_slice(&line);
        }
        out.write_all(&batch)?;
        out.flush()?;
        room.add_permits(costs);
    }
    Ok(())
}
