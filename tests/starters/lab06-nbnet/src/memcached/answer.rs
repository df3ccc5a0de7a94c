//! What commands do, and what clients are told.

use super::protocol::{Command, Get, Keep, Request, Verb, Way, Words};
use super::service::{Left, Memcached, Next, Session};
use super::store::{Counters, Item, Outcome, Uncountable, Value, expiry};
use crate::service::Reply;

/// The most digits of a number of 64 bits.
const DIGITS: usize = 20;

/// Where answers go, or nowhere.
struct Voice<'a, 'b> {
    reply: &'a mut Reply<'b>,
    quiet: bool,
}

impl Voice<'_, '_> {
    /// Says a line.
    fn say(&mut self, line: &str) {
        if !self.quiet {
            self.reply.push(line.as_bytes());
            self.reply.push(b"\r\n");
        }
    }
}

impl Memcached {
    /// Does what a request says. `body` is the value with its `\r\n`, or empty.
    #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn answer(
        &self,
        request: &Request<'_>,
        body: &[u8],
        session: &mut Session,
        reply: &mut Reply<'_>,
    ) -> Next {
        let mut voice = Voice {
            reply,
            quiet: request.noreply,
        };
        let command = match &request.command {
            Ok(command) => command,
            Err(refusal) => {
                voice.say(refusal.answer());
                return Next::Done;
            }
        };
        let now = self.clock.now();
        match command {
            Command::Get(get) => return self.get(get, now, session, voice.reply),
            Command::Keep(keep) => voice.say(self.keep(keep, body, now)),
            Command::Delete { key } => voice.say(self.delete(key, now)),
            Command::Count { key, way, by } => self.count(key, *way, *by, now, &mut voice),
            Command::Touch { key, exptime } => voice.say(self.touch(key, *exptime, now)),
            Command::Flush { exptime } => voice.say(self.flush(*exptime, now)),
            Command::Stats { about } => self.report(about, voice.reply),
            Command::Verbosity => voice.say("OK"),
            Command::Version => voice.say(&format!("VERSION {}", super::VERSION)),
            Command::Quit => return Next::Last,
        }
        Next::Done
    }

    /// Tells values as long as there is room for them, and `END` behind the last one; whether that was all.
    pub(super) fn tell(
        &self,
        keys: &mut Words<'_>,
        unique: bool,
        expires: Option<i64>,
        reply: &mut Reply<'_>,
    ) -> bool {
        let now = self.clock.now();
        while reply.room() > 0 {
            let Some(key) = keys.next() else {
                reply.push(b"END\r\n");
                return true;
            };
            let (mut store, name) = self.shards.lock(key);
            if let Some(expires) = expires {
                // It is told first: what is touched may be gone at once, and memcached tells it a last time.
                if let Some(item) = store.get(name, now) {
                    value(item, unique, reply);
                }
                let found = store.touch(name, expires, now);
                touched(&mut store.counters, found);
                continue;
            }
            store.counters.cmd_get += 1;
            if let Some(item) = store.get(name, now) {
                value(item, unique, reply);
                store.counters.get_hits += 1;
            } else {
                store.counters.get_misses += 1;
            }
        }
        false
    }

    /// Refuses a value that is longer than one may be. What was kept under the key is not what the client believes: it goes.
    #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn too_large(&self, keep: &Keep<'_>, noreply: bool, reply: &mut Reply<'_>) {
        let (mut store, name) = self.shards.lock(keep.key);
        store.counters.store_too_large += 1;
        if keep.verb == Verb::Set {
            store.delete(name, self.clock.now());
        }
        let quiet = noreply;
        Voice { reply, quiet }.say("SERVER_ERROR object too large for cache");
    }

    fn get(&self, get: &Get<'_>, now: i64, session: &mut Session, reply: &mut Reply<'_>) -> Next {
        let expires = get.exptime.map(|exptime| expiry(exptime, now));
        let mut keys = get.keys.clone();
        if self.tell(&mut keys, get.unique, expires, reply) {
            return Next::Done;
        }
        session.left = Some(Left {
            keys: keys.rest().to_vec(),
            at: 0,
            unique: get.unique,
            expires,
        });
        Next::More
    }

    fn keep(&self, keep: &Keep<'_>, body: &[u8], now: i64) -> &'static str {
        let (mut store, name) = self.shards.lock(keep.key);
        store.counters.cmd_set += 1;
        let Some(bytes) = body.strip_suffix(b"\r\n") else {
            return "CLIENT_ERROR bad data chunk";
        };
        let value = Value {
            bytes,
            flags: keep.flags,
            expires: expiry(keep.exptime, now),
        };
        let outcome = store.keep(keep, name, value, now);
        if let Verb::Cas(_) = keep.verb {
            match outcome {
                Outcome::Stored => store.counters.cas_hits += 1,
                Outcome::Exists => store.counters.cas_badval += 1,
                _ => store.counters.cas_misses += 1,
            }
        }
        match outcome {
            Outcome::Stored => "STORED",
            Outcome::NotStored => "NOT_STORED",
            Outcome::Exists => "EXISTS",
            Outcome::NotFound => "NOT_FOUND",
            Outcome::NoMemory => {
                store.counters.store_no_memory += 1;
                "SERVER_ERROR out of memory storing object"
            }
        }
    }

    fn delete(&self, key: &[u8], now: i64) -> &'static str {
        let (mut store, name) = self.shards.lock(key);
        if store.delete(name, now) {
            store.counters.delete_hits += 1;
            "DELETED"
        } else {
            store.counters.delete_misses += 1;
            "NOT_FOUND"
        }
    }

    fn count(&self, key: &[u8], way: Way, by: u64, now: i64, voice: &mut Voice<'_, '_>) {
        let (mut store, name) = self.shards.lock(key);
        let result = store.count(name, way, by, now);
        let counters = &mut store.counters;
        let (hits, misses) = match way {
            Way::Up => (&mut counters.incr_hits, &mut counters.incr_misses),
            Way::Down => (&mut counters.decr_hits, &mut counters.decr_misses),
        };
        match result {
            Ok(number) => {
                *hits += 1;
                if !voice.quiet {
                    push_number(number, voice.reply);
                    voice.reply.push(b"\r\n");
                }
            }
            Err(Uncountable::NotFound) => {
                *misses += 1;
                voice.say("NOT_FOUND");
            }
            Err(Uncountable::NotNumeric) => {
                voice.say("CLIENT_ERROR cannot increment or decrement non-numeric value");
            }
            Err(Uncountable::NoMemory) => voice.say("SERVER_ERROR out of memory in incr"),
        }
    }

    fn touch(&self, key: &[u8], exptime: i64, now: i64) -> &'static str {
        let (mut store, name) = self.shards.lock(key);
        let found = store.touch(name, expiry(exptime, now), now);
        touched(&mut store.counters, found);
        if found { "TOUCHED" } else { "NOT_FOUND" }
    }

    fn flush(&self, exptime: i64, now: i64) -> &'static str {
        let at = if exptime > 0 { expiry(exptime, now) } else { now };
        for (index, mut store) in self.shards.each().enumerate() {
            store.flush(at, now);
            // The command is counted once, whatever the number of stores.
            store.counters.cmd_flush += u64::from(index == 0);
        }
        "OK"
    }
}

fn touched(counters: &mut Counters, found: bool) {
    counters.cmd_touch += 1;
    if found {
        counters.touch_hits += 1;
    } else {
        counters.touch_misses += 1;
    }
}

/// Tells a value: `VALUE KEY FLAGS BYTES [UNIQUE]`, and in a line of its own what was kept.
#[inline]
fn value(item: &Item, unique: bool, reply: &mut Reply<'_>) {
    reply.push(b"VALUE ");
    reply.push(item.key());
    reply.push(b" ");
    push_number(item.flags().into(), reply);
    reply.push(b" ");
    push_number(item.value().len() as u64, reply);
    if unique {
        reply.push(b" ");
        push_number(item.unique(), reply);
    }
    reply.push(b"\r\n");
    reply.push(item.value());
    reply.push(b"\r\n");
}

/// Writes decimal digits.
fn push_number(mut number: u64, reply: &mut Reply<'_>) {
    let mut digits = [0; DIGITS];
    let mut at = DIGITS;
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    reply.push(&digits[at..]);
}
