//! The kernel's list of mappings.

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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn contains(&self, address: u64) -> bool {
        todo!("layout: Mind that `end` is the first address behind it.")
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
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn parse(text: &str) -> Vec<Mapping> {
    todo!(
        "layout: A line is the head of a mapping, or a key with a value for the last head, or nothing that is known."
    )
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
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn stack_pointer(text: &str) -> Option<u64> {
    todo!("layout: It is the last field but one, in hexadecimal digits.")
}
