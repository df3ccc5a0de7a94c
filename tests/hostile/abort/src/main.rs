//! Ends itself by SIGABRT.

fn main() {
    std::process::abort();
}
