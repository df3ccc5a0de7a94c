//! Moments as logs show them: `2026-11-26T10:00:00Z`. The time is UTC, so there is neither a zone nor a summer.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

const DAY: i64 = 86_400;

/// A moment, to the second.
///
/// ```
/// use daemon::stamp::Stamp;
/// use std::time::{Duration, SystemTime};
///
/// let stamp = Stamp::from(SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_687_200_999));
/// assert_eq!(stamp.to_string(), "2026-11-26T10:00:00Z");
/// assert_eq!("2026-11-26T10:00:00Z".parse(), Ok(stamp));
/// ```
///
/// Source: RFC 3339, section 5.6, of which this is the form without a fraction, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// Seconds since 1970, negative before.
    unix: i64,
}

/// A moment as a calendar and a clock show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Civil {
    /// The year.
    pub year: i64,
    /// The month, from 1 on.
    pub month: u32,
    /// The day of the month, from 1 on.
    pub day: u32,
    /// The hour, from 0 on.
    pub hour: u32,
    /// The minute, from 0 on.
    pub minute: u32,
    /// The second, from 0 on.
    pub second: u32,
}

/// A text that is no stamp.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no moment: write it as 2026-11-26T10:00:00Z")]
pub struct Malformed(pub String);

impl Stamp {
    /// Returns the current moment.
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// Makes the moment so many seconds after 1970 began.
    pub fn from_unix(unix: i64) -> Self {
        Self { unix }
    }

    /// Returns the seconds since 1970 began.
    pub fn unix(self) -> i64 {
        self.unix
    }

    /// Returns the moment of a date and a time, or nothing when the calendar or the clock has no such.
    pub fn from_civil(civil: Civil) -> Option<Self> {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = civil;
        let known = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        if !known || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let time = i64::from(hour * 3600 + minute * 60 + second);
        Some(Self {
            unix: days(year, month, day) * DAY + time,
        })
    }

    /// Returns the date and the time.
    pub fn civil(self) -> Civil {
        let (year, month, day) = date(self.unix.div_euclid(DAY));
        let time = u32::try_from(self.unix.rem_euclid(DAY)).expect("a day has 86400 seconds");
        Civil {
            year,
            month,
            day,
            hour: time / 3600,
            minute: time / 60 % 60,
            second: time % 60,
        }
    }
}

impl From<SystemTime> for Stamp {
    /// Drops what is below a second.
    fn from(time: SystemTime) -> Self {
        let unix = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            // A fraction before 1970 belongs to the second in which it begins.
            Err(before) => {
                let before = before.duration();
                let whole = before.as_secs() + u64::from(before.subsec_nanos() > 0);
                i64::try_from(whole).map_or(i64::MIN, |whole| -whole)
            }
        };
        Self { unix }
    }
}

impl From<Stamp> for SystemTime {
    fn from(stamp: Stamp) -> Self {
        let distance = Duration::from_secs(stamp.unix.unsigned_abs());
        match stamp.unix {
            0.. => SystemTime::UNIX_EPOCH + distance,
            _ => SystemTime::UNIX_EPOCH - distance,
        }
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } = self.civil();
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

impl FromStr for Stamp {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        read(text).ok_or_else(|| Malformed(text.to_owned()))
    }
}

/// Returns how many days a month has.
pub fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the day of the week of a date: 0 is Sunday.
pub fn weekday(year: i64, month: u32, day: u32) -> u32 {
    // 1970 began with a Thursday.
    let weekday = (days(year, month, day) + 4).rem_euclid(7);
    u32::try_from(weekday).expect("a week has seven days")
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Returns the days from 1970 to a date.
///
/// The year is begun in March, so that the leap day is its last day; then months are as long as 153 days in five.
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
fn days(year: i64, month: u32, day: u32) -> i64 {
    let (year, month) = match month {
        1 | 2 => (year - 1, i64::from(month) + 9),
        _ => (year, i64::from(month) - 3),
    };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468
}

/// Returns the date so many days after 1970 began: the way back.
///
/// Source: as above, `civil_from_days`.
fn date(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        10.. => (year + 1, month - 9),
        _ => (year, month + 3),
    };
    let small = |number| u32::try_from(number).expect("a month and a day are small");
    (era * 400 + year, small(month), small(day))
}

fn read(text: &str) -> Option<Stamp> {
    const FORM: &[u8] = b"0000-00-00T00:00:00Z";
    let like = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == form,
    };
    if text.len() != FORM.len() || !text.as_bytes().iter().zip(FORM).all(like) {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().ok();
    Stamp::from_civil(Civil {
        year: number(0, 4)?.into(),
        month: number(5, 7)?,
        day: number(8, 10)?,
        hour: number(11, 13)?,
        minute: number(14, 16)?,
        second: number(17, 19)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_and_read_as_the_calendar_has_them() {
        for (unix, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_795_687_200, "2026-11-26T10:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
        ] {
            assert_eq!(Stamp::from_unix(unix).to_string(), text);
            assert_eq!(text.parse(), Ok(Stamp::from_unix(unix)));
            let there = SystemTime::from(Stamp::from_unix(unix));
            assert_eq!(Stamp::from(there).unix(), unix);
        }
    }

    #[test]
    fn four_centuries_of_days_follow_each_other() {
        let mut expected = (2000, 1, 1);
        for day in 10_957..10_957 + 146_097 {
            assert_eq!(date(day), expected);
            let (year, month, of_month) = expected;
            assert_eq!(days(year, month, of_month), day);
            expected = match (month, of_month == days_in_month(year, month)) {
                (_, false) => (year, month, of_month + 1),
                (12, true) => (year + 1, 1, 1),
                (_, true) => (year, month + 1, 1),
            };
        }
        assert_eq!(expected, (2400, 1, 1));
    }

    #[test]
    fn what_no_calendar_has_is_refused() {
        for text in [
            "",
            "2026-11-26",
            "2026-11-26T10:00:00",
            "2026-11-26 10:00:00Z",
            "2026-11-26T10:00:00z",
            "2026-11-26T10:00:00.0Z",
            "2026-11-26T10:00:00+00:00",
            "2026-02-29T10:00:00Z",
            "2026-00-01T10:00:00Z",
            "2026-13-01T10:00:00Z",
            "2026-04-31T10:00:00Z",
            "2026-04-00T10:00:00Z",
            "2026-04-01T24:00:00Z",
            "2026-04-01T10:60:00Z",
            "2026-04-01T10:00:60Z",
            "+026-04-01T10:00:00Z",
            "2026-04-01T10:00:0éZ",
        ] {
            assert_eq!(text.parse::<Stamp>(), Err(Malformed(text.to_owned())));
        }
    }

    #[test]
    fn days_of_the_week_are_known() {
        for ((year, month, day), expected) in [
            ((1970, 1, 1), 4),
            ((2000, 2, 29), 2),
            ((2026, 11, 26), 4),
            ((2026, 11, 29), 0),
            ((1969, 12, 28), 0),
        ] {
            assert_eq!(weekday(year, month, day), expected, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn a_fraction_belongs_to_the_second_in_which_it_begins() {
        let millis = Duration::from_millis;
        assert_eq!(Stamp::from(SystemTime::UNIX_EPOCH + millis(999)).unix(), 0);
        assert_eq!(Stamp::from(SystemTime::UNIX_EPOCH - millis(1)).unix(), -1);
        assert_eq!(Stamp::from(SystemTime::UNIX_EPOCH - millis(1000)).unix(), -1);
    }
}
