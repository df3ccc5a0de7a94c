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
pub fn parse_log_time(text: &[u8]) -> Option<Timestamp> {
    // region:parse/time The places of all 26 bytes are known: check the separators, read the numbers, then count days.
    let text: &[u8; 26] = text.try_into().ok()?;
    let separators = [text[2], text[6], text[11], text[14], text[17], text[20]];
    if separators != *b"//::: " {
        return None;
    }
    let month = match &text[3..6] {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    };
    let days = civil_days(number(&text[7..11])?, month, number(&text[0..2])?)?;
    let seconds = clock(
        number(&text[12..14])?,
        number(&text[15..17])?,
        number(&text[18..20])?,
    )?;
    let offset_minutes = offset(text[21], number(&text[22..24])?, number(&text[24..26])?)?;
    Some(Timestamp {
        unix: days * DAY + seconds - i64::from(offset_minutes) * 60,
        offset_minutes,
    })
    // endregion:parse/time
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
pub fn parse_argument(text: &str) -> Result<i64, Error> {
    // region:filter/time Try the log's own form first, then take the text apart from the left, asking for each separator.
    let none = || Error::Time(text.to_owned());
    match parse_log_time(text.as_bytes()) {
        Some(time) => Ok(time.unix),
        None => parse_iso(text.as_bytes()).ok_or_else(none),
    }
    // endregion:filter/time
}

// region:filter
/// Reads the forms of RFC 3339, and their beginnings.
fn parse_iso(text: &[u8]) -> Option<i64> {
    let (date, rest) = text.split_at_checked(10)?;
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let days = civil_days(number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?)?;
    if rest.is_empty() {
        return Some(days * DAY);
    }
    let [b'T' | b' ', h1, h2, b':', m1, m2, rest @ ..] = rest else {
        return None;
    };
    let (second, zone) = match rest {
        [b':', s1, s2, zone @ ..] => (number(&[*s1, *s2])?, zone),
        zone => (0, zone),
    };
    let seconds = clock(number(&[*h1, *h2])?, number(&[*m1, *m2])?, second)?;
    let offset_minutes = match zone {
        [] | [b'Z'] => 0,
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => {
            offset(*sign, number(&[*h1, *h2])?, number(&[*m1, *m2])?)?
        }
        _ => return None,
    };
    Some(days * DAY + seconds - i64::from(offset_minutes) * 60)
}
// endregion:filter

// region:parse
/// Reads a number of nothing but decimal digits.
fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })
}

/// Returns the seconds since midnight.
fn clock(hour: i64, minute: i64, second: i64) -> Option<i64> {
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Returns minutes ahead of UTC.
fn offset(sign: u8, hours: i64, minutes: i64) -> Option<i16> {
    let minutes = i16::try_from(clock(hours, minutes, 0)? / 60).ok()?;
    match sign {
        b'+' => Some(minutes),
        b'-' => Some(-minutes),
        _ => None,
    }
}

/// Returns the days from 1970-01-01 to a date, or `None` where the month has no such day.
///
/// The year is begun in March, so that the leap day is its last day and every month starts at a fixed place.
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn civil_days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}
// endregion:parse

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
