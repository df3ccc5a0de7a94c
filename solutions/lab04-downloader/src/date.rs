//! Dates of HTTP.

use std::time::SystemTime;
// region:faults
use std::time::Duration;

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// On the average, in seconds.
const YEAR: u64 = 31_556_952;
// endregion:faults

/// Reads a date in any of the three forms that HTTP has had. Of a year of two digits, it is the latest that is at most 50 years after
/// `now`.
///
/// ```
/// use downloader::date;
/// use std::time::{Duration, SystemTime};
///
/// let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
/// for date in [
///     "Sun, 06 Nov 1994 08:49:37 GMT",
///     "Sunday, 06-Nov-94 08:49:37 GMT",
///     "Sun Nov  6 08:49:37 1994",
/// ] {
///     assert_eq!(date::parse(date, SystemTime::now()), Some(expected));
/// }
/// assert_eq!(date::parse("soon", SystemTime::now()), None);
/// ```
///
/// Source: RFC 9110, section 5.6.7.
pub fn parse(date: &str, now: SystemTime) -> Option<SystemTime> {
    // region:faults/date All forms have the same parts; find out what each word is, and count the days since 1970.
    // They come in this order: the day of the week, which says nothing new, the day, the month, the year and the time. `asctime` begins
    // with the month and ends with the year, so that day and year keep their order.
    let mut numbers = Vec::new();
    let (mut month, mut time) = (None, None);
    for word in date.split([' ', ',', '-']).skip(1) {
        if let Some(found) = MONTHS.iter().position(|month| *month == word) {
            month = Some(found as u64);
        } else if word.contains(':') {
            time = Some(seconds(word)?);
        } else if let Ok(number) = word.parse::<u64>() {
            numbers.push(number);
        }
    }
    let [day, year] = numbers[..] else {
        return None;
    };
    let year = if year < 100 { full(year, now)? } else { year };
    if !(1970..=9999).contains(&year) || !(1..=31).contains(&day) {
        return None;
    }
    let seconds = days(year, month?, day) * 86_400 + time?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    // endregion:faults/date
}

// region:faults

/// Returns the seconds of `hh:mm:ss`, of which there are 61 in a minute at times.
fn seconds(time: &str) -> Option<u64> {
    let parts: Option<Vec<u64>> = time.split(':').map(|part| part.parse().ok()).collect();
    match parts?[..] {
        [hours @ ..24, minutes @ ..60, seconds @ ..=60] => Some(hours * 3600 + minutes * 60 + seconds),
        _ => None,
    }
}

/// Returns the latest year that ends in these two digits and is at most 50 years from now.
fn full(digits: u64, now: SystemTime) -> Option<u64> {
    let now = now.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let latest = 1970 + now.as_secs() / YEAR + 50;
    Some(latest - (latest - digits) % 100)
}

/// Returns the days from 1970 to a date. `month` counts from 0.
fn days(year: u64, month: u64, day: u64) -> u64 {
    // A year that begins in March has its odd day at the end.
    let (year, month) = if month < 2 {
        (year - 1, month + 10)
    } else {
        (year, month - 2)
    };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    days - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_are_a_year_that_is_at_most_50_years_from_now() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_722_696); // Thu, 26 Nov 2026 19:51:36 GMT
        for (digits, expected) in [
            (94, 1994),
            (26, 2026),
            (76, 2076),
            (77, 1977),
            (0, 2000),
            (99, 1999),
        ] {
            assert_eq!(full(digits, now), Some(expected), "{digits}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        let now = SystemTime::UNIX_EPOCH;
        for date in [
            "",
            "3",
            "Sun, 06 Nov 1994",
            "Sun, 06 1994 08:49:37 GMT",
            "Sun, 06 Nov 08:49:37 GMT",
            "Sun, 00 Nov 1994 08:49:37 GMT",
            "Sun, 32 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 08:60:37 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 99999 08:49:37 GMT",
        ] {
            assert_eq!(parse(date, now), None, "{date}");
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        for (date, expected) in [
            ((1970, 0, 1), 0),
            ((1972, 1, 29), 789),
            ((2000, 2, 1), 11_017),
            ((2026, 10, 24), 20_781),
        ] {
            assert_eq!(days(date.0, date.1, date.2), expected, "{date:?}");
        }
    }
}
// endregion:faults
