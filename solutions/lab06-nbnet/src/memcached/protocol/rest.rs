//! Reads a command line: the commands of stage `cache`.

use super::parse::Parsed;
// region:cache
use super::parse::{get, keep, key};
use super::words::signed;
use super::{Command, Get, Verb, Way, number};
// endregion:cache
use super::{Refusal, Words};

/// Reads the arguments of the command `name`.
//~memcached #[expect(dead_code, reason = "stage memcached needs it")]
pub(super) fn parse<'a>(name: &[u8], words: Words<'a>) -> Parsed<'a> {
    // region:cache/rest
    match name {
        b"gets" => (get(words, true), false),
        b"gat" => (get_and_touch(words, false), false),
        b"gats" => (get_and_touch(words, true), false),
        b"add" => keep(Verb::Add, words),
        b"replace" => keep(Verb::Replace, words),
        b"append" => keep(Verb::Append, words),
        b"prepend" => keep(Verb::Prepend, words),
        b"cas" => keep(Verb::Cas(0), words),
        b"incr" => count(Way::Up, words),
        b"decr" => count(Way::Down, words),
        b"touch" => touch(words),
        b"flush_all" => flush(words),
        b"stats" => {
            let about = words.clone().next().unwrap_or_default();
            (Ok(Command::Stats { about }), false)
        }
        b"verbosity" => verbosity(words),
        _ => (Err(Refusal::Unknown), false),
    }
    //~ // cache: The other commands of protocol.txt. Those of `get` and `set` serve for their relatives.
    //~ (Err(Refusal::Unknown), false)
    // endregion:cache/rest
}

// region:cache

/// Reads `EXPTIME KEY…`.
fn get_and_touch(mut words: Words<'_>, unique: bool) -> Result<Command<'_>, Refusal> {
    let exptime = words.next().ok_or(Refusal::Unknown)?;
    let exptime = signed(exptime).ok_or(Refusal::Exptime)?;
    // Without a key there is nothing to tell; memcached finds no fault with that.
    for word in words.clone() {
        key(word)?;
    }
    Ok(Command::Get(Get {
        keys: words,
        unique,
        exptime: Some(exptime),
    }))
}

/// Reads `KEY DELTA [noreply]`.
fn count(way: Way, words: Words<'_>) -> Parsed<'_> {
    two(words, |name, by| {
        let by = number(by);
        Ok(Command::Count {
            key: key(name)?,
            way,
            by: by.ok_or(Refusal::Delta)?,
        })
    })
}

/// Reads `KEY EXPTIME [noreply]`.
fn touch(words: Words<'_>) -> Parsed<'_> {
    two(words, |name, exptime| {
        Ok(Command::Touch {
            key: key(name)?,
            exptime: signed(exptime).ok_or(Refusal::Exptime)?,
        })
    })
}

/// Reads two arguments and perhaps a third, which is `noreply` if it is to have a meaning.
fn two<'a>(
    words: Words<'a>,
    read: impl FnOnce(&'a [u8], &'a [u8]) -> Result<Command<'a>, Refusal>,
) -> Parsed<'a> {
    match words.all::<3>() {
        Some(([first, second, third], 2 | 3)) => {
            let noreply = third == b"noreply" || third.is_empty() && second == b"noreply";
            (read(first, second), noreply)
        }
        _ => (Err(Refusal::Unknown), false),
    }
}

/// Reads `[DELAY] [noreply]`.
fn flush(words: Words<'_>) -> Parsed<'_> {
    let Some(([first, second], count)) = words.all::<2>() else {
        return (Err(Refusal::Unknown), false);
    };
    let noreply = first == b"noreply" && count == 1 || second == b"noreply";
    let command = if count == usize::from(noreply) {
        Ok(Command::Flush { exptime: 0 })
    } else {
        signed(first)
            .map(|exptime| Command::Flush { exptime })
            .ok_or(Refusal::Exptime)
    };
    (command, noreply)
}

/// Reads `LEVEL [noreply]`.
fn verbosity(words: Words<'_>) -> Parsed<'_> {
    let Some(([level, second], 1 | 2)) = words.all::<2>() else {
        return (Err(Refusal::Unknown), false);
    };
    let noreply = second == b"noreply" || level == b"noreply" && second.is_empty();
    let command = number(level).map(|_| Command::Verbosity).ok_or(Refusal::Format);
    (command, noreply)
}

#[cfg(test)]
mod tests {
    use super::super::{Keep, parse};
    use super::*;

    #[test]
    fn the_other_commands_are_known() {
        let keep = |verb| {
            Ok(Command::Keep(Keep {
                verb,
                key: b"k",
                flags: 1,
                exptime: 2,
                bytes: 3,
            }))
        };
        let up = |by| {
            Ok(Command::Count {
                key: b"k",
                way: Way::Up,
                by,
            })
        };
        for (line, expected, noreply) in [
            (&b"add k 1 2 3"[..], keep(Verb::Add), false),
            (b"append k 1 2 3 noreply", keep(Verb::Append), true),
            (
                b"cas k 1 2 3 18446744073709551615",
                keep(Verb::Cas(u64::MAX)),
                false,
            ),
            (b"cas k 1 2 3 4 noreply", keep(Verb::Cas(4)), true),
            (b"cas k 1 2 3", Err(Refusal::Unknown), false),
            (b"cas k 1 2 3 x", Err(Refusal::Format), false),
            (b"incr k 5", up(5), false),
            (b"incr k 5 noreply", up(5), true),
            (b"incr k -5", Err(Refusal::Delta), false),
            (b"decr k", Err(Refusal::Unknown), false),
            (b"touch k x", Err(Refusal::Exptime), false),
            (
                b"touch k -1 noreply",
                Ok(Command::Touch {
                    key: b"k",
                    exptime: -1,
                }),
                true,
            ),
            (b"flush_all", Ok(Command::Flush { exptime: 0 }), false),
            (b"flush_all noreply", Ok(Command::Flush { exptime: 0 }), true),
            (b"flush_all 5", Ok(Command::Flush { exptime: 5 }), false),
            (b"flush_all 5 noreply", Ok(Command::Flush { exptime: 5 }), true),
            (b"flush_all x", Err(Refusal::Exptime), false),
            (b"stats", Ok(Command::Stats { about: b"" }), false),
            (b"stats items", Ok(Command::Stats { about: b"items" }), false),
            (b"verbosity 1", Ok(Command::Verbosity), false),
            (b"verbosity", Err(Refusal::Unknown), false),
            (b"verbosity x", Err(Refusal::Format), false),
            (b"gat x k", Err(Refusal::Exptime), false),
            (b"gat", Err(Refusal::Unknown), false),
            (b"mg k v", Err(Refusal::Unknown), false),
        ] {
            let request = parse(line);
            assert_eq!((request.command, request.noreply), (expected, noreply));
        }
        let Ok(Command::Get(get)) = parse(b"gats -1 a b").command else {
            panic!("no get");
        };
        assert_eq!((get.unique, get.exptime), (true, Some(-1)));
        assert_eq!(get.keys.collect::<Vec<_>>(), [b"a", b"b"]);
    }
}
// endregion:cache
