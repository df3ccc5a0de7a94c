//! What a server says of itself, over a connection of its own.

use std::time::{Duration, Instant};

use serde_json::Value;
use support::Case;

use super::PATIENCE;
use super::socket::Wire;
use super::subject::Server;

/// Asks a server for its `stats`.
pub(crate) struct Probe {
    wire: Wire,
    id: u64,
}

impl Probe {
    /// Connects to `server`, which counts this connection too.
    pub(crate) fn of(case: &mut Case, server: &mut Server) -> Self {
        Self {
            wire: server.greeted(case),
            id: 0,
        }
    }

    /// Asks once, for one of the numbers.
    pub(crate) fn ask(&mut self, case: &mut Case, server: &mut Server, name: &str) -> i64 {
        self.id += 1;
        let stats = server.ask(case, &mut self.wire, self.id, "stats", "");
        let number = serde_json::from_str(&stats)
            .ok()
            .and_then(|stats: Value| stats[name].as_i64());
        let what = format!("a number `{name}` in the answer to stats");
        server.expect(case, number.is_some(), &what, &stats);
        number.unwrap_or_default()
    }

    /// Asks until the number is `expected`, and for as long as anything is waited for.
    pub(crate) fn wait_for(&mut self, case: &mut Case, server: &mut Server, name: &str, expected: i64) {
        let since = Instant::now();
        loop {
            let number = self.ask(case, server, name);
            if number == expected {
                return;
            }
            let late = since.elapsed() > PATIENCE;
            let what = format!("`{name}` in the answer to stats to become {expected}");
            server.expect(case, !late, &what, format!("it is {number}"));
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
