//! What a memcached should answer, by a map.

use std::collections::HashMap;

use crate::memcached::protocol::{Command, Get, Keep, Verb, Way, parse};
use crate::talk::Observe;

/// Seconds that are never over while a target runs, and never a moment.
const LATER: i64 = 1000;

/// The longest relative time, in seconds.
const RELATIVE: i64 = 60 * 60 * 24 * 30;

/// A moment in the year 2096.
const FAR: i64 = 4_000_000_000;

#[derive(Debug, Clone)]
struct Kept {
    value: Vec<u8>,
    flags: u32,
    /// The number that the server has told for it, once it has.
    unique: Option<u64>,
}

/// Keeps what a server should, and compares answers.
pub struct Model {
    items: HashMap<Vec<u8>, Kept>,
    max_item: usize,
    /// So many bytes of a value that is too long are still to come.
    skip: usize,
    /// Something came whose answer depends on what time it is.
    pub gave_up: bool,
}

impl Model {
    /// Begins with nothing.
    pub fn new(max_item: usize) -> Self {
        Self {
            items: HashMap::new(),
            max_item,
            skip: 0,
            gave_up: false,
        }
    }

    /// Whether an item that expires then is there still; nothing, if that depends on what time it is.
    fn stays(&mut self, exptime: i64) -> Option<bool> {
        match exptime {
            0 | LATER..=RELATIVE | FAR.. => Some(true),
            ..0 => Some(false),
            // 1970 is over, and 2001 too.
            _ if exptime > RELATIVE && exptime < 1_000_000_000 => Some(false),
            _ => {
                self.gave_up = true;
                None
            }
        }
    }

    fn keep(&mut self, keep: &Keep<'_>, value: &[u8]) -> Option<&'static str> {
        let stays = self.stays(keep.exptime)?;
        let there = self.items.get(keep.key);
        let (value, flags, stays) = match (keep.verb, there) {
            (Verb::Set, _) | (Verb::Add, None) | (Verb::Replace, Some(_)) => {
                (value.to_vec(), keep.flags, stays)
            }
            (Verb::Append, Some(old)) => ([&old.value, value].concat(), old.flags, true),
            (Verb::Prepend, Some(old)) => ([value, &old.value].concat(), old.flags, true),
            (Verb::Cas(number), Some(old)) => match old.unique {
                Some(unique) if unique == number => (value.to_vec(), keep.flags, stays),
                Some(_) => return Some("EXISTS"),
                // Whether that was a lucky guess, only the server knows.
                None => {
                    self.gave_up = true;
                    return None;
                }
            },
            (Verb::Cas(_), None) => return Some("NOT_FOUND"),
            (_, None) | (Verb::Add, Some(_)) => return Some("NOT_STORED"),
        };
        if value.len() > self.max_item {
            return Some("NOT_STORED");
        }
        let kept = Kept {
            value,
            flags,
            unique: None,
        };
        match stays {
            true => self.items.insert(keep.key.to_vec(), kept),
            false => self.items.remove(keep.key),
        };
        Some("STORED")
    }

    fn count(&mut self, key: &[u8], way: Way, by: u64) -> String {
        let Some(kept) = self.items.get_mut(key) else {
            return "NOT_FOUND".to_owned();
        };
        let refused = "CLIENT_ERROR cannot increment or decrement non-numeric value";
        let text = String::from_utf8_lossy(&kept.value).into_owned();
        let space = |letter: char| letter.is_ascii_whitespace();
        let number = text.trim_start_matches(space).split(space).next().unwrap_or("");
        let Ok(number) = number.parse::<u64>() else {
            return refused.to_owned();
        };
        let number = match way {
            Way::Up => number.wrapping_add(by),
            Way::Down => number.saturating_sub(by),
        };
        let length = kept.value.len();
        let written = format!("{number:<length$}");
        if written.len() > self.max_item {
            return "SERVER_ERROR out of memory in incr".to_owned();
        }
        kept.value = written.into_bytes();
        kept.unique = None;
        number.to_string()
    }

    /// Compares values one by one, since only the server knows their numbers.
    fn get(&mut self, get: &Get<'_>, mut answer: &[u8]) {
        let stays = match get.exptime.map(|exptime| self.stays(exptime)) {
            None => true,
            Some(Some(stays)) => stays,
            Some(None) => return,
        };
        for key in get.keys.clone() {
            let Some(kept) = self.items.get_mut(key) else {
                continue;
            };
            let head = [
                b"VALUE ",
                key,
                format!(" {} {}", kept.flags, kept.value.len()).as_bytes(),
            ]
            .concat();
            answer = expect(answer, &head);
            if get.unique {
                answer = expect(answer, b" ");
                let digits = answer.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let unique = str::from_utf8(&answer[..digits])
                    .expect("digits")
                    .parse()
                    .expect("a number");
                assert_eq!(
                    *kept.unique.get_or_insert(unique),
                    unique,
                    "an item keeps its number"
                );
                answer = &answer[digits..];
            }
            answer = expect(answer, b"\r\n");
            answer = expect(answer, &kept.value);
            answer = expect(answer, b"\r\n");
            if !stays {
                self.items.remove(key);
            }
        }
        assert_eq!(answer.escape_ascii().to_string(), "END\\r\\n");
    }
}

fn expect<'a>(answer: &'a [u8], expected: &[u8]) -> &'a [u8] {
    answer.strip_prefix(expected).unwrap_or_else(|| {
        panic!(
            "{} where {} should be",
            answer.escape_ascii(),
            expected.escape_ascii()
        );
    })
}

