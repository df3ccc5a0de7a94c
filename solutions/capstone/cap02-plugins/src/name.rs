//! What plug-ins may be called.

use std::fmt;

/// The first words of the metrics that tell of plug-ins ([`crate::schedule::own`]). A plug-in called so could say what
/// looks like one of them: `plugin.exit_status` and a metric `status` of a plug-in `exit` are the same for Prometheus.
pub const RESERVED: [&str; 9] = [
    "age", "duration", "escaped", "exit", "failures", "missed", "refused", "runs", "up",
];

/// The most characters of a name.
pub const LONGEST: usize = 32;

/// What a plug-in is called: a lower-case letter, then lower-case letters and digits, 32 characters at most, and none of
/// [`RESERVED`].
///
/// There is no `_` in it. So where the name ends in `muster_plugin_disk_used_bytes` is never in doubt, and no plug-in
/// can say what belongs to another.
///
/// ```
/// use plugins::Name;
///
/// assert_eq!(Name::new("disk2").unwrap().as_str(), "disk2");
/// assert!(Name::new("disk_2").is_err() && Name::new("up").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Box<str>);

impl Name {
    /// Checks a name.
    ///
    /// # Errors
    /// Says why it cannot be one.
    pub fn new(name: &str) -> Result<Self, String> {
        // region:manifest
        let is_letter = |byte: u8| byte.is_ascii_lowercase();
        let is_one = name.bytes().next().is_some_and(is_letter)
            && name.bytes().all(|byte| is_letter(byte) || byte.is_ascii_digit())
            && name.len() <= LONGEST;
        if !is_one {
            return Err(format!(
                "{name:?} is no name: a lower-case letter, then letters and digits, {LONGEST} at most"
            ));
        }
        if RESERVED.contains(&name) {
            return Err(format!(
                "{name:?} is taken: metrics of all plug-ins are called so"
            ));
        }
        //~ // Stage manifest: a letter first, letters and digits behind it, no more than LONGEST, and not one of RESERVED. The message quotes it.
        // endregion:manifest
        Ok(Self(name.into()))
    }

    /// Returns it as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
