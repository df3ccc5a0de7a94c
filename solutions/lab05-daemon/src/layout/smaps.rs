//! The kernel's list of mappings.

// region:given/mapping
/// A piece of a process's address space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Its first address.
    pub start: u64,
    /// One more than its last address.
    pub end: u64,
    /// What may be done with it: `rwx`, each a letter or `-`, then `p` for private or `s` for shared.
    pub permissions: String,
    /// Where in its file it begins, in bytes.
    pub offset: u64,
    /// The file's number, or 0 without a file.
    pub inode: u64,
    /// A path, or a name that the kernel made up, in brackets. Empty for memory without a name.
    pub name: String,
    /// How much of it is in memory, in KiB.
    pub rss_kib: u64,
    /// The same, but a page that n processes have counts as an n-th, in KiB.
    pub pss_kib: u64,
}
// endregion:given/mapping

impl Mapping {
    /// Returns its length in KiB.
    pub fn size_kib(&self) -> u64 {
        (self.end - self.start) / 1024
    }

    /// Whether one of `rwxps` is among its permissions.
    pub fn may(&self, letter: char) -> bool {
        self.permissions.contains(letter)
    }

    /// Whether `address` lies in it.
    pub fn contains(&self, address: u64) -> bool {
        // region:layout Mind that `end` is the first address behind it.
        (self.start..self.end).contains(&address)
        // endregion:layout
    }
}

/// Reads the text of `/proc/PID/smaps`.
///
/// Each mapping has a line with its range, permissions, offset, device, inode and name, and then lines such as `Rss:  8 kB`. Kernels have
/// added such lines again and again; those that are not known are left out.
///
/// ```
/// let text = "00400000-00452000 r-xp 00001000 08:02 173521 /usr/bin/my program\nSize: 328 kB\nRss: 300 kB\nNew: 7 kB\nPss: 150 kB\n";
/// let mappings = daemon::layout::parse(text);
/// assert_eq!(mappings[0].offset, 0x1000);
/// assert_eq!(mappings[0].name, "/usr/bin/my program");
/// assert_eq!((mappings[0].rss_kib, mappings[0].pss_kib), (300, 150));
/// ```
///
/// Source: proc_pid_maps(5), proc_pid_smaps(5).
pub fn parse(text: &str) -> Vec<Mapping> {
    // region:layout/parse A line is the head of a mapping, or a key with a value for the last head, or nothing that is known.
    let mut mappings: Vec<Mapping> = Vec::new();
    for line in text.lines() {
        if let Some(mapping) = head(line) {
            mappings.push(mapping);
        } else if let Some(mapping) = mappings.last_mut()
            && let Some((key, value)) = line.split_once(':')
            && let Some(value) = value.trim().strip_suffix(" kB")
            && let Ok(kib) = value.trim().parse()
        {
            match key {
                "Rss" => mapping.rss_kib = kib,
                "Pss" => mapping.pss_kib = kib,
                _ => {}
            }
        }
    }
    mappings
    // endregion:layout/parse
}

/// Finds the stack pointer in the text of `/proc/PID/task/TID/syscall`.
///
/// A thread that waits in a system call shows its number, six arguments, the stack pointer and the instruction pointer; one that is
/// stopped elsewhere `-1` and both pointers; one that runs shows `running`, and has nothing to tell.
///
/// ```
/// use daemon::layout::stack_pointer;
///
/// assert_eq!(stack_pointer("35 0x1 0x2 0x3 0x4 0x5 0x6 0x7ffe10 0x7f55\n"), Some(0x7f_fe10));
/// assert_eq!(stack_pointer("running\n"), None);
/// ```
///
/// Source: proc_pid_syscall(5).
pub fn stack_pointer(text: &str) -> Option<u64> {
    // region:layout/pointer It is the last field but one, in hexadecimal digits.
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let [_, .., pointer, _] = fields[..] else {
        return None;
    };
    u64::from_str_radix(pointer.strip_prefix("0x")?, 16).ok()
    // endregion:layout/pointer
}

// region:layout

/// Reads the first line of a mapping.
fn head(line: &str) -> Option<Mapping> {
    let (range, rest) = field(line)?;
    let (permissions, rest) = field(rest)?;
    let (offset, rest) = field(rest)?;
    let (_device, rest) = field(rest)?;
    // Memory without a name has nothing behind the inode, not even a space.
    let (inode, name) = field(rest)?;
    let (start, end) = range.split_once('-')?;
    let hex = |text| u64::from_str_radix(text, 16).ok();
    let (start, end) = (hex(start)?, hex(end)?);
    (start <= end).then_some(Mapping {
        start,
        end,
        permissions: permissions.to_owned(),
        offset: hex(offset)?,
        inode: inode.parse().ok()?,
        // Paths hold spaces, too.
        name: name.to_owned(),
        rss_kib: 0,
        pss_kib: 0,
    })
}

/// Parts a line into its first field and what follows.
fn field(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let end = line.find(' ').unwrap_or(line.len());
    let (field, rest) = line.split_at(end);
    (!field.is_empty()).then_some((field, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_told_from_everything_else() {
        for (line, expected) in [
            (
                "7ffc0000-7ffd0000 rw-p 00000000 00:00 0 ",
                Some((0x7ffc_0000, "")),
            ),
            ("7ffc0000-7ffd0000 rw-p 00000000 00:00 0", Some((0x7ffc_0000, ""))),
            (
                "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]",
                Some((0xffff_ffff_ff60_0000, "[vsyscall]")),
            ),
            (
                "00400000-00401000 r--p 00000000 fe:00 12   /a b/c  d (deleted)",
                Some((0x40_0000, "/a b/c  d (deleted)")),
            ),
            ("Size:                 20 kB", None),
            ("VmFlags: rd ex mr mw me ", None),
            ("", None),
            ("7ffc0000 rw-p 00000000 00:00 0", None),
            ("zz-7ffd0000 rw-p 00000000 00:00 0", None),
        ] {
            let found = head(line);
            let found = found.as_ref().map(|mapping| (mapping.start, &*mapping.name));
            assert_eq!(found, expected, "{line}");
        }
    }
}
// endregion:layout
