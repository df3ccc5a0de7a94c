//! When a line of cron is due.

use crate::stamp::Stamp;
// region:schedule
use crate::stamp::{Civil, days_in_month, weekday};
// endregion:schedule

// region:schedule
/// The last year that is looked at: a stamp has room for no other.
const LAST_YEAR: i64 = 9999;
// endregion:schedule

// region:given/cron
/// What a line of cron says. The time is UTC.
///
/// ```
/// use daemon::schedule::Cron;
///
/// let cron = Cron::parse("30 9 * * mon-fri")?;
/// let after = cron.next_after("2026-11-27T10:00:00Z".parse()?);
/// assert_eq!(after, Some("2026-11-30T09:30:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Source: crontab(5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cron {
    /// The minutes that it names: bit 0 is minute 0. The other sets are of the same kind.
    minutes: u64,
    hours: u64,
    /// Bit 0 is never set.
    days: u64,
    /// Bit 0 is never set.
    months: u64,
    /// Bit 0 is Sunday, bit 7 is never set.
    weekdays: u64,
    /// Whether the day of the month *or* the day of the week is enough; else both must match.
    either: bool,
}

/// The five fields, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31.
    Day,
    /// 1 to 12, or `jan` to `dec`.
    Month,
    /// 0 to 7, or `sun` to `sat`. 0 and 7 are Sunday.
    Weekday,
}

/// Why a text is no line of cron.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// There are more or fewer than five fields.
    #[error("{0} fields and not five: minute, hour, day of month, month, day of week")]
    Fields(usize),
    /// It begins with `@`, and goes on with no word that is known.
    #[error("`{0}` is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually")]
    Nickname(String),
    /// One of the fields is wrong.
    #[error("{0}: {1}")]
    Field(Field, Wrong),
    /// No calendar has such a day.
    #[error("no such day ever comes")]
    Never,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// A value that is neither digits nor one of the field's names.
    #[error("`{0}` is neither a number nor a name")]
    Unknown(String),
    /// A number that the field does not have, and the lowest and the highest that it has.
    #[error("`{0}` is not from {1} to {2}")]
    Outside(String, u32, u32),
    /// A range whose end comes before its beginning: the range, without a step.
    #[error("`{0}` goes backwards")]
    Backwards(String),
    /// A step that is no number, or 0, or beyond the field's last value: what stands behind the `/`.
    #[error("`{0}` is no step")]
    Step(String),
    /// A step behind a single value: all of that part of the list.
    #[error("`{0}`: a step needs * or a range before it")]
    StepOfOne(String),
}
// endregion:given/cron

impl Field {
    /// Returns its lowest and its highest value.
    pub fn range(self) -> (u32, u32) {
        match self {
            Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::Day => (1, 31),
            Self::Month => (1, 12),
            Self::Weekday => (0, 7),
        }
    }

    /// Returns the names of its values, the first being that of the lowest value.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Month => &[
                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
            ],
            Self::Weekday => &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
            _ => &[],
        }
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day of month",
            Self::Month => "month",
            Self::Weekday => "day of week",
        })
    }
}

