//! The times of a log, in seconds since 1970.

use std::fmt;

use crate::error::Error;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A point in time as a log tells it: what the clock of the world showed, and how the server's clock differed from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z. Two servers in two time zones agree about it.
    pub unix: i64,
    /// How many minutes the server's clock is ahead of UTC.
    pub offset_minutes: i16,
}

/// Reads `23/Nov/2026:20:47:48 +0000`, the 26 bytes between the brackets of a log line.
///
/// Returns `None` for anything else: another length, a sign or a blank for a digit, a month that is none, 30 February, 24 o'clock, an
/// offset of a day or more or with more than 59 minutes.
///
/// ```
/// let time = loganalysis::time::parse_log_time(b"24/Nov/2026:02:17:52 +0530").expect("a time");
/// assert_eq!(time.to_string(), "2026-11-24T02:17:52+05:30");
/// assert_eq!(time.unix, loganalysis::time::parse_log_time(b"23/Nov/2026:20:47:52 +0000").expect("a time").unix);
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn parse_log_time(text: &[u8]) -> Option<Timestamp> {
    todo!(
        "parse: The places of all 26 bytes are known: check the separators, read the numbers, then count days."
    )
}

/// Remembers the last minute that [`parse_log_time`] read.
///
/// Thousands of lines in a row share their minute, and of those lines only the seconds are read.
#[derive(Debug, Default)]
pub struct Clock {
    /// The text of the last minute and its zone, with the seconds left out.
    minute: [u8; 17],
    zone: [u8; 6],
    start: Option<Timestamp>,
}

impl Clock {
    /// Reads the same as [`parse_log_time`], faster where the minute is the last one's.
    #[inline]
    pub fn read(&mut self, text: &[u8]) -> Option<Timestamp> {
        let text: &[u8; 26] = text.try_into().ok()?;
        let seconds = match text[17..20] {
            [b':', tens @ b'0'..=b'5', ones @ b'0'..=b'9'] => (tens - b'0') * 10 + (ones - b'0'),
            _ => return None,
        };
        if let Some(start) = self.start
            && text[..17] == self.minute
            && text[20..] == self.zone
        {
            return Some(Timestamp {
                unix: start.unix + i64::from(seconds),
                ..start
            });
        }
        let time = parse_log_time(text)?;
        self.minute.copy_from_slice(&text[..17]);
        self.zone.copy_from_slice(&text[20..]);
        self.start = Some(Timestamp {
            unix: time.unix - i64::from(seconds),
            ..time
        });
        Some(time)
    }
}

/// Reads a point in time that a person wrote: `2026-11-23`, `2026-11-23T20:47`, `2026-11-23T20:47:48`, any of the last two followed
/// by `Z`, `+05:30` or `+0530`, or the form of the log. Without a zone it is UTC. A blank may stand for the `T`.
///
/// Letters are capitals, every number has all its digits and no sign, and a zone ends at 23 hours and 59 minutes.
///
/// # Errors
/// [`Error::Time`] for anything else.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn parse_argument(text: &str) -> Result<i64, Error> {
    todo!(
        "filter: Try the log's own form first, then take the text apart from the left, asking for each separator."
    )
}

/// Returns year, month and day of a day counted from 1970-01-01: the way back.
fn civil_date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Writes `2026-11-23T20:47` for seconds since 1970.
fn write_minute(f: &mut fmt::Formatter<'_>, unix: i64) -> fmt::Result {
    let (year, month, day) = civil_date(unix.div_euclid(DAY));
    let second = unix.rem_euclid(DAY);
    write!(
        f,
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}",
        second / 3600,
        second / 60 % 60
    )
}

impl fmt::Display for Timestamp {
    /// Writes the server's local time with its offset: `2026-11-24T02:17:52+05:30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.unix + i64::from(self.offset_minutes) * 60;
        write_minute(f, local)?;
        let sign = if self.offset_minutes < 0 { '-' } else { '+' };
        let offset = self.offset_minutes.unsigned_abs();
        write!(
            f,
            ":{:02}{sign}{:02}:{:02}",
            local.rem_euclid(60),
            offset / 60,
            offset % 60
        )
    }
}

/// Seconds since 1970, written as `2026-11-23T20:47:48Z`.
#[derive(Debug, Clone, Copy)]
pub struct Utc(pub i64);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_minute(f, self.0)?;
        write!(f, ":{:02}Z", self.0.rem_euclid(60))
    }
}

/// A minute, counted from 1970, written as `2026-11-23T20:47Z`.
#[derive(Debug, Clone, Copy)]
pub struct UtcMinute(pub i64);

impl fmt::Display for UtcMinute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_minute(f, self.0 * 60)?;
        f.write_str("Z")
    }
}
