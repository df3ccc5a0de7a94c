//! Moments of UTC as people write them, and as certificates do.

/// Writes a moment, in seconds since 1970, as `2026-11-27 23:40:12 UTC`.
///
/// ```
/// assert_eq!(muster::utc::written(951_782_400), "2000-02-29 00:00:00 UTC");
/// ```
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
pub fn written(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let era = days / 146_097;
    let day = days % 146_097;
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{of_month:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Returns the seconds since 1970 of a date and a time of day. `None` for what is none, or is before.
///
/// Source: as above, `days_from_civil`.
pub(crate) fn seconds(year: u64, month: u64, day: u64, time: [u64; 3]) -> Option<u64> {
    let [hour, minute, second] = time;
    let is_right = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 61;
    if !is_right {
        return None;
    }
    let year = year - u64::from(month <= 2);
    let era = year / 400;
    let of_era = year % 400;
    let month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * month + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(days.checked_sub(719_468)? * 86_400 + hour * 3600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (at, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_868_799, "2000-02-29 23:59:59 UTC"),
            (1_795_822_812, "2026-11-27 23:40:12 UTC"),
            (4_102_444_800, "2100-01-01 00:00:00 UTC"),
        ] {
            assert_eq!(written(at), text);
            let number = |from: usize, to: usize| text[from..to].parse().expect("the text is a constant");
            let time = [number(11, 13), number(14, 16), number(17, 19)];
            assert_eq!(seconds(number(0, 4), number(5, 7), number(8, 10), time), Some(at));
        }
        assert_eq!(seconds(2026, 13, 1, [0; 3]), None);
    }
}
