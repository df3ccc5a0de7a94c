//! What a grading is made of: units, and what is known of each.

use xtask::verdict::Kind;

/// What a student has of a lab, and under which key it is graded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The student's id.
    pub student: String,
    /// The lab's id, `lab01`.
    pub lab: String,
    /// Whether there is anything to grade.
    pub state: State,
    /// What was left out of it.
    pub remarks: Vec<String>,
}

/// Whether there is anything to grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing was handed in.
    Missing,
    /// Nothing of it is taken, for this reason.
    Refused(String),
    /// It is built and run.
    Taken {
        /// What it is graded under: all that its result depends on.
        key: String,
        /// Of its seeded cases; without one they are left out.
        seed: Option<u64>,
        /// What its files are kept under.
        content: String,
    },
}

/// How a build ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Whether there are programs to run.
    pub compiles: bool,
    /// The compiler's words.
    pub said: String,
    /// How long it took.
    pub wall_ms: u64,
}

/// One case that belongs to a result, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Of which stage.
    pub stage: String,
    /// Without the stage.
    pub name: String,
    /// What may be shown of it.
    pub kind: Kind,
}
