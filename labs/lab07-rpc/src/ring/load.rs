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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn capacity(self, keys: usize, nodes: usize) -> usize {
        todo!(
            "pool: The load times keys divided by nodes, rounded up, in whole numbers; it must not overflow. `usize::MAX` if there is no limit, or no node."
        )
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
}
