//! What hosts wrote, with those who wrote the same together.

use std::collections::HashMap;
use std::fmt::Write as _;

use muster::hosts;
use muster::wire::{Ended, State};
use rpc::exec::item::Stream;

/// The hosts of a run. Those that end with the same output and in the same way are shown together, as long as they end soon after each other; one
/// that ends later refers to those that were shown.
#[derive(Default)]
pub(crate) struct Fold {
    names: Vec<String>,
    outputs: Vec<Output>,
    states: Vec<Option<State>>,
    groups: Vec<Group>,
    /// Which group has this end.
    known: HashMap<Key, usize>,
}

/// What a host has written. The order between its two streams is not kept: it would be a matter of chance, and make what is alike look different.
#[derive(Debug, Default, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Output {
    /// Standard output.
    pub(crate) out: Vec<u8>,
    /// Standard error.
    pub(crate) err: Vec<u8>,
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    how: String,
    output: Output,
}

/// Hosts that have ended alike.
struct Group {
    how: String,
    output: Output,
    /// Those that were shown, shortly.
    shown: Option<String>,
    /// Those that were not.
    new: Vec<usize>,
}

impl Fold {
    /// Begins with these hosts.
    pub(crate) fn begin(&mut self, names: Vec<String>) {
        self.outputs = vec![Output::default(); names.len()];
        self.states = vec![None; names.len()];
        self.names = names;
    }

    /// Adds what a host has written.
    pub(crate) fn output(&mut self, host: u32, stream: Stream, bytes: &[u8]) {
        if let Some(output) = self.outputs.get_mut(host as usize) {
            let stream = match stream {
                Stream::Out => &mut output.out,
                Stream::Err => &mut output.err,
            };
            stream.extend_from_slice(bytes);
        }
    }

    /// Ends a host.
    pub(crate) fn end(&mut self, host: u32, state: State, ended: &Ended) {
        let host = host as usize;
        let Some(own) = self.states.get_mut(host).filter(|state| state.is_none()) else {
            return;
        };
        *own = Some(state);
        let output = std::mem::take(&mut self.outputs[host]);
        let how = how(state, ended);
        let next = self.groups.len();
        let key = Key {
            how: how.clone(),
            output: output.clone(),
        };
        let group = *self.known.entry(key).or_insert(next);
        if group == next {
            self.groups.push(Group {
                how,
                output,
                shown: None,
                new: Vec::new(),
            });
        }
        self.groups[group].new.push(host);
    }

    /// Ends all that have not ended.
    pub(crate) fn end_rest(&mut self, why: &str) {
        for host in 0..self.names.len() {
            self.end(host as u32, State::Unknown, &Ended::not_run(why));
        }
    }

    /// Returns whether all have ended.
    pub(crate) fn is_over(&self) -> bool {
        self.states.iter().all(Option::is_some)
    }

    /// Returns what is to be shown of those that have ended since the last time. For a terminal, what would move its cursor is made visible.
    pub(crate) fn show(&mut self, terminal: bool) -> Vec<u8> {
        let mut text = Vec::new();
        for group in &mut self.groups {
            if group.new.is_empty() {
                continue;
            }
            let new = hosts::fold(group.new.iter().map(|&host| self.names[host].as_str()));
            let count = match group.new.len() {
                1 => String::new(),
                count => format!(" ({count} hosts)"),
            };
            group.new.clear();
            if let Some(shown) = &group.shown {
                text.extend_from_slice(format!("-- {new}{count}: {}, as {shown}\n", group.how).as_bytes());
                continue;
            }
            text.extend_from_slice(format!("-- {new}{count}: {}\n", group.how).as_bytes());
            for stream in [&group.output.out, &group.output.err] {
                match terminal {
                    true => text.extend_from_slice(visible(stream).as_bytes()),
                    false => text.extend_from_slice(stream),
                }
                if stream.last().is_some_and(|&last| last != b'\n') {
                    text.push(b'\n');
                }
            }
            group.shown = Some(new);
        }
        text
    }

    /// Returns the last line: how many hosts are in which state.
    pub(crate) fn summary(&self) -> String {
        let hosts = self.names.len();
        let mut text = format!("{hosts} {}", if hosts == 1 { "host" } else { "hosts" });
        for state in State::ALL {
            let count = self.states.iter().filter(|own| **own == Some(state)).count();
            if count > 0 {
                // Writing to a string does not fail.
                let _ = write!(text, ", {count} {state}");
            }
        }
        text
    }

