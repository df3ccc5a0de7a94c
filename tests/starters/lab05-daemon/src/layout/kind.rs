//! What a mapping is for.

use std::fmt;

use crate::layout::Mapping;

/// What a mapping is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Instructions, from a program or a library.
    Text,
    /// What a program or a library holds besides, and nobody may write.
    ReadOnlyData,
    /// Variables of a program or a library that do not begin with zero.
    Data,
    /// Variables that begin with zero, which need no room in the file: the memory behind the data.
    Bss,
    /// What malloc grows with brk(2).
    Heap,
    /// The stack of the first thread.
    Stack,
    /// The stack of the thread with this id.
    ThreadStack(u32),
    /// Any other file.
    File,
    /// Memory that processes can share, but no file on a disk.
    SharedMemory,
    /// Code that the kernel gives to every process.
    Vdso,
    /// The data of that code.
    Vvar,
    /// What was there before the vdso.
    Vsyscall,
    /// Memory that nobody may touch, right below memory that grows down into it by mistake.
    Guard,
    /// Any other memory without a file.
    Anonymous,
}

impl Kind {
    /// Returns its name without the thread's id.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::ReadOnlyData => "read-only data",
            Self::Data => "data",
            Self::Bss => "bss",
            Self::Heap => "heap",
            Self::Stack => "stack",
            Self::ThreadStack(_) => "thread stack",
            Self::File => "file",
            Self::SharedMemory => "shared memory",
            Self::Vdso => "vdso",
            Self::Vvar => "vvar",
            Self::Vsyscall => "vsyscall",
            Self::Guard => "guard",
            Self::Anonymous => "anonymous",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ThreadStack(tid) => write!(f, "thread stack {tid}"),
            kind => f.write_str(kind.name()),
        }
    }
}

/// Says of each mapping what it is for. `stacks` has the ids of threads and their stack pointers, in the order of ids.
///
/// The first rule that fits counts:
///
/// 1. A name in brackets says it: `[heap]`, `[stack]`, `[stack:TID]` of old kernels, `[vdso]`, `[vvar…]`, `[vsyscall]`. Other names in
///    brackets, such as `[anon:…]`, are memory without a file.
/// 2. No permission at all, and memory with some begins where it ends: guard.
/// 3. Shared, and called `/memfd:…`, `/SYSV…`, `/dev/shm/…`, `/dev/zero` or `[anon_shmem:…]`: shared memory.
/// 4. A private mapping of a file that is privately executable somewhere in the process: text where it may be executed, data where it
///    may be written, else read-only data.
/// 5. Any other file: file.
/// 6. A stack pointer lies in it: thread stack.
/// 7. It may be written and begins where data ends: bss.
/// 8. Else: anonymous.
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn classify(mappings: &[Mapping], stacks: &[(u32, u64)]) -> Vec<Kind> {
    todo!(
        "layout: Go through the mappings in order, with an eye on both neighbours, and take the first rule that fits."
    )
}
