//! Moments and durations as Prometheus writes them.

use super::fault::Fault;

/// The units of a duration, the longest first, which is also the order in which they must come.
const UNITS: [(&str, i64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

/// The longest duration: a hundred years, so that sums of a few cannot overflow.
const LONGEST_MS: i64 = 100 * 365 * 86_400_000;

/// The last moment that is taken: the end of the year 9999.
const LAST_MS: f64 = 253_402_300_799_999.0;

/// Reads a duration such as `1h30m`, in milliseconds; `None` if it is none.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (mut rest, mut sum, mut units) = (text, 0_i64, UNITS.as_slice());
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let count: i64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let at = units.iter().position(|(name, _)| *name == &rest[..letters])?;
        sum = sum.checked_add(count.checked_mul(units[at].1)?)?;
        rest = &rest[letters..];
        units = &units[at + 1..];
    }
    (sum <= LONGEST_MS).then_some(sum)
}

/// Reads a step: seconds, or a duration. In milliseconds.
pub(super) fn step(text: &str) -> Result<i64, Fault> {
    let wrong = || Fault::bad_data(format!("cannot parse {text:?} to a valid duration"));
    match text.parse::<f64>() {
        Ok(seconds) if (seconds * 1000.0).abs() <= LONGEST_MS as f64 => Ok((seconds * 1000.0).round() as i64),
        Ok(_) => Err(wrong()),
        Err(_) => duration(text).ok_or_else(wrong),
    }
}

/// Reads a moment: seconds since 1970-01-01 UTC, or a date and a time as in RFC 3339. In milliseconds.
pub(super) fn moment(text: &str) -> Result<i64, Fault> {
    let wrong = || Fault::bad_data(format!("cannot parse {text:?} to a valid timestamp"));
    match text.parse::<f64>() {
        Ok(seconds) if (seconds * 1000.0).abs() <= LAST_MS => Ok((seconds * 1000.0).round() as i64),
        Ok(_) => Err(wrong()),
        Err(_) => rfc3339(text).ok_or_else(wrong),
    }
}

/// Source: RFC 3339, section 5.6.
fn rfc3339(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| digits.parse().ok())?
    };
    let is = |at: usize, any: &[u8]| text.as_bytes().get(at).is_some_and(|byte| any.contains(byte));
    let marks = [(4, b"-"), (7, b"-"), (13, b":"), (16, b":")];
    if !marks.into_iter().all(|(at, mark)| is(at, mark)) || !is(10, b"Tt") {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => 31,
    };
    if !(1..=12).contains(&month) || !(1..=last).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut at = 19;
    let mut ms = 0;
    if is(at, b".") {
        let digits = text.bytes().skip(at + 1).take_while(u8::is_ascii_digit).count();
        let part: f64 = text
            .get(at..at + 1 + digits)
            .filter(|_| digits > 0)?
            .parse()
            .ok()?;
        ms = (part * 1000.0).round() as i64;
        at += 1 + digits;
    }
    let ahead = if is(at, b"Zz") && text.len() == at + 1 {
        0
    } else if is(at, b"+-") && is(at + 3, b":") && text.len() == at + 6 {
        let minutes = number(at + 1, at + 3)? * 60 + number(at + 4, at + 6)?;
        if is(at, b"-") { -minutes } else { minutes }
    } else {
        return None;
    };
    // Days since 1970-01-01, with years that begin in March: the day that only some years have is then a year's last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 153 + 2) / 5
        + day
        - 1
        - 719_468;
    Some((((days * 24 + hour) * 60 + minute - ahead) * 60 + second) * 1000 + ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_their_units_in_order() {
        for (text, expected) in [
            ("5m", Some(300_000)),
            ("1h30m", Some(5_400_000)),
            ("1s500ms", Some(1500)),
            ("0s", Some(0)),
            ("1y", Some(31_536_000_000)),
            ("30m1h", None),
            ("1m1m", None),
            ("5", None),
            ("m", None),
            ("", None),
            ("5x", None),
            ("99999999999999999999y", None),
            ("9999999y", None),
        ] {
            assert_eq!(duration(text), expected, "{text}");
        }
    }

    #[test]
    fn moments_are_seconds_or_dates() {
        for (text, expected) in [
            ("1700000000.123", Some(1_700_000_000_123)),
            ("-1", Some(-1000)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T12:00:00.5+02:00", Some(951_818_400_500)),
            ("2024-12-31T23:59:59-00:30", Some(1_735_691_399_000)),
            ("2023-02-29T00:00:00Z", None),
            ("2024-01-01", None),
            ("2024-01-01T00:00:00", None),
            ("2024-01-01T00:00:00.Z", None),
            ("NaN", None),
            ("1e300", None),
            ("é024-01-01T00:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(moment(text).ok(), expected, "{text}");
        }
        assert_eq!(step("15").ok(), Some(15_000));
        assert_eq!(step("1m").ok(), Some(60_000));
        assert!(step("x").is_err() && step("inf").is_err());
    }
}
