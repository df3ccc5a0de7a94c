use collect::human::quoted;
use collect::{Kind, Unit};

use super::range::Range;

/// The longest unit that is told as a label, in bytes.
const LONGEST_UOM: usize = 16;

/// One item of performance data: `'label'=value[UOM];[warn];[crit];[min];[max]`, in base units.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    /// Without its quotes.
    pub(super) label: String,
    pub(super) kind: Kind,
    pub(super) unit: Unit,
    /// A unit that is none of ours.
    pub(super) uom: Option<String>,
    pub(super) value: f64,
    /// For a warning, and for what is critical.
    pub(super) ranges: [Option<Range>; 2],
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
}

/// Splits a piece of performance data into its items. One that is wrong does not touch the others; one whose value could
/// not be found out (`U`) is left out.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn items(data: &str) -> Vec<Result<Item, String>> {
    todo!(
        "nagios: Blanks part items, but not within the quotes of a label, where two quotes are one. Behind a fault goes on with the next blank."
    )
}

/// Reads what stands behind the `=` of an item; nothing if that is `U`.
#[expect(unused_variables, reason = "goes with the todo!")]
fn item(label: String, fields: &str) -> Result<Option<Item>, String> {
    todo!(
        "nagios: Up to five fields with `;` between. The first is a number and its unit; all numbers are made to base units."
    )
}

/// What a unit of Nagios is in ours.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Measure {
    unit: Unit,
    /// How many of ours one of it is.
    factor: f64,
    kind: Kind,
    /// It is none of ours.
    foreign: bool,
}

impl Measure {
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn of(uom: &str) -> Result<Self, String> {
        todo!(
            "nagios: See the table in the chapter; `c` is a counter. What is not in it is a count with a label, if it is not too long and has no digit and no quote."
        )
    }
}

/// Reads a number of performance data: digits with a point, and a minus before them; no exponent, which would be a unit.
///
/// # Errors
/// It is none.
pub(super) fn plain(text: &str) -> Result<f64, String> {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    let number = text
        .parse::<f64>()
        .ok()
        .filter(|number| is_plain && number.is_finite());
    number.ok_or_else(|| format!("{} is no number", quoted(text)))
}
