use collect::human::quoted;

use super::perfdata::plain;

// region:given/range
/// The values at which a Nagios plug-in warns: those outside of these ends, or those inside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    /// Nothing if it has no end below.
    pub(super) low: Option<f64>,
    /// Nothing if it has no end above.
    pub(super) high: Option<f64>,
    /// Whether it warns inside, the ends included.
    pub(super) inside: bool,
}
// endregion:given/range

impl Range {
    /// Reads `[@][start:]end`.
    ///
    /// # Errors
    /// An end that is no number, or ends in the wrong order.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        // region:nagios/range `10` is 0 to 10, `10:` has no end above, `~:10` none below; `@` in front warns inside.
        let (inside, ends) = match text.strip_prefix('@') {
            Some(ends) => (true, ends),
            None => (false, text),
        };
        let (low, high) = match ends.split_once(':') {
            None => (Some(0.0), Some(plain(ends)?)),
            Some((low, high)) => {
                let low = match low {
                    "~" => None,
                    "" => Some(0.0),
                    low => Some(plain(low)?),
                };
                let high = match high {
                    "" => None,
                    high => Some(plain(high)?),
                };
                (low, high)
            }
        };
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return Err(format!("the range {} begins above its end", quoted(text)));
        }
        Ok(Self { low, high, inside })
        // endregion:nagios/range
    }

    /// Returns it in a unit of which so many make one of this.
    pub(super) fn times(self, factor: f64) -> Self {
        Self {
            low: self.low.map(|low| low * factor),
            high: self.high.map(|high| high * factor),
            inside: self.inside,
        }
    }
}

// region:nagios
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_guidelines() {
        for (text, low, high, inside) in [
            ("10", Some(0.0), Some(10.0), false),
            ("10:", Some(10.0), None, false),
            ("~:10", None, Some(10.0), false),
            ("10:20", Some(10.0), Some(20.0), false),
            ("@10:20", Some(10.0), Some(20.0), true),
            (":5", Some(0.0), Some(5.0), false),
            ("-5:-1.5", Some(-5.0), Some(-1.5), false),
        ] {
            assert_eq!(Range::parse(text), Ok(Range { low, high, inside }), "{text}");
        }
        for text in ["x", "20:10", "-1", "1:2:3", "@", "~"] {
            assert!(Range::parse(text).is_err(), "{text}");
        }
    }
}
// endregion:nagios
