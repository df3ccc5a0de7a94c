//! Where the code of a student is built and run.

/// How well a cell confines what runs in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Namespaces with Landlock, seccomp and limits.
    A,
    /// Landlock, seccomp and limits, without namespaces.
    B,
    /// A process group with limits: nothing is confined.
    C,
}
