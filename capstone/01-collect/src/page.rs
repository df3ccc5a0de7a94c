use std::path::PathBuf;

use crate::{Labels, Metric, Problem, Reading};

/// Takes what a parser finds in one file: its readings, and its faults.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    readings: &'a mut Vec<Reading>,
    /// The first fault: the line, from 1, and what is wrong with it.
    fault: Option<(usize, String)>,
    faults: usize,
}

impl<'a> Page<'a> {
    pub(crate) fn new(readings: &'a mut Vec<Reading>) -> Page<'a> {
        Page {
            readings,
            fault: None,
            faults: 0,
        }
    }

    /// Says whether there was no fault up to now.
    pub(crate) fn is_clean(&self) -> bool {
        self.faults == 0
    }

    /// Makes one problem of all faults, if there are any, of the file that this was.
    pub(crate) fn problem(self, path: PathBuf) -> Option<Problem> {
        let more = self.faults.saturating_sub(1);
        self.fault.map(|(line, what)| Problem::Line {
            path,
            line,
            what,
            more,
        })
    }

    /// Adds a reading of the host as a whole.
    pub(crate) fn add(&mut self, metric: &'static Metric, value: f64) {
        self.add_of(metric, &Labels::none(), value);
    }

    /// Adds a reading of a part of the host.
    pub(crate) fn add_of(&mut self, metric: &'static Metric, labels: &Labels, value: f64) {
        self.readings.push(Reading {
            metric,
            labels: labels.clone(),
            value,
        });
    }

    /// Notes that a line, counted from 0 as `enumerate` does, is not what the kernel writes.
    pub(crate) fn fault(&mut self, index: usize, what: impl FnOnce() -> String) {
        self.faults += 1;
        self.fault.get_or_insert_with(|| (index + 1, what()));
    }

    /// Reads a whole number; one that is none is a fault, and absent.
    ///
    /// Above 2^53 the value of a reading is the nearest that an `f64` has: 9 PB are told to the byte.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn number(&mut self, index: usize, field: &str) -> Option<f64> {
        todo!("counters: Digits that fit 64 bits; anything else is a fault of the line `index`, and None.")
    }

    /// Reads a number with a decimal point, not negative; one that is none is a fault, and absent.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn decimal(&mut self, index: usize, field: &str) -> Option<f64> {
        todo!(
            "counters: Digits with a point or without, if they are a finite f64; anything else is a fault, and None."
        )
    }
}

/// Quotes text that may be anything, in any length, for a message.
///
/// ```
/// assert_eq!(collect::human::quoted("a\nb"), r#""a\nb""#);
/// ```
pub fn quoted(text: &str) -> String {
    const LIMIT: usize = 40;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Runs a parser, and writes what it found: a reading a line as `name{labels} value`, then `line N: fault`.
    pub(crate) fn run(parse: impl FnOnce(&mut Page<'_>)) -> String {
        let mut readings = Vec::new();
        let mut page = Page::new(&mut readings);
        parse(&mut page);
        let (fault, faults) = (page.fault, page.faults);
        let mut text = String::new();
        for Reading {
            metric,
            labels,
            value,
        } in &readings
        {
            text += &format!("{}{labels} {value}\n", metric.name);
        }
        if let Some((line, what)) = fault {
            text += &format!("{faults} faults, line {line}: {what}\n");
        }
        text
    }

    #[test]
    fn what_is_no_number_is_absent_and_a_fault() {
        for (field, expected) in [
            ("0", Some(0.0)),
            ("18446744073709551615", Some(u64::MAX as f64)),
            ("18446744073709551616", None),
            ("-1", None),
            ("+1", None),
            ("", None),
            ("1e3", None),
        ] {
            let mut readings = Vec::new();
            let mut page = Page::new(&mut readings);
            assert_eq!(page.number(0, field), expected, "{field}");
            assert_eq!(page.faults, usize::from(expected.is_none()), "{field}");
        }
        for (field, expected) in [
            ("0.25", Some(0.25)),
            ("nan", None),
            ("inf", None),
            ("1e3", None),
            ("-0.1", None),
        ] {
            assert_eq!(Page::new(&mut Vec::new()).decimal(0, field), expected, "{field}");
        }
    }

    #[test]
    fn a_quoted_text_is_short_and_on_one_line() {
        assert_eq!(quoted("a\nb"), r#""a\nb""#);
        assert_eq!(quoted(&"é".repeat(1000)), format!("{:?}…", "é".repeat(40)));
    }
}
