use collect::human::quoted;

use super::perfdata::plain;

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

impl Range {
    /// Reads `[@][start:]end`.
    ///
    /// # Errors
    /// An end that is no number, or ends in the wrong order.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        todo!(
            "nagios: `10` is 0 to 10, `10:` has no end above, `~:10` none below; `@` in front warns inside."
        )
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
