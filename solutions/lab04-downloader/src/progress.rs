//! What people see: bars, and notes above them.

use std::io::{self, Write as _};

// region:polish
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{
    HumanDuration, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle,
};

use crate::spans::Span;
// endregion:polish
//~polish use crate::spans::Span;

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// Nothing but errors.
    Errors,
    /// Notes, too.
    Notes,
    /// Notes and bars.
    Bars,
}

/// Shows how far a download is.
#[derive(Debug)]
pub struct Progress {
    say: Say,
    // region:polish
    all: MultiProgress,
    bars: Mutex<Bars>,
    // endregion:polish
}

// region:polish

#[derive(Debug, Default)]
struct Bars {
    total: Option<ProgressBar>,
    parts: Vec<ProgressBar>,
}
// endregion:polish

impl Progress {
    /// Shows nothing yet.
    pub fn new(say: Say) -> Self {
        Self {
            say,
            // region:polish
            all: MultiProgress::new(),
            bars: Mutex::default(),
            // endregion:polish
        }
    }

    /// Says something, above the bars. Where standard error is closed or full, nobody is there to be told.
    pub fn note(&self, note: &str) {
        if self.say == Say::Errors {
            return;
        }
        let write = || {
            let _ = writeln!(io::stderr(), "downloader: {note}");
        };
        // region:polish
        self.all.suspend(write);
        // endregion:polish
        //~polish // Stage polish: not into the bars.
        //~polish write();
    }

    /// Begins: so many bytes are there already, of a length that may be known, and so many connections will fetch the rest.
    pub fn start(&self, have: u64, length: Option<u64>, connections: usize) {
        // region:polish
        self.stop();
        if self.say != Say::Bars {
            return;
        }
        let mut bars = self.bars();
        let style = |template: &str| {
            ProgressStyle::with_template(template)
                .expect("the template is a constant")
                .with_key("left", time_left)
                .progress_chars("=> ")
        };
        // Nobody sees how it jumps to what was there before: that did not come now, and is no part of the rate.
        let total = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
        total.set_style(style(if length.is_some() { TOTAL } else { UNKNOWN }));
        total.set_position(have);
        total.tick();
        total.reset_eta();
        let total = self.all.add(total);
        // The rate falls also when nothing comes.
        total.enable_steady_tick(Duration::from_millis(250));
        bars.total = Some(total);
        if length.is_some() && connections > 1 {
            let part = |_| self.all.add(ProgressBar::new(0).with_style(style(PART)));
            bars.parts = (0..connections).map(part).collect();
        }
        //~ // Stage polish: one bar for all, and one for each connection.
        //~ let _ = (have, length, connections);
        // endregion:polish
    }

    /// Notes what a connection fetches now: what is left of a part, which others may have made shorter.
    pub fn part(&self, connection: usize, left: Span) {
        // region:polish
        if self.say == Say::Bars
            && let Some(bar) = self.bars().parts.get(connection)
        {
            bar.set_length(left.len());
            bar.set_position(0);
            bar.set_message(left.to_string());
        }
        //~ let _ = (connection, left);
        // endregion:polish
    }

    /// Notes that bytes have come, and what is left of the part.
    pub fn came(&self, connection: usize, bytes: u64, left: u64) {
        // region:polish
        if self.say != Say::Bars {
            return;
        }
        let bars = self.bars();
        if let Some(total) = &bars.total {
            total.inc(bytes);
        }
        if let Some(bar) = bars.parts.get(connection) {
            bar.inc(bytes);
            bar.set_length(bar.position() + left);
        }
        //~ let _ = (connection, bytes, left);
        // endregion:polish
    }

    /// Takes the bars away.
    pub fn stop(&self) {
        // region:polish
        let mut bars = self.bars();
        for bar in bars.total.take().into_iter().chain(bars.parts.drain(..)) {
            bar.finish_and_clear();
            self.all.remove(&bar);
        }
        // endregion:polish
    }

    // region:polish

    fn bars(&self) -> MutexGuard<'_, Bars> {
        self.bars.lock().unwrap_or_else(PoisonError::into_inner)
    }
    // endregion:polish
}

// region:polish
const TOTAL: &str = "{wide_bar} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}{left}";
const UNKNOWN: &str = "{spinner} {binary_bytes}, {binary_bytes_per_sec}";
const PART: &str = "{msg:>23} {wide_bar} {binary_bytes} of {binary_total_bytes}";

/// Writes how long it will still take, or nothing where nothing comes: of less than a byte a second there is no honest number.
fn time_left(state: &ProgressState, w: &mut dyn fmt::Write) {
    if state.per_sec() >= 1.0 {
        // It writes into memory.
        let _ = write!(w, ", {:#} left", HumanDuration(state.eta()));
    }
}
// endregion:polish