    /// Returns whether all are done, and there is one at least.
    pub(crate) fn all_done(&self) -> bool {
        !self.states.is_empty() && self.states.iter().all(|state| *state == Some(State::Done))
    }

    /// Returns the names of all.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Takes what a host has written so far.
    pub(crate) fn take_output(&mut self, host: u32) -> Output {
        self.outputs
            .get_mut(host as usize)
            .map(std::mem::take)
            .unwrap_or_default()
    }
}

/// Says how a host has ended.
fn how(state: State, ended: &Ended) -> String {
    let detail = match ended {
        Ended { why: Some(why), .. } => why.clone(),
        Ended { cut: true, .. } => "it wrote more than it may".to_owned(),
        Ended { timed_out: true, .. } => String::new(),
        Ended {
            signal: Some(signal), ..
        } => format!("killed by signal {signal}"),
        Ended {
            status: Some(status), ..
        } if *status != 0 => format!("status {status}"),
        _ => String::new(),
    };
    match detail.is_empty() {
        true => state.to_string(),
        false => format!("{state}, {detail}"),
    }
}

/// Makes visible what a terminal would obey: `^[` for an escape.
fn visible(bytes: &[u8]) -> String {
    let mut text = String::new();
    for char in String::from_utf8_lossy(bytes).chars() {
        match char {
            '\n' | '\t' => text.push(char),
            '\x00'..'\x20' => text.extend(['^', char::from(char as u8 + b'@')]),
            '\x7f'..'\u{a0}' => text.extend(char.escape_unicode()),
            _ => text.push(char),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(names: &[&str]) -> Fold {
        let mut fold = Fold::default();
        fold.begin(names.iter().map(|&name| name.to_owned()).collect());
        fold
    }

    fn ended(status: u8) -> Ended {
        Ended {
            status: Some(status),
            ..Ended::default()
        }
    }

    fn shown(fold: &mut Fold) -> String {
        String::from_utf8(fold.show(true)).unwrap()
    }

    #[test]
    fn who_wrote_the_same_is_shown_together_and_later_ones_refer_to_it() {
        let mut fold = begun(&["web01", "web02", "web03", "db1"]);
        for host in [0, 1] {
            fold.output(host, Stream::Err, b"oops\n");
            fold.output(host, Stream::Out, b"Li");
            fold.output(host, Stream::Out, b"nux");
            fold.end(host, State::Done, &ended(0));
        }
        assert_eq!(shown(&mut fold), "-- web[01-02] (2 hosts): done\nLinux\noops\n");
        assert_eq!(shown(&mut fold), "");
        fold.output(2, Stream::Out, b"Linux");
        fold.output(2, Stream::Err, b"oops\n");
        fold.end(2, State::Done, &ended(0));
        fold.end(2, State::Failed, &ended(1));
        fold.end(3, State::Failed, &ended(1));
        assert_eq!(
            shown(&mut fold),
            "-- web03: done, as web[01-02]\n-- db1: failed, status 1\n"
        );
        assert!(fold.is_over() && !fold.all_done());
        assert_eq!(fold.summary(), "4 hosts, 3 done, 1 failed");
    }

    #[test]
    fn a_host_cannot_move_the_cursor() {
        let mut fold = begun(&["a"]);
        fold.output(0, Stream::Out, "\x1b[2Jx\ty\u{9b}\r\n\x07ü".as_bytes());
        fold.end(0, State::Done, &ended(0));
        assert_eq!(shown(&mut fold), "-- a: done\n^[[2Jx\ty\\u{9b}^M\n^Gü\n");
    }

    #[test]
    fn those_of_whom_nothing_was_heard_are_unknown() {
        let mut fold = begun(&["n1", "n2"]);
        fold.end(0, State::Done, &ended(0));
        fold.end_rest("the hub was lost");
        assert_eq!(
            shown(&mut fold),
            "-- n1: done\n-- n2: unknown, the hub was lost\n"
        );
        assert_eq!(fold.summary(), "2 hosts, 1 done, 1 unknown");
    }
}
