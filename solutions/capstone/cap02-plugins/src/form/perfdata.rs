use collect::human::quoted;
use collect::{Kind, Unit};

use super::range::Range;

/// The longest unit that is told as a label, in bytes.
const LONGEST_UOM: usize = 16;

// region:given/item
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
// endregion:given/item

/// Splits a piece of performance data into its items. One that is wrong does not touch the others; one whose value could
/// not be found out (`U`) is left out.
pub(super) fn items(data: &str) -> Vec<Result<Item, String>> {
    // region:nagios/items Blanks part items, but not within the quotes of a label, where two quotes are one. Behind a fault goes on with the next blank.
    let mut found = Vec::new();
    let mut rest = data.trim_start();
    while !rest.is_empty() {
        let (label, behind) = match label(rest) {
            Ok(parts) => parts,
            Err(what) => {
                found.push(Err(what));
                rest = word(rest).1;
                continue;
            }
        };
        let (fields, behind) = word(behind);
        found.extend(item(label, fields).transpose());
        rest = behind;
    }
    found
    // endregion:nagios/items
}

// region:nagios
/// Reads a label and its `=`, and returns it with what is behind.
fn label(text: &str) -> Result<(String, &str), String> {
    let Some(inside) = text.strip_prefix('\'') else {
        let name = word(text).0;
        return match name.split_once('=') {
            Some((label, _)) if !label.is_empty() => Ok((label.to_owned(), &text[label.len() + 1..])),
            _ => Err(format!("{} is no label with a value", quoted(name))),
        };
    };
    let mut label = String::new();
    let mut rest = inside;
    loop {
        let Some((before, behind)) = rest.split_once('\'') else {
            return Err(format!("{} has no second quote", quoted(text)));
        };
        label.push_str(before);
        match behind.strip_prefix('\'') {
            Some(behind) => {
                label.push('\'');
                rest = behind;
            }
            None => {
                rest = behind;
                break;
            }
        }
    }
    match rest.strip_prefix('=') {
        Some(rest) if !label.is_empty() => Ok((label, rest)),
        _ => Err(format!("{} is no label with a value", quoted(word(text).0))),
    }
}

/// Splits a text at its first blank, and takes the blanks off what is behind.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}
// endregion:nagios

/// Reads what stands behind the `=` of an item; nothing if that is `U`.
fn item(label: String, fields: &str) -> Result<Option<Item>, String> {
    // region:nagios/item Up to five fields with `;` between. The first is a number and its unit; all numbers are made to base units.
    let mut fields = fields.split(';');
    let first = fields.next().unwrap_or_default();
    if first == "U" {
        return Ok(None);
    }
    let digits = first
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || b"-.".contains(byte))
        .count();
    let (value, uom) = first.split_at(digits);
    let value = plain(value)?;
    let Measure {
        unit,
        factor,
        kind,
        foreign,
    } = Measure::of(uom)?;
    let mut next = || fields.next().filter(|field| !field.is_empty());
    let ranges = [next(), next()];
    let [min, max] = [next(), next()].map(|field| field.map(plain).transpose());
    if fields.next().is_some() {
        return Err(format!("more than five fields behind {}", quoted(&label)));
    }
    let range = |text: Option<&str>| {
        let range = text.map(Range::parse).transpose()?;
        Ok::<_, String>(range.map(|range| range.times(factor)))
    };
    Ok(Some(Item {
        label,
        kind,
        unit,
        uom: foreign.then(|| uom.to_owned()),
        value: value * factor,
        ranges: [range(ranges[0])?, range(ranges[1])?],
        min: min?.map(|min| min * factor),
        max: max?.map(|max| max * factor),
    }))
    // endregion:nagios/item
}

// region:given/measure
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
// endregion:given/measure

impl Measure {
    fn of(uom: &str) -> Result<Self, String> {
        // region:nagios/measure See the table in the chapter; `c` is a counter. What is not in it is a count with a label, if it is not too long and has no digit and no quote.
        const KIB: f64 = 1024.0;
        let (unit, factor) = match uom {
            "" | "c" => (Unit::Count, 1.0),
            "s" => (Unit::Seconds, 1.0),
            "ms" => (Unit::Seconds, 1e-3),
            "us" => (Unit::Seconds, 1e-6),
            "ns" => (Unit::Seconds, 1e-9),
            "%" => (Unit::Ratio, 1e-2),
            "B" => (Unit::Bytes, 1.0),
            "kB" | "KB" | "KiB" => (Unit::Bytes, KIB),
            "MB" | "MiB" => (Unit::Bytes, KIB.powi(2)),
            "GB" | "GiB" => (Unit::Bytes, KIB.powi(3)),
            "TB" | "TiB" => (Unit::Bytes, KIB.powi(4)),
            "PB" | "PiB" => (Unit::Bytes, KIB.powi(5)),
            _ if uom.len() > LONGEST_UOM
                || uom.contains(|char: char| char.is_ascii_digit() || "'\"".contains(char)) =>
            {
                return Err(format!("{} is no unit", quoted(uom)));
            }
            _ => {
                return Ok(Self {
                    unit: Unit::Count,
                    factor: 1.0,
                    kind: Kind::Gauge,
                    foreign: true,
                });
            }
        };
        let kind = match uom {
            "c" => Kind::Counter,
            _ => Kind::Gauge,
        };
        Ok(Self {
            unit,
            factor,
            kind,
            foreign: false,
        })
        // endregion:nagios/measure
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

// region:nagios
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_parted_by_blanks_outside_of_quotes() {
        let labels = |data: &str| -> Vec<String> {
            let items = items(data).into_iter();
            items
                .map(|item| item.map_or_else(|_| "fault".to_owned(), |item| item.label))
                .collect()
        };
        for (data, expected) in [
            ("/=5MB;1;2;0;9 'a b'=1", &["/", "a b"][..]),
            ("'it''s'=1", &["it's"]),
            ("a=U b=2", &["b"]),
            ("x a=1", &["fault", "a"]),
            ("'a=1 b=2", &["fault", "b"]),
            ("=1 a=1;2;3;4;5;6 b=1,5 c=1", &["fault", "fault", "fault", "c"]),
            ("", &[]),
        ] {
            assert_eq!(labels(data), expected, "{data}");
        }
    }
}
// endregion:nagios
