//! What `stats` tells.

use std::fmt::Display;
use std::io::Write as _;
use std::sync::atomic::Ordering::Relaxed;

use super::service::Memcached;
use super::store::Counters;
use crate::service::Reply;

/// Lines of `STAT NAME VALUE`.
struct Stats<'a, 'b>(&'a mut Reply<'b>);

impl Stats<'_, '_> {
    fn line(&mut self, name: &str, value: impl Display) {
        // Memory does not fail.
        let _ = write!(self.0, "STAT {name} {value}\r\n");
    }
}

/// What all stores have together.
#[derive(Default)]
struct Sums {
    counters: Counters,
    items: u64,
    used: u64,
}

impl Memcached {
    /// Tells numbers, or sets them back.
    pub(super) fn report(&self, about: &[u8], reply: &mut Reply<'_>) {
        let mut stats = Stats(reply);
        match about {
            b"" => self.general(&mut stats),
            b"settings" => self.told(&mut stats),
            b"items" => self.items(&mut stats),
            b"slabs" => self.slabs(&mut stats),
            b"reset" => {
                for mut store in self.shards.each() {
                    store.counters = Counters::default();
                }
                self.connected.store(0, Relaxed);
                return reply.push(b"RESET\r\n");
            }
            _ => return reply.push(b"ERROR\r\n"),
        }
        reply.push(b"END\r\n");
    }

    fn general(&self, stats: &mut Stats<'_, '_>) {
        let sums = self.sums();
        stats.line("pid", std::process::id());
        stats.line("uptime", self.clock.uptime());
        stats.line("time", self.clock.now());
        stats.line("version", super::VERSION);
        stats.line("pointer_size", usize::BITS);
        stats.line("curr_connections", self.connections.load(Relaxed));
        stats.line("total_connections", self.connected.load(Relaxed));
        for (name, value) in sums.counters.list() {
            stats.line(name, value);
        }
        stats.line("limit_maxbytes", self.settings.memory);
        stats.line("threads", self.settings.threads);
        stats.line("bytes", sums.used);
        stats.line("curr_items", sums.items);
    }

    fn told(&self, stats: &mut Stats<'_, '_>) {
        stats.line("maxbytes", self.settings.memory);
        stats.line("verbosity", 0);
        stats.line("evictions", "on");
        stats.line("num_threads", self.settings.threads);
        stats.line("cas_enabled", "yes");
        stats.line("item_size_max", self.settings.max_item);
    }

    /// There is one class of items here, so it has the number 1. As in memcached, an empty class has no lines.
    fn items(&self, stats: &mut Stats<'_, '_>) {
        let sums = self.sums();
        if sums.items > 0 {
            stats.line("items:1:number", sums.items);
            stats.line("items:1:mem_requested", sums.used);
            stats.line("items:1:evicted", sums.counters.evictions);
            stats.line("items:1:outofmemory", sums.counters.store_no_memory);
        }
    }

    fn slabs(&self, stats: &mut Stats<'_, '_>) {
        let sums = self.sums();
        if sums.items > 0 {
            stats.line("1:used_chunks", sums.items);
            stats.line("1:get_hits", sums.counters.get_hits);
            stats.line("1:cmd_set", sums.counters.cmd_set);
        }
        stats.line("active_slabs", u8::from(sums.items > 0));
        stats.line("total_malloced", sums.used);
    }

    fn sums(&self) -> Sums {
        todo!("cache: One store after the other; no two are locked at the same time.")
    }
}
