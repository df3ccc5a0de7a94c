//! Feeds the readers of muster's parts with what a fuzzer thinks of.
//!
//! | target | what must hold |
//! |---|---|
//! | `rules` (cap05) | a file is read or its faults have lines that it has; an expression is shown so that it is read as the same again |
//! | `judge` (cap05) | a trace is judged the same with a restart in its middle, and what is to be told may be told |
//! | `receivers` (cap05) | a file is read or refused; no mail ends before its end, and none has a header that was not meant |
//! | `plugins` (cap02) | an output is read or refused, whatever its form, within all bounds |
//! | `promql` (cap06) | a query is read or refused, with a place that it has |
//!
//! To run one, from the root of the course (`rules` is one of five):
//!
//! ```text
//! cargo install cargo-fuzz
//! cd tests/fuzz/muster
//! mkdir -p corpus/rules
//! RUSTC_BOOTSTRAP=1 cargo fuzz run --fuzz-dir . rules corpus/rules seeds/rules -- -dict=dictionaries/rules.dict -max_len=2000 -max_total_time=300
//! ```
//!
//! `RUSTC_BOOTSTRAP=1` lets the stable compiler take the options of the sanitizer.
//!
//! What is found lies in `artifacts/` and what was learned in `corpus/`; neither is committed. What is found becomes a case of the suite.

/// The reader of queries, whose modules are compiled here as modules of this crate: so the solution needs no door for it, and its database is not compiled.
#[path = "../../../../solutions/capstone/cap06-dashboard/src/prometheus"]
#[allow(dead_code, unused_imports, reason = "what evaluates a query is not here")]
pub mod prometheus {
    mod lexer;
    mod matcher;
    mod parser;
    mod time;
    mod tree;

    /// What is wrong, without the answer that a server makes of it.
    mod fault {
        pub(crate) struct Fault(String);

        impl Fault {
            pub(crate) fn bad_data(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub(crate) fn execution(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub(crate) fn of_parameter(self, _: &str) -> Self {
                self
            }

            pub(crate) fn text(&self) -> &str {
                &self.0
            }
        }
    }

    /// Reads a query.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(text: &str) -> Result<String, String> {
        match parser::parse(text) {
            Ok(query) => Ok(format!("{query:?}")),
            Err(fault) => Err(fault.text().to_owned()),
        }
    }

    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read_selector(text: &str) -> Result<usize, String> {
        let read = parser::parse_selector(text);
        read.map(|matchers| matchers.len()).map_err(|fault| fault.text().to_owned())
    }
}
