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
#[expect(unused_variables, reason = "goes with the todo!")]
fn whole(line: &[u8]) -> Result<&str, String> {
    todo!("forms: It ends with a line feed, has at most LONGEST_LINE bytes before that, and they are UTF-8.")
}
