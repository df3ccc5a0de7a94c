//! Lines for standard output, from tasks that must not wait for it.

use std::io::{self, Write as _};
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How many lines may wait before who has one waits, too.
const MOST: usize = 256;

/// A thread that writes lines. Connections are kept alive by tasks while it waits for whoever reads its output.
pub(crate) struct Output {
    thread: JoinHandle<io::Result<()>>,
    lines: Sender<Vec<u8>>,
}

impl Output {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let (lines, receiver) = channel(MOST);
        Self {
            thread: thread::spawn(move || write(receiver)),
            lines,
        }
    }

    /// Returns what takes lines, each with its end. It takes none any more when one could not be written.
    pub(crate) fn lines(&self) -> Sender<Vec<u8>> {
        self.lines.clone()
    }

    /// Waits until all lines are written; all other senders must be gone.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn finish(self) -> io::Result<()> {
        drop(self.lines);
        self.thread.join().unwrap_or(Ok(()))
    }
}

fn write(mut lines: Receiver<Vec<u8>>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut batch = Vec::new();
    while let Some(line) = lines.blocking_recv() {
        batch.extend_from_slice(&line);
        // Who waits for a line gets it at once; who is slow gets many in one write.
        while let Ok(line) = lines.try_recv() {
            batch.extend_from_slice(&line);
        }
        out.write_all(&batch)?;
        out.flush()?;
        batch.clear();
    }
    Ok(())
}
