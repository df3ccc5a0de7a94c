//! Plays with deadlines: commands on standard input, a line each. Times are ms since the clock began.
//!
//! `set NAME MS` and `move NAME MS` set a deadline, `cancel NAME` takes it away, `next` says which is the earliest, and `at MS` moves the
//! clock and says what is due.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use nbnet::script::{self, word};
use nbnet::timers::Timers;

fn main() -> io::Result<()> {
    let mut timers = Timers::default();
    // Keys are small, as tokens are: a name's is its number.
    let mut names: Vec<String> = Vec::new();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut now = Duration::ZERO;
    script::play(|words| {
        let mut key = |name: &str| {
            *numbers.entry(name.to_owned()).or_insert_with(|| {
                names.push(name.to_owned());
                names.len() - 1
            })
        };
        match *words {
            ["set", name, at] => {
                let at = Duration::from_millis(word(at)?);
                timers.set(key(name), at);
                Ok("ok".to_owned())
            }
            ["move", name, at] => {
                let (key, at) = (key(name), Duration::from_millis(word(at)?));
                if !timers.is_set(key) {
                    return Err(format!("{name} is not set"));
                }
                timers.set(key, at);
                Ok("ok".to_owned())
            }
            ["cancel", name] => match timers.cancel(key(name)) {
                true => Ok("ok".to_owned()),
                false => Err(format!("{name} is not set")),
            },
            ["next"] => Ok(match timers.next() {
                Some(at) => format!("next {}", at.as_millis()),
                None => "nothing".to_owned(),
            }),
            ["at", to] => {
                let to = Duration::from_millis(word(to)?);
                if to < now {
                    return Err(format!("it is {} already", now.as_millis()));
                }
                now = to;
                let due: Vec<usize> = std::iter::from_fn(|| timers.expire(now)).collect();
                let due: Vec<&str> = due.iter().map(|&key| names[key].as_str()).collect();
                Ok(match due.is_empty() {
                    true => "nothing".to_owned(),
                    false => format!("due {}", due.join(" ")),
                })
            }
            ref other => Err(script::unknown(other)),
        }
    })
}