impl Cron {
    /// Reads five fields, or one of the words that begin with `@`.
    ///
    /// # Errors
    /// [`Malformed`], with the field that is wrong.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        // region:schedule/parse Replace the nickname, read the five sets, and find out whether such a day ever comes.
        let line = match text.trim() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            other if other.starts_with('@') => return Err(Malformed::Nickname(other.to_owned())),
            other => other,
        };
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let [minute, hour, day, month, weekday] = fields[..] else {
            return Err(Malformed::Fields(fields.len()));
        };
        let set = |field, text| set(field, text).map_err(|wrong| Malformed::Field(field, wrong));
        let cron = Self {
            minutes: set(Field::Minute, minute)?,
            hours: set(Field::Hour, hour)?,
            days: set(Field::Day, day)?,
            months: set(Field::Month, month)?,
            weekdays: set(Field::Weekday, weekday)?,
            // A field that begins with a star leaves the choice to the other one, even if it goes on with a step.
            either: !day.starts_with('*') && !weekday.starts_with('*'),
        };
        match cron.comes() {
            true => Ok(cron),
            false => Err(Malformed::Never),
        }
        // endregion:schedule/parse
    }

    /// Returns the first moment after `moment`, and not `moment` itself, at which it is due. Beyond the year 9999 there is none.
    pub fn next_after(&self, moment: Stamp) -> Option<Stamp> {
        // region:schedule/next From the next minute on: whenever a field does not match, jump to the next value of that field.
        let mut at = Stamp::from_unix((moment.unix().div_euclid(60) + 1) * 60).civil();
        while at.year <= LAST_YEAR {
            if !has(self.months, at.month) {
                at = next_month(at);
            } else if !self.has_day(at) {
                at = next_day(at);
            } else if !has(self.hours, at.hour) {
                at = next_hour(at);
            } else if let Some(minute) = (at.minute..60).find(|&minute| has(self.minutes, minute)) {
                return Stamp::from_civil(Civil { minute, ..at });
            } else {
                at = next_hour(at);
            }
        }
        None
        // endregion:schedule/next
    }
    // region:schedule

    fn has_day(&self, at: Civil) -> bool {
        let day = has(self.days, at.day);
        let weekday = has(self.weekdays, weekday(at.year, at.month, at.day));
        match self.either {
            true => day || weekday,
            false => day && weekday,
        }
    }

    /// Whether some year has such a day. Within 400 years each date falls on every day of the week, the 29th of February too.
    fn comes(&self) -> bool {
        const LEAP_YEAR: i64 = 2000;
        let has_one = |month| (1..=days_in_month(LEAP_YEAR, month)).any(|day| has(self.days, day));
        self.either || (1..=12).filter(|&month| has(self.months, month)).any(has_one)
    }
    // endregion:schedule
}

// region:schedule

fn has(set: u64, value: u32) -> bool {
    set >> value & 1 == 1
}

/// Reads a field: values, ranges and steps, with commas between them.
fn set(field: Field, text: &str) -> Result<u64, Wrong> {
    let mut set = 0;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (first, last) = if range == "*" {
            field.range()
        } else if let Some((first, last)) = range.split_once('-') {
            let (first, last) = (value(field, first)?, last_value(field, last)?);
            if first > last {
                return Err(Wrong::Backwards(range.to_owned()));
            }
            (first, last)
        } else if step.is_some() {
            return Err(Wrong::StepOfOne(part.to_owned()));
        } else {
            let value = value(field, range)?;
            (value, value)
        };
        let step = step.map_or(Ok(1), |text| read_step(field, text))?;
        for value in (first..=last).step_by(step) {
            set |= 1 << value;
        }
    }
    if field == Field::Weekday && has(set, 7) {
        set = set & !(1 << 7) | 1;
    }
    Ok(set)
}

fn value(field: Field, text: &str) -> Result<u32, Wrong> {
    let (lowest, highest) = field.range();
    let named = field.names().iter().zip(lowest..);
    if let Some((_, value)) = named.clone().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        return Ok(value);
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::Unknown(text.to_owned()));
    }
    let value = text.parse().ok();
    value
        .filter(|value| (lowest..=highest).contains(value))
        .ok_or_else(|| Wrong::Outside(text.to_owned(), lowest, highest))
}

/// Reads the end of a range, where `sun` is the end of the week: `fri-sun`.
fn last_value(field: Field, text: &str) -> Result<u32, Wrong> {
    match field == Field::Weekday && text.eq_ignore_ascii_case("sun") {
        true => Ok(7),
        false => value(field, text),
    }
}

fn read_step(field: Field, text: &str) -> Result<usize, Wrong> {
    let (_, highest) = field.range();
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let step = text.parse().ok().filter(|_| digits);
    step.filter(|step| (1..=highest as usize).contains(step))
        .ok_or_else(|| Wrong::Step(text.to_owned()))
}

fn next_hour(at: Civil) -> Civil {
    match at.hour {
        23 => next_day(at),
        hour => Civil {
            hour: hour + 1,
            minute: 0,
            ..at
        },
    }
}

fn next_day(at: Civil) -> Civil {
    match at.day == days_in_month(at.year, at.month) {
        true => next_month(at),
        false => Civil {
            day: at.day + 1,
            hour: 0,
            minute: 0,
            ..at
        },
    }
}

