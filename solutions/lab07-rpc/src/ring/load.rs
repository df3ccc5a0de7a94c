//! How much more than its share a node may have.

use std::fmt;
use std::str::FromStr;

/// How many times its even share of all keys a node may have: 1.25, say, or no limit.
///
/// It is counted in thousandths, because numbers with a binary point would round: 1.1 times 100 keys on 10 nodes would be a little more than 11.
///
/// ```
/// use rpc::ring::Load;
///
/// let load: Load = "1.25".parse().unwrap();
/// assert_eq!(load.capacity(1000, 4), 313);
/// assert_eq!(Load::UNBOUNDED.capacity(1000, 4), usize::MAX);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// 0 is no limit.
    thousandths: u32,
}

impl Load {
    /// No limit.
    pub const UNBOUNDED: Self = Self { thousandths: 0 };

    /// Returns how many of so many keys one of so many nodes may have, rounded up: together the nodes always have room for all of them.
    pub fn capacity(self, keys: usize, nodes: usize) -> usize {
        // region:pool/capacity The load times keys divided by nodes, rounded up, in whole numbers; it must not overflow. `usize::MAX` if there is no limit, or no node.
        let nodes = 1000 * nodes as u128;
        if self == Self::UNBOUNDED || nodes == 0 {
            return usize::MAX;
        }
        let capacity = (u128::from(self.thousandths) * keys as u128).div_ceil(nodes);
        usize::try_from(capacity).unwrap_or(usize::MAX)
        // endregion:pool/capacity
    }
}

impl Default for Load {
    /// 1.25: a quarter more than its share.
    fn default() -> Self {
        Self { thousandths: 1250 }
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.thousandths / 1000, self.thousandths % 1000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Why a text is no load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no load: 0, or 1 to 1000 with at most three decimals")]
pub struct NoLoad;

impl FromStr for Load {
    type Err = NoLoad;

    fn from_str(text: &str) -> Result<Self, NoLoad> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 3 || whole.len() > 4 {
            return Err(NoLoad);
        }
        let thousandths = format!("{whole}{decimals:0<3}").parse().map_err(|_| NoLoad)?;
        match thousandths {
            0 | 1000..=1_000_000 => Ok(Self { thousandths }),
            _ => Err(NoLoad),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_is_read_exactly() {
        for (text, expected) in [
            ("0", Some(0)),
            ("0.0", Some(0)),
            ("1", Some(1000)),
            ("1.25", Some(1250)),
            ("1.005", Some(1005)),
            ("1000", Some(1_000_000)),
            ("1000.001", None),
            ("0.5", None),
            ("1.2345", None),
            ("-1", None),
            ("+1", None),
            ("1.", None),
            (".5", None),
            ("", None),
            ("1e3", None),
        ] {
            let load = text.parse::<Load>().ok();
            assert_eq!(load.map(|load| load.thousandths), expected, "{text}");
        }
        for text in ["0", "1", "1.25", "10", "1.005"] {
            assert_eq!(text.parse::<Load>().unwrap().to_string(), text);
        }
    }

    // region:pool
    #[test]
    fn a_capacity_is_rounded_up_and_never_by_a_binary_fraction() {
        for (load, keys, nodes, expected) in [
            ("1.25", 10, 4, 4),
            ("1.25", 16, 4, 5),
            ("1", 10, 3, 4),
            ("1.1", 100, 10, 11),
            ("1.25", 0, 4, 0),
            ("1.25", 1, 4, 1),
            ("0", 10, 4, usize::MAX),
            ("1.25", 10, 0, usize::MAX),
            ("1000", usize::MAX, 1, usize::MAX),
        ] {
            let load: Load = load.parse().unwrap();
            assert_eq!(load.capacity(keys, nodes), expected, "{load} {keys} {nodes}");
        }
    }
    // endregion:pool
}
