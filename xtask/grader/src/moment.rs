//! Moments and deadlines, to the second, in UTC.
//!
//! Source: RFC 3339; Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

use std::fmt;
use std::str::FromStr;

/// Seconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

impl FromStr for Moment {
    type Err = String;

    /// Reads `2026-10-05T23:59:00+02:00`, also with a space for the `T` and with `Z`. The offset from UTC must be there.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{}` is no moment like 2026-10-05T23:59:00+02:00",
                crate::intake::visible(text)
            )
        };
        parse(text).ok_or_else(wrong)
    }
}

fn parse(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    if !text.is_ascii() || bytes.len() < 20 {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse::<i64>().ok())?
    };
    let sign = |at: usize, wanted: &[u8]| wanted.contains(&bytes[at]).then_some(());
    sign(4, b"-")
        .and(sign(7, b"-"))
        .and(sign(10, b"Tt "))
        .and(sign(13, b":"))
        .and(sign(16, b":"))?;
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let fraction = text[19..]
        .strip_prefix('.')
        .map_or(0, |rest| 1 + rest.bytes().take_while(u8::is_ascii_digit).count());
    let zone = 19 + fraction;
    let offset = match text.get(zone..)? {
        "Z" | "z" => 0,
        rest if rest.len() == 6 => {
            sign(zone, b"+-").and(sign(zone + 3, b":"))?;
            let (hours, minutes) = (number(zone + 1, zone + 3)?, number(zone + 4, zone + 6)?);
            let offset = hours * 3600 + minutes * 60;
            if bytes[zone] == b'-' { -offset } else { offset }
        }
        _ => return None,
    };
    Some(Moment(
        days_of(year, month, day) * DAY + hour * 3600 + minute * 60 + second - offset,
    ))
}

/// Days from 1970-01-01. Years are counted from March, so that the leap day is a year's last.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let from_march = (month + 9) % 12;
    let of_year = (153 * from_march + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl fmt::Display for Moment {
    /// `2026-10-05 21:59:00 UTC`
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, of_day) = (self.0.div_euclid(DAY) + 719_468, self.0.rem_euclid(DAY));
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = (from_march + 2) % 12 + 1;
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        write!(
            out,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_written() {
        for (text, seconds, written) in [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01 00:00:00 UTC"),
            (
                "2026-10-05T23:59:00+02:00",
                1_791_237_540,
                "2026-10-05 21:59:00 UTC",
            ),
            (
                "2000-02-29 12:00:00.25-05:30",
                951_845_400,
                "2000-02-29 17:30:00 UTC",
            ),
        ] {
            let moment: Moment = text.parse().unwrap();
            assert_eq!((moment.0, &*moment.to_string()), (seconds, written));
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2026-10-05",
            "2026-10-05T23:59:00",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-10-05T24:00:00Z",
            "２026-10-05T23:59:00Z",
        ] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