impl Observe for Model {
    fn answered(&mut self, request: &[u8], answer: &[u8], ends: bool) {
        if self.gave_up {
            return;
        }
        if self.skip > 0 {
            self.skip -= request.len();
            assert_eq!(answer, b"");
            return;
        }
        let Some(end) = request.iter().position(|&byte| byte == b'\n') else {
            assert!(ends, "no line, and it goes on");
            return;
        };
        let line = &request[..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let limit = match line.starts_with(b"get ") || line.starts_with(b"gets ") {
            true => 1 << 20,
            false => 2048,
        };
        if end > limit {
            assert!(ends && answer.is_empty(), "a line of {end} bytes is too long");
            return;
        }
        let body = &request[end + 1..];
        let request = parse(line);
        let said = match &request.command {
            Err(refusal) => {
                if ends {
                    assert_eq!(answer, b"", "HTTP");
                    return;
                }
                refusal.answer().to_owned()
            }
            Ok(Command::Get(get)) => return self.get(get, answer),
            Ok(Command::Keep(keep)) if keep.bytes > self.max_item => {
                self.skip = keep.bytes + 2;
                if keep.verb == Verb::Set {
                    self.items.remove(keep.key);
                }
                "SERVER_ERROR object too large for cache".to_owned()
            }
            Ok(Command::Keep(keep)) => {
                assert_eq!(body.len(), keep.bytes + 2);
                match body.strip_suffix(b"\r\n") {
                    None => "CLIENT_ERROR bad data chunk".to_owned(),
                    Some(value) => match self.keep(keep, value) {
                        None => return,
                        Some(said) => said.to_owned(),
                    },
                }
            }
            Ok(Command::Delete { key }) => match self.items.remove(*key) {
                Some(_) => "DELETED".to_owned(),
                None => "NOT_FOUND".to_owned(),
            },
            Ok(Command::Count { key, way, by }) => self.count(key, *way, *by),
            Ok(Command::Touch { key, exptime }) => {
                let Some(stays) = self.stays(*exptime) else {
                    return;
                };
                match self.items.contains_key(*key) {
                    true => {
                        if !stays {
                            self.items.remove(*key);
                        }
                        "TOUCHED".to_owned()
                    }
                    false => "NOT_FOUND".to_owned(),
                }
            }
            Ok(Command::Flush { exptime }) => {
                match exptime {
                    ..=0 => self.items.clear(),
                    LATER..=RELATIVE | FAR.. => {}
                    _ => {
                        self.gave_up = true;
                        return;
                    }
                }
                "OK".to_owned()
            }
            Ok(Command::Stats { .. }) => {
                assert!(answer.ends_with(b"END\r\n") || answer == b"RESET\r\n" || answer == b"ERROR\r\n");
                return;
            }
            Ok(Command::Verbosity) => "OK".to_owned(),
            Ok(Command::Version) => "VERSION 1.6.0".to_owned(),
            Ok(Command::Quit) => {
                assert!(ends && answer.is_empty());
                return;
            }
        };
        assert!(!ends, "{} ends it", line.escape_ascii());
        let expected = match request.noreply {
            true => String::new(),
            false => format!("{said}\r\n"),
        };
        assert_eq!(
            answer.escape_ascii().to_string(),
            expected.as_bytes().escape_ascii().to_string(),
            "{}",
            line.escape_ascii()
        );
    }
}
