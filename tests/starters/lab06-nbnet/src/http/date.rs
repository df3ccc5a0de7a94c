//! Dates as HTTP writes them.

use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAY: i64 = 24 * 60 * 60;

/// The last second that has four digits for its year: 9999-12-31 23:59:59.
const LAST: i64 = 253_402_300_799;

/// Writes seconds since 1970, in UTC, as a date. What is before 1970 or after 9999 becomes the first or the last that can be written.
///
/// ```
/// assert_eq!(nbnet::http::date::write(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
/// ```
///
/// Source: RFC 9110, section 5.6.7
pub fn write(seconds: i64) -> String {
    let seconds = seconds.clamp(0, LAST);
    let (days, time) = (seconds / DAY, seconds % DAY);
    let (year, month, day) = civil(days);
    format!(
        "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} GMT",
        DAYS[(days % 7) as usize],
        MONTHS[month as usize - 1],
        time / 3600,
        time / 60 % 60,
        time % 60,
    )
}

/// Reads a date in any of the three forms that there have been: that of [`write()`], and two older ones, which a server must understand still.
///
/// ```
/// use nbnet::http::date::parse;
///
/// assert_eq!(parse(b"Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
/// assert_eq!(parse(b"Sunday, 06-Nov-94 08:49:37 GMT"), Some(784_111_777));
/// assert_eq!(parse(b"Sun Nov  6 08:49:37 1994"), Some(784_111_777));
/// ```
///
/// Source: RFC 9110, section 5.6.7
pub fn parse(text: &[u8]) -> Option<i64> {
    let text = str::from_utf8(text).ok()?;
    let words: Vec<&str> = text.splitn(8, ' ').collect();
    match words[..] {
        [weekday, day, month, year, time, "GMT"] if weekday.ends_with(',') => {
            seconds(number(year, 4)?, month, number(day, 2)?, time)
        }
        [weekday, date, time, "GMT"] if weekday.ends_with(',') => {
            let mut parts = date.splitn(3, '-');
            let (day, month, year) = (parts.next()?, parts.next()?, number(parts.next()?, 2)?);
            // What would be more than 50 years ahead is in the past. 1970 to 2069 is near enough for the dates of files.
            let year = if year < 70 { 2000 + year } else { 1900 + year };
            seconds(year, month, number(day, 2)?, time)
        }
        [_weekday, month, "", day, time, year] => seconds(number(year, 4)?, month, number(day, 1)?, time),
        [_weekday, month, day, time, year] => seconds(number(year, 4)?, month, number(day, 2)?, time),
        _ => None,
    }
}

/// Puts a moment together from its parts, if there is such a day and such a time.
fn seconds(year: i64, month: &str, day: i64, time: &str) -> Option<i64> {
    let month = MONTHS.iter().position(|&known| known == month)? as i64 + 1;
    let days = days_of(year, month, day);
    if civil(days) != (year, month, day) {
        return None;
    }
    let mut parts = time.splitn(3, ':');
    // A leap second has the number 60.
    let mut part = |most| number(parts.next()?, 2).filter(|&part| part <= most);
    let (hour, minute, second) = (part(23)?, part(59)?, part(60)?);
    Some(days * DAY + hour * 3600 + minute * 60 + second)
}

/// Reads exactly so many digits.
fn number(text: &str, digits: usize) -> Option<i64> {
    let right = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| right)
}

/// Returns year, month and day of a day counted from 1970-01-01 on.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`
fn civil(days: i64) -> (i64, i64, i64) {
    // Years begin in March here, so that the leap day is the last of its year.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The other way round.
///
/// Source: the same, `days_from_civil`
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Returns the second that it is.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs().try_into().unwrap_or(i64::MAX))
}

/// The date of now, written once a second.
#[derive(Debug, Default)]
pub(super) struct Today {
    written: Mutex<(i64, String)>,
}

impl Today {
    /// Calls `take` with the date of the second `now`.
    pub(super) fn with(&self, now: i64, take: impl FnOnce(&str)) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.0 != now || written.1.is_empty() {
            *written = (now, write(now));
        }
        take(&written.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        for seconds in [0, 1, 951_782_400, 951_868_800, 784_111_777, 4_107_542_399, LAST] {
            let text = write(seconds);
            assert_eq!(parse(text.as_bytes()), Some(seconds), "{text}");
        }
        assert_eq!(write(951_782_400), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(write(-1), write(0));
    }

    #[test]
    fn years_of_two_digits_are_near() {
        for (text, year) in [
            ("Sunday, 01-Jan-70 00:00:00 GMT", 1970),
            ("Monday, 01-Jan-69 00:00:00 GMT", 2069),
        ] {
            assert_eq!(parse(text.as_bytes()), Some(days_of(year, 1, 1) * DAY), "{text}");
        }
        assert_eq!(parse(b"Sun Nov 16 08:49:37 1994"), Some(784_111_777 + 10 * DAY));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 UTC",
            "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Wed, 30 Feb 2000 00:00:00 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 +8:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 GMT x",
            "Sun, 06 Nov 1994 08:49:37:00 GMT",
            "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Sun Nov 6 08:49:37 1994",
            "Sun Nov  6 08:49:37 1994 x",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