fn next_month(at: Civil) -> Civil {
    let (year, month) = match at.month {
        12 => (at.year + 1, 1),
        month => (at.year, month + 1),
    };
    Civil {
        year,
        month,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn following(line: &str, from: &str, runs: usize) -> Vec<String> {
        let cron = Cron::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        let mut at = from.parse().unwrap();
        let mut found = Vec::new();
        while let Some(next) = cron.next_after(at).filter(|_| found.len() < runs) {
            found.push(next.to_string().replace(":00Z", ""));
            at = next;
        }
        found
    }

    #[test]
    fn runs_follow_each_other_as_the_line_says() {
        for (line, from, expected) in [
            (
                "* * * * *",
                "2026-12-31T23:58:30Z",
                &["2026-12-31T23:59", "2027-01-01T00:00"][..],
            ),
            (
                "7-59/20 * * * *",
                "2026-01-01T00:00:00Z",
                &["2026-01-01T00:07", "2026-01-01T00:27", "2026-01-01T00:47"],
            ),
            (
                "0 0 31 * *",
                "2026-01-31T00:00:00Z",
                &["2026-03-31T00:00", "2026-05-31T00:00"],
            ),
            ("0 0 29 2 *", "2096-02-29T00:00:00Z", &["2104-02-29T00:00"]),
            (
                "0 0 29 feb *",
                "1999-01-01T00:00:00Z",
                &["2000-02-29T00:00", "2004-02-29T00:00"],
            ),
            (
                "0 0 13 * fri",
                "2026-02-01T00:00:00Z",
                &["2026-02-06T00:00", "2026-02-13T00:00", "2026-02-20T00:00"],
            ),
            (
                "0 0 */2 * mon",
                "2026-02-01T00:00:00Z",
                &["2026-02-09T00:00", "2026-02-23T00:00"],
            ),
            (
                "0 0 * * 7",
                "2026-11-26T00:00:00Z",
                &["2026-11-29T00:00", "2026-12-06T00:00"],
            ),
            (
                "0 0 * * Fri-Sun",
                "2026-11-26T00:00:00Z",
                &[
                    "2026-11-27T00:00",
                    "2026-11-28T00:00",
                    "2026-11-29T00:00",
                    "2026-12-04T00:00",
                ],
            ),
            (
                "@yearly",
                "2026-01-01T00:00:00Z",
                &["2027-01-01T00:00", "2028-01-01T00:00"],
            ),
            ("0 0 1 1 *", "9998-12-31T00:00:00Z", &["9999-01-01T00:00"]),
        ] {
            let found = following(line, from, expected.len());
            assert_eq!(found, expected, "{line}");
        }
        assert!(following("@yearly", "9999-01-01T00:00:00Z", 1).is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_field() {
        for (line, expected) in [
            (
                "* * * *",
                "4 fields and not five: minute, hour, day of month, month, day of week",
            ),
            ("60 * * * *", "minute: `60` is not from 0 to 59"),
            ("* 24 * * *", "hour: `24` is not from 0 to 23"),
            ("* * 0 * *", "day of month: `0` is not from 1 to 31"),
            ("* * * 13 *", "month: `13` is not from 1 to 12"),
            ("* * * * 8", "day of week: `8` is not from 0 to 7"),
            (
                "* * * january *",
                "month: `january` is neither a number nor a name",
            ),
            ("1,,2 * * * *", "minute: `` is neither a number nor a name"),
            ("-1 * * * *", "minute: `` is neither a number nor a name"),
            ("+1 * * * *", "minute: `+1` is neither a number nor a name"),
            ("99999999999 * * * *", "minute: `99999999999` is not from 0 to 59"),
            ("30-10 * * * *", "minute: `30-10` goes backwards"),
            ("*/0 * * * *", "minute: `0` is no step"),
            ("*/60 * * * *", "minute: `60` is no step"),
            (
                "5/10 * * * *",
                "minute: `5/10`: a step needs * or a range before it",
            ),
            ("0 0 30 2 *", "no such day ever comes"),
            ("0 0 31 4,6,9,nov *", "no such day ever comes"),
            (
                "@reboot",
                "`@reboot` is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually",
            ),
        ] {
            let found = Cron::parse(line).map_err(|error| error.to_string());
            assert_eq!(found, Err(expected.to_owned()), "{line}");
        }
        assert!(Cron::parse("0 0 30 2 mon").is_ok());
    }
}
// endregion:schedule
