//! When a line of cron is due.

use crate::stamp::Stamp;

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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        todo!(
            "schedule: Replace the nickname, read the five sets, and find out whether such a day ever comes."
        )
    }

    /// Returns the first moment after `moment`, and not `moment` itself, at which it is due. Beyond the year 9999 there is none.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn next_after(&self, moment: Stamp) -> Option<Stamp> {
        todo!(
            "schedule: From the next minute on: whenever a field does not match, jump to the next value of that field."
        )
    }
}
