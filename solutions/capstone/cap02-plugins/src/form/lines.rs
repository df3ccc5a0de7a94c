use super::{Fault, LONGEST_LINE};

/// Goes through the lines of an output, each with its number from 1, up to the first that is none.
///
/// A line ends with a line feed. Without one it may be half a number: the plug-in was stopped while it wrote.
pub(super) fn lines(output: &[u8]) -> impl Iterator<Item = Result<(usize, &str), Fault>> {
    output
        .split_inclusive(|byte| *byte == b'\n')
        .enumerate()
        .map(|(index, line)| {
            let number = index + 1;
            let text = whole(line).map_err(|what| Fault { line: number, what })?;
            Ok((number, text))
        })
}

/// Takes the line feed off a line, and checks the rest.
fn whole(line: &[u8]) -> Result<&str, String> {
    // region:forms/whole It ends with a line feed, has at most LONGEST_LINE bytes before that, and they are UTF-8.
    let Some(line) = line.strip_suffix(b"\n") else {
        return Err("the last line has no line feed: it may be cut".to_owned());
    };
    if line.len() > LONGEST_LINE {
        return Err(format!("longer than {LONGEST_LINE} bytes"));
    }
    std::str::from_utf8(line).map_err(|_| "not UTF-8".to_owned())
    // endregion:forms/whole
}
