//! Reads a command line: the commands of stage `memcached`.

// region:memcached
use super::words::signed;
use super::{Get, KEY_LIMIT, Keep, Verb, Words, number, rest};
// endregion:memcached
use super::{Command, Refusal, Request};

/// Reads a command line, which holds no line feed.
///
/// ```
/// use nbnet::memcached::protocol::{Command, parse};
///
/// let request = parse(b"delete key noreply");
/// assert_eq!(request.command, Ok(Command::Delete { key: b"key" }));
/// assert!(request.noreply);
/// ```
pub fn parse(line: &[u8]) -> Request<'_> {
    // region:memcached/parse The first word names the command, the others are its arguments; what is not known here, `rest` may know.
    let mut words = Words::new(line);
    let (command, noreply) = match words.next() {
        Some(b"get") => (get(words, false), false),
        Some(b"set") => keep(Verb::Set, words),
        Some(b"delete") => delete(words),
        Some(b"version") => (Ok(Command::Version), false),
        Some(b"quit") => (Ok(Command::Quit), false),
        Some(name) => rest::parse(name, words),
        None => (Err(Refusal::Unknown), false),
    };
    Request { command, noreply }
    // endregion:memcached/parse
}

/// What a line asks for, and whether it wants no answer.
pub(super) type Parsed<'a> = (Result<Command<'a>, Refusal>, bool);

// region:memcached

/// Reads the arguments of `get` or `gets`.
pub(super) fn get(keys: Words<'_>, unique: bool) -> Result<Command<'_>, Refusal> {
    let mut count = 0;
    for word in keys.clone() {
        key(word)?;
        count += 1;
    }
    if count == 0 {
        return Err(Refusal::Unknown);
    }
    Ok(Command::Get(Get {
        keys,
        unique,
        exptime: None,
    }))
}

/// Reads the arguments of a command with a value: `KEY FLAGS EXPTIME BYTES [noreply]`, and for `cas` a number before `noreply`.
pub(super) fn keep(verb: Verb, words: Words<'_>) -> Parsed<'_> {
    let needed = if matches!(verb, Verb::Cas(_)) { 5 } else { 4 };
    let Some((words, count)) = words.all::<6>() else {
        return (Err(Refusal::Unknown), false);
    };
    if count != needed && count != needed + 1 {
        return (Err(Refusal::Unknown), false);
    }
    // memcached looks at the last word also where `noreply` is one too few. So a line that lacks a number is refused in silence.
    let noreply = words[count - 1] == b"noreply";
    let command = || {
        Some(Command::Keep(Keep {
            verb: match verb {
                Verb::Cas(_) => Verb::Cas(number(words[4])?),
                other => other,
            },
            key: key(words[0]).ok()?,
            flags: number(words[1])?.try_into().ok()?,
            exptime: signed(words[2])?,
            // memcached keeps lengths in 32 bits with a sign, and two bytes for the end.
            bytes: i32::try_from(number(words[3])?)
                .ok()
                .filter(|&bytes| bytes <= i32::MAX - 2)?
                .try_into()
                .ok()?,
        }))
    };
    (command().ok_or(Refusal::Format), noreply)
}

/// Reads `KEY [0] [noreply]`: the zero is what is left of a time that old clients sent.
fn delete(words: Words<'_>) -> Parsed<'_> {
    let (words, count) = match words.all::<3>() {
        Some((_, 0)) | None => return (Err(Refusal::Unknown), false),
        Some(found) => found,
    };
    let noreply = count > 1 && words[count - 1] == b"noreply";
    let valid = match count {
        1 => true,
        2 => noreply || words[1] == b"0",
        _ => noreply && words[1] == b"0",
    };
    if !valid {
        return (Err(Refusal::Delete), noreply);
    }
    (key(words[0]).map(|key| Command::Delete { key }), noreply)
}

/// Checks a key: 1 to 250 bytes, none of which is a control character. A space cannot be in a word.
pub(super) fn key(word: &[u8]) -> Result<&[u8], Refusal> {
    if word.len() > KEY_LIMIT || word.iter().any(u8::is_ascii_control) {
        return Err(Refusal::Format);
    }
    Ok(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &[u8]) -> Result<Command<'_>, Refusal> {
        parse(line).command
    }

    #[test]
    fn a_get_names_its_keys() {
        let Ok(Command::Get(get)) = command(b"get a  b c ") else {
            panic!("no get");
        };
        assert_eq!(get.keys.collect::<Vec<_>>(), [b"a", b"b", b"c"]);
        assert_eq!(command(b"get"), Err(Refusal::Unknown));
        assert_eq!(command(b"get   "), Err(Refusal::Unknown));
        assert_eq!(command(b"get a\x01"), Err(Refusal::Format));
        let mut long = b"get a ".to_vec();
        long.resize(6 + KEY_LIMIT, b'k');
        assert!(command(&long).is_ok());
        long.push(b'k');
        assert_eq!(command(&long), Err(Refusal::Format));
    }

    #[test]
    fn a_set_has_four_arguments_and_perhaps_a_noreply() {
        let keep = Keep {
            verb: Verb::Set,
            key: b"k",
            flags: u32::MAX,
            exptime: -1,
            bytes: 5,
        };
        let request = parse(b"set k 4294967295 -1 5");
        assert_eq!(
            (request.command, request.noreply),
            (Ok(Command::Keep(keep)), false)
        );
        let request = parse(b"set k 4294967295 -1 5 noreply");
        assert_eq!(
            (request.command, request.noreply),
            (Ok(Command::Keep(keep)), true)
        );
        for (line, refusal) in [
            (&b"set k 0 0"[..], Refusal::Unknown),
            (b"set k 0 0 1 noreply more", Refusal::Unknown),
            (b"set k x 0 1", Refusal::Format),
            (b"set k 4294967296 0 1", Refusal::Format),
            (b"set k 0 x 1", Refusal::Format),
            (b"set k 0 0 -1", Refusal::Format),
            (b"set k 0 0 2147483646", Refusal::Format),
            (b"set k 0 0 99999999999999999999", Refusal::Format),
            (b"SET k 0 0 1", Refusal::Unknown),
            (b"", Refusal::Unknown),
        ] {
            assert_eq!(command(line), Err(refusal), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn a_delete_takes_no_time_but_zero() {
        let deleted = Ok(Command::Delete { key: b"k" });
        for (line, expected, noreply) in [
            (&b"delete k"[..], deleted.clone(), false),
            (b"delete k 0", deleted.clone(), false),
            (b"delete k noreply", deleted.clone(), true),
            (b"delete k 0 noreply", deleted, true),
            (b"delete k 5", Err(Refusal::Delete), false),
            (b"delete k 5 noreply", Err(Refusal::Delete), true),
            (b"delete", Err(Refusal::Unknown), false),
            (b"delete k 0 noreply x", Err(Refusal::Unknown), false),
        ] {
            let request = parse(line);
            assert_eq!((request.command, request.noreply), (expected, noreply));
        }
    }
}
// endregion:memcached
