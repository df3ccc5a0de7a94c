//! Comma-separated values: what RFC 4180 says, and what a spreadsheet must not take for a formula.
//!
//! Source: RFC 4180; OWASP, "CSV Injection".

/// Reads rows of fields. A byte order mark before the first is left out.
///
/// # Errors
/// A quote is not closed, or stands where none may; the line is named.
pub(crate) fn read(text: &str) -> Result<Vec<Vec<String>>, String> {
    let mut chars = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut was_quoted, mut line) = (false, false, 1);
    while let Some(char) = chars.next() {
        line += usize::from(char == '\n');
        match char {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            char if quoted => field.push(char),
            '"' if field.is_empty() && !was_quoted => (quoted, was_quoted) = (true, true),
            '"' => return Err(format!("line {line}: a quote inside of a field")),
            ',' => {
                row.push(std::mem::take(&mut field));
                was_quoted = false;
            }
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' => {
                if !row.is_empty() || !field.is_empty() || was_quoted {
                    row.push(std::mem::take(&mut field));
                    rows.push(std::mem::take(&mut row));
                }
                was_quoted = false;
            }
            char => field.push(char),
        }
    }
    if quoted {
        return Err(format!("line {line}: a quote is not closed"));
    }
    if !row.is_empty() || !field.is_empty() || was_quoted {
        row.push(field);
        rows.push(row);
    }
    Ok(rows)
}

/// Writes one row. What a spreadsheet would run as a formula gets a quote before it, which says that it is text.
pub(crate) fn line(fields: &[String]) -> String {
    let fields: Vec<String> = fields.iter().map(|field| field_of(field)).collect();
    format!("{}\r\n", fields.join(","))
}

fn field_of(text: &str) -> String {
    let seen = |part: &str| crate::intake::visible(part);
    let text = &*text.split('\n').map(seen).collect::<Vec<_>>().join("\n");
    let harmless = text.parse::<f64>().is_ok();
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
        || text.starts_with(['\t', '\r', '\n']);
    let text = if formula && !harmless {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r', '\'', ';', '\t']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_they_were_written() {
        let rows =
            [["a,b", "say \"x\""], ["two\nlines", ""], ["王", " space "]].map(|row| row.map(str::to_owned));
        let text: String = rows.iter().map(|row| line(row)).collect();
        assert_eq!(read(&text).unwrap(), rows.map(|row| row.to_vec()).to_vec());
        assert_eq!(read("\u{feff}a,b\n\n\"\",c").unwrap(), [["a", "b"], ["", "c"]]);
        assert!(read("a,\"b").is_err());
        assert!(read("a,b\"c\"").is_err());
    }

    #[test]
    fn nothing_that_a_student_wrote_is_a_formula() {
        for (text, written) in [
            ("=1+1", "\"'=1+1\""),
            ("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""),
            ("-rf", "\"'-rf\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\\t=1"),
            ("a\u{202e}\u{1b}", "a\\u{202e}\\u{1b}"),
            (" =1", "\"' =1\""),
            ("-12.5", "-12.5"),
            ("plain", "plain"),
        ] {
            assert_eq!(field_of(text), written);
        }
    }
}
