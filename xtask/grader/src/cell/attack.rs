//! What a program in a cell tries, to prove that the cell holds.

/// One thing that must not work.
#[derive(Debug, Clone, Copy)]
pub struct Attack {
    /// Its name on the command line of the program `attack`.
    pub name: &'static str,
}

/// Tries an attack and says what came of it.
pub fn act(_name: &str) -> Option<String> {
    None
}
